import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './cli-error.ts'
import type { Context } from './context.ts'

const MAX_FILE = 1_048_576

/** A text that was given: `-` is standard input, `@file` a file, anything else itself. */
export async function readText(given: string, context: Context): Promise<string> {
  if (given === '-') return (await context.terminal.readAll()).trim()
  return given.startsWith('@') ? (await readFileText(given.slice(1))).trim() : given.trim()
}

/** A JSON object from a file, or from standard input as `-`. @throws UsageError */
export async function readJsonObject(
  path: string,
  context: Context,
): Promise<Readonly<Record<string, unknown>>> {
  if (/^\s*[{[]/.test(path)) {
    throw new UsageError(
      'Give the name of a JSON file, or - and the JSON on standard input: a call is for all to see.',
    )
  }
  const text = path === '-' ? await context.terminal.readAll() : await readFileText(path)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${describe(path)} is not JSON.`, { cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new UsageError(`${describe(path)} must hold a JSON object.`)
}

/** @throws UsageError where there is no such file, or it is too large */
export async function readFileText(path: string): Promise<string> {
  return (await readFileBytes(path, MAX_FILE)).toString('utf8')
}

export async function readFileBytes(path: string, maxBytes: number): Promise<Buffer> {
  try {
    if ((await stat(path)).size > maxBytes) throw new UsageError(`The file ${path} is too large.`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The file ${path} cannot be read: check its name.`, { cause: error })
  }
}

function describe(path: string): string {
  return path === '-' ? 'Standard input' : `The file ${path}`
}
