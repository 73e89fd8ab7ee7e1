import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode } from './run.mjs'

/**
 * Whether what is installed in a folder is what its lockfile says. `npm install` may write the lockfile last, so age alone
 * does not tell.
 *
 * @param {string} folder from the root
 */
export function isInstalled(folder) {
  const installed = join(root, folder, 'node_modules/.package-lock.json')
  const wanted = join(root, folder, 'package-lock.json')
  if (!existsSync(installed)) return false
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return true
  const have = readPackages(installed)
  return Object.entries(readPackages(wanted)).every(([path, { version, optional }]) => {
    if (!path.includes('node_modules/')) return true
    // npm leaves out what is for another platform.
    return have[path] === undefined ? optional === true : have[path].version === version
  })
}

/**
 * Installs what the lockfile of a folder says, by the npm that runs us, whatever the PATH says.
 *
 * @param {string} folder from the root
 * @param {readonly string[]} [flags]
 * @returns {Promise<number | undefined>} npm's exit code; undefined where no npm runs us
 */
export async function install(folder, flags = []) {
  const npm = process.env.npm_execpath
  if (npm === undefined) return undefined
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  return runNode([npm, 'ci', '--prefix', join(root, folder), ...flags, ...quiet], { stdout: 'stderr' })
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}
