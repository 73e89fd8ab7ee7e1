import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const SCOPE = '@uport-kit/'

/**
 * Folders of packages and of all packages of the workspace that they use.
 *
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function packagesOf(folders) {
  const found = new Set(folders)
  for (const folder of found) {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'),
    )
    for (const name of Object.keys(dependencies))
      if (name.startsWith(SCOPE)) found.add(name.slice(SCOPE.length))
  }
  return [...found]
}
