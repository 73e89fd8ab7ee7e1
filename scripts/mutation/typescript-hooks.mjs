// Loads TypeScript as Node 20 does not, and gives tests that ask for vitest the small stand-in beside this file.

import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transformSync } from 'rolldown/experimental'

const standIn = new URL('vitest-stand-in.mjs', import.meta.url).href
let core = ''

/** @param {{ root: string }} data the folder whose sources are tested */
export function initialize({ root }) {
  core = pathToFileURL(`${root}/packages/core/src/index.ts`).href
}

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (specifier === 'vitest') return { url: standIn, shortCircuit: true }
  if (specifier === '@uport-kit/core') return { url: core, shortCircuit: true }
  return next(specifier, context)
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
  const file = fileURLToPath(url)
  const { code, errors } = transformSync(file, readFileSync(file, 'utf8'), { sourcemap: false })
  if (errors.length > 0) throw new Error(`${file} cannot be read as TypeScript`)
  return { format: 'module', source: code, shortCircuit: true }
}
