// Makes a clone ready to run: installs what the lockfile says where that was not done, and builds what changed. Runs
// before `npm start` and `npm test`, uses nothing that is installed, and writes to standard error only.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, tsc } from './lib/run.mjs'

const leastNode = [20, 19]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
  fail(
    `uPort Kit needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Install a newer Node.`,
  )
}

if (!isInstalled()) {
  // `npm_execpath` is npm's own program: the same npm, whatever the PATH says.
  const npm = process.env.npm_execpath
  if (npm === undefined) fail('Dependencies are not installed. Run `npm ci` first.')
  console.error('Installing dependencies (the first time only)…')
  // NODE_ENV=production would leave the compiler out.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  const code = await runNode([npm, 'ci', '--include=dev', ...quiet], { stdout: 'stderr' })
  if (code !== 0) fail('The installation failed: see the lines above, then run `npm ci`.')
}

const code = await runNode([tsc, '-b'], { stdout: 'stderr' })
if (code !== 0) fail('The build failed: see the lines above.')

/** Whether what is installed is what the lockfile says. `npm install` may write the lockfile last, so age alone does not tell. */
function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json')
  const wanted = join(root, 'package-lock.json')
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
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  console.error(line)
  process.exit(1)
}
