import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode } from './run.mjs'

/**
 * Names of the packages whose commands `npx` would not find here, but ask the registry for: npm links no command whose
 * file is not built while it installs.
 *
 * @param {string} [project] the folder of the whole project
 * @returns {string[]}
 */
export function findUnlinked(project = root) {
  return readdirSync(join(project, 'packages')).flatMap((folder) => {
    const manifest = join(project, 'packages', folder, 'package.json')
    if (!existsSync(manifest)) return []
    const { name, bin = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
    const isLinked = Object.keys(bin).every((command) =>
      existsSync(join(project, 'node_modules/.bin', command)),
    )
    return isLinked ? [] : [name]
  })
}

/**
 * Has the npm that runs us link the commands that it could not link before they were built.
 *
 * @returns {Promise<boolean>} whether it worked, or nothing was to be done
 */
export async function linkCommands() {
  const npm = process.env.npm_execpath
  const names = findUnlinked()
  if (npm === undefined || names.length === 0) return true
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return (await runNode([npm, 'rebuild', ...names, ...quiet], { stdout: 'stderr' })) === 0
}
