// Puts together what a server needs to run, for an image: its package and those of the workspace that it uses, as built, and
// what npm installed. Install with `npm ci --omit=dev --workspace=...` first.
//
// usage: node scripts/collect-server.mjs <folder> <package folder...>

import { cpSync, existsSync, lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packagesOf } from './lib/packages-of.mjs'
import { root } from './lib/run.mjs'

const [folder, ...servers] = process.argv.slice(2)
if (folder === undefined || servers.length === 0) {
  console.error('usage: node scripts/collect-server.mjs <folder> <package folder...>')
  process.exit(2)
}

const target = resolve(folder)
const names = packagesOf(servers)
for (const name of names) {
  const source = join(root, 'packages', name)
  cpSync(join(source, 'package.json'), join(target, 'packages', name, 'package.json'))
  for (const part of ['dist', 'node_modules']) {
    if (!existsSync(join(source, part))) continue
    cpSync(join(source, part), join(target, 'packages', name, part), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => part === 'node_modules' || !/\.(?:d\.ts|map)$/.test(path),
    })
  }
}
cpSync(join(root, 'node_modules'), join(target, 'node_modules'), { recursive: true, verbatimSymlinks: true })
removeStrays(join(target, 'node_modules'))
console.log(`${names.join(', ')} in ${target}`)

/** Links to packages of the workspace that were left out, and what only tools use. @param {string} modules */
function removeStrays(modules) {
  for (const stray of ['.cache', '.bin', '.package-lock.json'])
    rmSync(join(modules, stray), { recursive: true, force: true })
  const scope = join(modules, '@uport-kit')
  for (const name of readdirSync(scope)) {
    const link = join(scope, name)
    if (lstatSync(link).isSymbolicLink() && !names.includes(name)) rmSync(link)
    else realpathSync(link)
  }
}
