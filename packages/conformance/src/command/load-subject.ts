import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeError } from '../redact.ts'
import type { Suite } from '../suites.ts'
import { UsageError } from './usage-error.ts'

/** A subject as the cases take it, and how to free it. */
export interface LoadedSubject {
  readonly subject: object
  close(): Promise<void>
}

/** Makes the subject of a case; what it frees at the end where all cases share one. */
export interface SubjectSource {
  make(): Promise<LoadedSubject>
  /** Frees what the cases shared. */
  close(): Promise<void>
}

const TYPESCRIPT = /\.[cm]?ts$/

/**
 * Imports a module and finds the suite's subject in it.
 *
 * @throws UsageError where there is none, one line that says why
 */
export async function loadSubjects(suite: Suite, path: string): Promise<SubjectSource> {
  const exported = readExport(suite, path, await importModule(path))
  if (typeof exported !== 'function') {
    const shared = readSubject(suite, path, exported)
    return { make: async () => ({ ...shared, close: async () => undefined }), close: shared.close }
  }
  return {
    make: async () => readSubject(suite, path, await Reflect.apply(exported, undefined, [])),
    close: async () => undefined,
  }
}

async function importModule(path: string): Promise<object> {
  const file = resolve(path)
  if (!existsSync(file))
    throw new UsageError(`There is no file ${path}: give the path of your module from here`)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && TYPESCRIPT.test(file)) {
      throw new UsageError(
        `Node ${process.versions.node} runs no TypeScript: build ${path} to JavaScript, or use Node 22.18 or newer`,
      )
    }
    throw new UsageError(`${path} could not be imported: ${describeError(error)}`)
  }
}

function readExport(suite: Suite, path: string, module: object): unknown {
  const named: unknown = Reflect.get(module, suite.exportName)
  const found = named ?? Reflect.get(module, 'default')
  if (found !== undefined) return found
  const exports = Object.keys(module).slice(0, 5).join(', ')
  throw new UsageError(
    `${path} exports ${exports === '' ? 'nothing' : exports}: export default { ${shapeOf(suite)} }, or a function that makes it`,
  )
}

function readSubject(suite: Suite, path: string, value: unknown): LoadedSubject {
  if (typeof value !== 'object' || value === null) {
    const what = value === null ? 'null' : typeof value
    throw new UsageError(`${path} gives ${what} for ${suite.name}: it must give { ${shapeOf(suite)} }`)
  }
  for (const member of suite.members) {
    const missing = missingOf(member, Reflect.get(value, member.name))
    if (missing === undefined) continue
    throw new UsageError(`${path}: ${missing}; ${suite.name} needs { ${shapeOf(suite)} }`)
  }
  if (Reflect.get(value, 'advance') !== undefined && Reflect.get(value, 'now') === undefined) {
    throw new UsageError(`${path}: a subject with advance() needs now(), the Unix seconds of the same clock`)
  }
  return { subject: takeMembers(suite, value), close: closeOf(value) }
}

function missingOf(
  { name, kind, methods, optional }: Suite['members'][number],
  value: unknown,
): string | undefined {
  if (optional === true && value === undefined) return undefined
  if (kind === 'text') return typeof value === 'string' && value !== '' ? undefined : `${name} must be a text`
  if (kind === 'function') return typeof value === 'function' ? undefined : `${name} must be a function`
  if (typeof value !== 'object' || value === null) return `${name} must be an object`
  const absent = methods?.find((method) => typeof Reflect.get(value, method) !== 'function')
  return absent === undefined ? undefined : `${name} has no method ${absent}()`
}

/** The members that the cases know, each method bound, because cases take subjects apart. */
function takeMembers({ members }: Suite, value: object): object {
  const taken = members.map(({ name }) => {
    const member: unknown = Reflect.get(value, name)
    return [name, typeof member === 'function' ? member.bind(value) : member] as const
  })
  return {
    now: () => Math.floor(Date.now() / 1000),
    ...Object.fromEntries(taken.filter(([, member]) => member !== undefined)),
  }
}

function closeOf(value: object): () => Promise<void> {
  const close = [Reflect.get(value, 'close'), Reflect.get(value, Symbol.asyncDispose)].find(
    (method) => typeof method === 'function',
  )
  return async () => {
    if (close !== undefined) await Reflect.apply(close, value, [])
  }
}

function shapeOf({ members }: Suite): string {
  return members.map(({ name, optional }) => (optional === true ? `${name}?` : name)).join(', ')
}
