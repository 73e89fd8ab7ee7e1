// Packages that offer Node one file for each entry (the condition `node` in their exports) instead of a module for each
// concept: modules one by one are what takes time to import. Bundlers go on reading the modules, of which they leave out
// what nobody uses.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './run.mjs'

const OUTPUT = './dist/node/'
/** Under `node_modules`, so that nothing of it is published, and that what compiles is a part of what is known. */
const known = join(root, 'node_modules/.cache/uport-kit')

/** Makes what is older than its sources. A digest tells: the age of a file does not. */
export async function bundlePackages() {
  for (const name of readdirSync(join(root, 'packages'))) {
    const entries = entriesOf(name)
    if (Object.keys(entries).length > 0) await refresh(name, entries)
  }
}

/**
 * @param {string} name the folder of a package
 * @returns {Record<string, string>} the path of each source by the name of what is made of it
 */
function entriesOf(name) {
  const manifest = join(root, 'packages', name, 'package.json')
  if (!existsSync(manifest)) return {}
  const { exports = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  const conditions = Object.values(exports).filter((target) => typeof target === 'object')
  const targets = conditions.flatMap((target) => target.node ?? [])
  // A module of its own beside the bundle would be a second copy of what both have: its errors would be no errors of ours.
  if (targets.length > 0 && targets.length < conditions.length) {
    throw new Error(`${manifest}: give every entry the condition "node", or none`)
  }
  return Object.fromEntries(
    targets.map((target) => {
      const entry = target.slice(OUTPUT.length, -'.js'.length)
      return [entry, join(root, 'packages', name, 'src', `${entry}.ts`)]
    }),
  )
}

/** @param {string} name @param {Record<string, string>} entries */
async function refresh(name, entries) {
  const folder = join(root, 'packages', name)
  const output = join(folder, OUTPUT)
  const record = join(known, `${name}.bundled`)
  const digest = digestOf(folder)
  const isThere = Object.keys(entries).every((entry) => existsSync(join(output, `${entry}.js`)))
  if (isThere && existsSync(record) && readFileSync(record, 'utf8') === digest) return
  const fresh = join(folder, `dist/node.${process.pid}`)
  await bundle(entries, fresh)
  replace(output, fresh)
  mkdirSync(known, { recursive: true })
  writeFileSync(record, digest)
}

/** Whole at once: a program that starts meanwhile must not find chunks of two makings. @param {string} output @param {string} fresh */
function replace(output, fresh) {
  const old = `${fresh}.old`
  if (existsSync(output)) renameSync(output, old)
  renameSync(fresh, output)
  rmSync(old, { recursive: true, force: true })
}

/** @param {Record<string, string>} input @param {string} dir */
async function bundle(input, dir) {
  // Late: there is none before the dependencies are installed.
  const { rolldown } = await import('rolldown')
  const bundled = await rolldown({
    cwd: root,
    input,
    platform: 'neutral',
    tsconfig: false,
    transform: { target: 'es2022' },
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    onLog(level, { message }) {
      throw new Error(`${level}: ${message}`)
    },
  })
  await bundled.write({
    dir,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
  })
  await bundled.close()
}

/** Of the sources, of what says which are entries, and of what bundles them. @param {string} folder */
function digestOf(folder) {
  const hash = createHash('sha256')
  const source = join(folder, 'src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(source, file))
  const rolldown = join(root, 'node_modules/rolldown/package.json')
  for (const file of [fileURLToPath(import.meta.url), join(folder, 'package.json'), rolldown, ...files]) {
    const bytes = readFileSync(file)
    hash.update(`${relative(root, file)} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}
