import { UportError } from '@uport-kit/core'
import { databaseProblem, makeDirectory } from '@uport-kit/server-operations'
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
  const database = await openDatabase(directory)
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

async function openDatabase(directory: string): Promise<ClassicLevel<string, string>> {
  try {
    // First of all: the database begins to open itself when it is made.
    await makeDirectory(directory)
    const database = new ClassicLevel<string, string>(directory, {
      keyEncoding: 'utf8',
      valueEncoding: 'utf8',
    })
    await database.open()
    return database
  } catch (cause) {
    const { reason, message } = databaseProblem(directory, 'sponsor', cause)
    throw storeError(reason, message, cause)
  }
}

function storeError(reason: SponsorStoreProblem, message: string, cause?: unknown): UportError {
  return new UportError('SPONSOR_STORE_FAILED', message, { data: { reason }, cause })
}
