// Loads TypeScript, and gives tests that ask for vitest the small stand-in beside this file.

import { pathToFileURL } from 'node:url'

export { load } from '../lib/typescript-hooks.mjs'

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
