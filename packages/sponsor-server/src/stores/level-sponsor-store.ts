import { mkdir } from 'node:fs/promises'
import { UportError } from '@uport-kit/core'
import { ClassicLevel } from 'classic-level'
import type { SponsorStoreProblem } from '../errors.ts'
import type { SponsorChange, SponsorStore } from './sponsor-store.ts'

export interface LevelSponsorStoreOptions {
  /** Made where it is missing, readable by its owner alone. One process at a time opens it. */
  readonly directory: string
}

/** Comes after every character of a key. */
const LAST = '\uffff'

/**
 * Opens a sponsor store on LevelDB in a directory of its own. Every write is on the disk before it resolves.
 *
 * @throws UportError `SPONSOR_STORE_FAILED`: `locked`, `unwritable` or `damaged`
 */
export async function levelSponsorStore({ directory }: LevelSponsorStoreOptions): Promise<SponsorStore> {
  const database = new ClassicLevel<string, string>(directory, { keyEncoding: 'utf8', valueEncoding: 'utf8' })
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await database.open()
  } catch (cause) {
    throw openError(directory, cause)
  }
  let closing: Promise<void> | undefined
  const begin = (): void => {
    if (closing !== undefined) throw storeError('closed', 'The sponsor store was closed.')
  }
  return Object.freeze<SponsorStore>({
    async get(key) {
      begin()
      return database.get(key)
    },
    entries(prefix) {
      begin()
      return database.iterator({ gte: prefix, lt: prefix + LAST })
    },
    async write(changes: readonly SponsorChange[]) {
      begin()
      const operations = changes.map(({ key, value }) =>
        value === undefined ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const),
      )
      await database.batch(operations, { sync: true })
    },
    close() {
      closing ??= database.close()
      return closing
    },
  })
}

function storeError(reason: SponsorStoreProblem, message: string, cause?: unknown): UportError {
  return new UportError('SPONSOR_STORE_FAILED', message, { data: { reason }, cause })
}

function openError(directory: string, cause: unknown): UportError {
  const codes = [codeOf(cause), cause instanceof Error ? codeOf(cause.cause) : undefined]
  if (codes.includes('LEVEL_LOCKED'))
    return storeError(
      'locked',
      `Another process uses the data directory ${directory}; give each sponsor its own.`,
      cause,
    )
  if (codes.includes('LEVEL_CORRUPTION'))
    return storeError('damaged', `The data in ${directory} is damaged; move it away or restore it.`, cause)
  return storeError(
    'unwritable',
    `Cannot write to the data directory ${directory}; check path and permissions.`,
    cause,
  )
}

function codeOf(value: unknown): string | undefined {
  return value instanceof Error && 'code' in value && typeof value.code === 'string' ? value.code : undefined
}
