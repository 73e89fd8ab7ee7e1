// Loads TypeScript as Node 20 does not.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'rolldown/experimental'

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
  const file = fileURLToPath(url)
  const { code, errors } = transformSync(file, readFileSync(file, 'utf8'), { sourcemap: false })
  if (errors.length > 0) throw new Error(`${file} cannot be read as TypeScript`)
  return { format: 'module', source: code, shortCircuit: true }
}
