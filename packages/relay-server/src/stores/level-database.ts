import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { UportError } from '@uport-kit/core'
import { databaseProblem, makeDirectory } from '@uport-kit/server-operations'
import { ClassicLevel } from 'classic-level'
import type { RelayStoreProblem } from '../errors.ts'

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string }

export interface LevelDatabaseOptions {
  readonly directory: string
  /** Whether a write is on the disk before it counts. */
  readonly sync: boolean
  /** Bytes of the disk that are left for removals, and for LevelDB's own housekeeping. */
  readonly minFreeBytes: number
}

interface Write {
  readonly operations: readonly Operation[]
  readonly resolve: () => void
  readonly reject: (cause: unknown) => void
}

/** Writes that go to the disk together. */
const MAX_GROUP = 64

/** What opening a database writes, apart from what its log holds. */
const OPENING_BYTES = 65_536

/**
 * A LevelDB that outlives a full disk. LevelDB's log may then end in the middle of a record, and goes on behind it as soon as
 * there is room again: all that follows is lost at the next start. So after a write that failed nothing is written until the
 * database has been opened anew, which ends its log.
 */
export class LevelDatabase {
  readonly #options: LevelDatabaseOptions
  readonly #queue: Write[] = []
  #level: ClassicLevel<string, string> | undefined
  #isBroken = false
  #writing: Promise<void> | undefined
  #opening: Promise<unknown> = Promise.resolve()
  #isClosed = false

  private constructor(options: LevelDatabaseOptions, level: ClassicLevel<string, string>) {
    this.#options = options
    this.#level = level
  }

  /** @throws UportError `RELAY_STORE_FAILED`: `locked`, `unwritable`, `damaged` or `full` */
  static async open(options: LevelDatabaseOptions): Promise<LevelDatabase> {
    return new LevelDatabase(options, await openLevel(options.directory))
  }

  /** Called when the database was opened anew: a write that had failed may be there now. */
  onReopened: () => Promise<void> = async () => {}

  async get(key: string): Promise<string | undefined> {
    return (await this.#opened()).get(key)
  }

  async getMany(keys: string[]): Promise<(string | undefined)[]> {
    return (await this.#opened()).getMany(keys)
  }

  async *keys(range: { readonly gt: string; readonly lt: string }): AsyncGenerator<string> {
    yield* (await this.#opened()).keys(range)
  }

  async *values(range: { readonly gt: string; readonly lt: string }): AsyncGenerator<string> {
    yield* (await this.#opened()).values(range)
  }

  /** Whether the disk has room for more messages. */
  async hasRoom(): Promise<boolean> {
    return (await freeBytes(this.#options.directory)) >= this.#options.minFreeBytes
  }

  /**
   * All operations or none.
   *
   * @throws UportError `RELAY_STORE_FAILED`: `full`, `unwritable` or `damaged`
   */
  write(operations: readonly Operation[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ operations, resolve, reject })
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined
      })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    await this.#opening.catch(() => {})
    await this.#level?.close()
  }

  /** One group after the other: none is written behind one that failed, and taken for stored. */
  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, MAX_GROUP)
      try {
        const level = await this.#writable()
        const operations = group.flatMap((write) => write.operations)
        await level.batch(operations, { sync: this.#options.sync }).catch((cause: unknown) => {
          this.#isBroken = true
          throw cause
        })
        for (const { resolve } of group) resolve()
      } catch (cause) {
        const failed = databaseError(this.#options.directory, cause)
        for (const { reject } of group) reject(failed)
      }
    }
  }

  async #writable(): Promise<ClassicLevel<string, string>> {
    if (!this.#isBroken) return this.#opened()
    const { directory } = this.#options
    // Opened on a disk that is too full, not even what is there could be read.
    if ((await freeBytes(directory)) < (await logBytes(directory)) + OPENING_BYTES) throw full(directory)
    await this.#level?.close()
    this.#level = undefined
    return this.#opened()
  }

  /** Opens it where that failed the last time. */
  async #opened(): Promise<ClassicLevel<string, string>> {
    if (this.#level !== undefined) return this.#level
    if (this.#isClosed) throw storeError('closed', 'The topic store was closed.')
    const opening = this.#opening.catch(() => {}).then(() => this.#reopen())
    this.#opening = opening
    return opening
  }

  async #reopen(): Promise<ClassicLevel<string, string>> {
    if (this.#level !== undefined) return this.#level
    const level = await openLevel(this.#options.directory)
    this.#level = level
    this.#isBroken = false
    await this.onReopened()
    return level
  }
}

async function openLevel(directory: string): Promise<ClassicLevel<string, string>> {
  try {
    // First of all: the database begins to open itself when it is made.
    await makeDirectory(directory)
    const level = new ClassicLevel<string, string>(directory, { keyEncoding: 'utf8', valueEncoding: 'utf8' })
    await level.open()
    return level
  } catch (cause) {
    throw databaseError(directory, cause)
  }
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** What opening the database moves from its log into tables. */
async function logBytes(directory: string): Promise<number> {
  const logs = (await readdir(directory)).filter((name) => name.endsWith('.log'))
  const sizes = await Promise.all(logs.map(async (name) => (await stat(join(directory, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

export function storeError(reason: RelayStoreProblem, message: string, cause?: unknown): UportError {
  const retryable = reason === 'full'
  return new UportError('RELAY_STORE_FAILED', message, { data: { reason }, retryable, cause })
}

function full(directory: string, cause?: unknown): UportError {
  return storeError('full', `The disk of the data directory ${directory} is full; make room on it.`, cause)
}

function databaseError(directory: string, cause: unknown): UportError {
  if (cause instanceof UportError) return cause
  const { reason, message } = databaseProblem(directory, 'relay', cause)
  if (reason === 'unwritable' && isOutOfSpace(cause)) return full(directory, cause)
  return storeError(reason, message, cause)
}

/** By the words of the system (`strerror` of ENOSPC and EDQUOT): LevelDB passes nothing else on. */
function isOutOfSpace(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  return /No space left on device|quota exceeded/i.test(cause.message) || isOutOfSpace(cause.cause)
}
