import {
  type AppendResult,
  type Clock,
  encodeUtf8,
  type OpenTopicResult,
  type Options,
  sha256Base64url,
  systemClock,
  type TopicMessage,
  type TopicStore,
  UportError,
} from '@uport-kit/core'
import { makeDirectory } from '@uport-kit/server-operations'
import { ClassicLevel } from 'classic-level'
import type { RelayStoreProblem } from '../errors.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { checkCursor, checkTopic, DEFAULT_MAX_TOPICS, type TopicStoreLimits } from './topic-limits.ts'
import { decodeTopicRecord, encodeTopicRecord, type TopicRecord } from './topic-record.ts'

export interface LevelTopicStoreOptions extends TopicStoreLimits {
  /** Made where it is missing, readable by its owner alone. One process at a time opens it. */
  readonly directory: string
  /**
   * Whether a write is on the disk before it is acknowledged. Default true. Without it a killed process still loses
   * nothing, but a machine that loses power may.
   */
  readonly sync?: boolean | undefined
  readonly clock?: Clock | undefined
}

/**
 * Opens a topic store on LevelDB in a directory of its own. Names are stored as hashes, bodies as they came.
 *
 * @param options `maxBytes` defaults to 1 GiB
 * @throws UportError `RELAY_STORE_FAILED`: `locked`, `unwritable` or `damaged`
 */
export async function levelTopicStore(options: LevelTopicStoreOptions): Promise<TopicStore> {
  const database = await openDatabase(options.directory)
  const store = new LevelTopicStore(database, options)
  try {
    await store.load()
  } catch (cause) {
    await database.close()
    throw cause
  }
  return store
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
    throw openError(directory, cause)
  }
}

type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string }

const topicKey = (hash: string): string => `t/${hash}`
const messageKey = (hash: string, cursor: number): string => `m/${hash}/${cursor}`
const expiryKey = (expiresAt: number, hash: string): string =>
  `e/${String(expiresAt).padStart(16, '0')}/${hash}`

class LevelTopicStore implements TopicStore {
  readonly #database: ClassicLevel<string, string>
  readonly #clock: Clock
  readonly #maxTopics: number
  readonly #maxBytes: number
  readonly #sync: boolean
  readonly #queue = new KeyedQueue()
  #topics = 0
  #bytes = 0
  #closing: Promise<void> | undefined

  constructor(database: ClassicLevel<string, string>, options: LevelTopicStoreOptions) {
    this.#database = database
    this.#clock = options.clock ?? systemClock()
    this.#maxTopics = options.maxTopics ?? DEFAULT_MAX_TOPICS
    this.#maxBytes = options.maxBytes ?? 1024 * 1024 * 1024
    this.#sync = options.sync ?? true
  }

  /** Counts what is stored, so that the limits hold from the first call on. */
  async load(): Promise<void> {
    for await (const value of this.#database.values({ gt: 't/', lt: 't0' })) {
      this.#topics += 1
      this.#bytes += decodeTopicRecord(value).bytes
    }
    await this.sweep()
  }

  open(
    name: string,
    topic: { readonly expiresAt: number; readonly capacity: number },
    options?: Options,
  ): Promise<OpenTopicResult> {
    return this.#exclusive(name, options, async (hash) => {
      checkTopic(name, topic)
      const old = await this.#record(hash)
      if (old !== undefined && this.#isLive(old)) return 'exists'
      if (old === undefined && this.#topics >= this.#maxTopics) return 'full'
      const record: TopicRecord = {
        expiresAt: topic.expiresAt,
        capacity: topic.capacity,
        bytes: 0,
        digests: [],
        trimmed: 0,
      }
      // Counted before the write: others open meanwhile.
      this.#count(old === undefined ? 1 : 0, -(old?.bytes ?? 0))
      try {
        await this.#write([...(old === undefined ? [] : removal(hash, old)), ...addition(hash, record)])
      } catch (cause) {
        this.#count(old === undefined ? -1 : 0, old?.bytes ?? 0)
        throw cause
      }
      return 'opened'
    })
  }

  append(name: string, body: string, options?: Options): Promise<AppendResult> {
    return this.#exclusive(name, options, async (hash) => {
      const record = await this.#record(hash)
      if (record === undefined || !this.#isLive(record)) return { outcome: 'unknown' }
      const digest = sha256Base64url(body)
      const known = record.digests.indexOf(digest)
      if (known >= 0) return { outcome: 'duplicate', cursor: record.trimmed + known + 1 }
      const bytes = encodeUtf8(body).length
      if (record.digests.length >= record.capacity) return { outcome: 'full' }
      if (this.#bytes + bytes > this.#maxBytes) return { outcome: 'store-full' }
      const digests = [...record.digests, digest]
      const cursor = record.trimmed + digests.length
      this.#count(0, bytes)
      try {
        await this.#write([
          {
            type: 'put',
            key: topicKey(hash),
            value: encodeTopicRecord({ ...record, bytes: record.bytes + bytes, digests }),
          },
          { type: 'put', key: messageKey(hash, cursor), value: body },
        ])
      } catch (cause) {
        this.#count(0, -bytes)
        throw cause
      }
      return { outcome: 'stored', cursor }
    })
  }

  async read(name: string, cursor: number, options?: Options): Promise<readonly TopicMessage[] | undefined> {
    this.#begin(options)
    checkCursor(cursor)
    const hash = sha256Base64url(name)
    const record = await this.#record(hash)
    if (record === undefined || !this.#isLive(record)) return undefined
    const cursors = cursorsOf(record).filter((each) => each > cursor)
    const bodies = await this.#database.getMany(cursors.map((each) => messageKey(hash, each)))
    const messages = cursors.flatMap((each, index) => {
      const body = bodies[index]
      return body === undefined ? [] : [{ cursor: each, body }]
    })
    if (messages.length === cursors.length) return messages
    // Fewer than the record promised: the topic was removed or trimmed between the two reads.
    const left = await this.#record(hash)
    return left === undefined || !this.#isLive(left) ? undefined : messages
  }

  trim(name: string, cursor: number, options?: Options): Promise<boolean> {
    return this.#exclusive(name, options, async (hash) => {
      checkCursor(cursor)
      const record = await this.#record(hash)
      if (record === undefined || !this.#isLive(record)) return false
      const keys = cursorsOf(record)
        .filter((each) => each <= cursor)
        .map((each) => messageKey(hash, each))
      if (keys.length === 0) return true
      const bodies = await this.#database.getMany(keys)
      const bytes = bodies.reduce((sum, body) => sum + encodeUtf8(body ?? '').length, 0)
      const rest: TopicRecord = {
        ...record,
        bytes: record.bytes - bytes,
        digests: record.digests.slice(keys.length),
        trimmed: record.trimmed + keys.length,
      }
      await this.#write([
        { type: 'put', key: topicKey(hash), value: encodeTopicRecord(rest) },
        ...keys.map((key): Operation => ({ type: 'del', key })),
      ])
      this.#count(0, -bytes)
      return true
    })
  }

  remove(name: string, options?: Options): Promise<boolean> {
    return this.#exclusive(name, options, async (hash) => {
      const record = await this.#record(hash)
      if (record === undefined) return false
      await this.#erase(hash, record)
      return this.#isLive(record)
    })
  }

  async sweep(options?: Options): Promise<number> {
    this.#begin(options)
    let removed = 0
    for await (const key of this.#database.keys({ gt: 'e/', lt: expiryKey(this.#clock.now() + 1, '') })) {
      options?.signal?.throwIfAborted()
      const hash = key.slice(key.lastIndexOf('/') + 1)
      await this.#queue.run(hash, async () => {
        const record = await this.#record(hash)
        // A new topic may have taken the name since the key was read.
        if (record === undefined || this.#isLive(record)) return
        await this.#erase(hash, record)
        removed += 1
      })
    }
    return removed
  }

  close(): Promise<void> {
    this.#closing ??= this.#queue.idle().then(() => this.#database.close())
    return this.#closing
  }

  #begin(options: Options | undefined): void {
    options?.signal?.throwIfAborted()
    if (this.#closing !== undefined) throw storeError('closed', 'The topic store was closed.')
  }

  /** One at a time for each topic: that is what makes reading and then writing atomic. */
  async #exclusive<T>(
    name: string,
    options: Options | undefined,
    task: (hash: string) => Promise<T>,
  ): Promise<T> {
    this.#begin(options)
    const hash = sha256Base64url(name)
    return this.#queue.run(hash, () => task(hash))
  }

  async #record(hash: string): Promise<TopicRecord | undefined> {
    const value = await this.#database.get(topicKey(hash))
    return value === undefined ? undefined : decodeTopicRecord(value)
  }

  #isLive(record: TopicRecord): boolean {
    return record.expiresAt > this.#clock.now()
  }

  async #erase(hash: string, record: TopicRecord): Promise<void> {
    await this.#write(removal(hash, record))
    this.#count(-1, -record.bytes)
  }

  #count(topics: number, bytes: number): void {
    this.#topics += topics
    this.#bytes += bytes
  }

  /** All operations or none. */
  #write(operations: Operation[]): Promise<void> {
    return this.#database.batch(operations, { sync: this.#sync })
  }
}

const cursorsOf = ({ digests, trimmed }: TopicRecord): readonly number[] =>
  digests.map((_, index) => trimmed + index + 1)

function addition(hash: string, record: TopicRecord): Operation[] {
  return [
    { type: 'put', key: topicKey(hash), value: encodeTopicRecord(record) },
    { type: 'put', key: expiryKey(record.expiresAt, hash), value: '' },
  ]
}

function removal(hash: string, record: TopicRecord): Operation[] {
  return [
    { type: 'del', key: topicKey(hash) },
    { type: 'del', key: expiryKey(record.expiresAt, hash) },
    ...cursorsOf(record).map((cursor): Operation => ({ type: 'del', key: messageKey(hash, cursor) })),
  ]
}

function storeError(reason: RelayStoreProblem, message: string, cause?: unknown): UportError {
  return new UportError('RELAY_STORE_FAILED', message, { data: { reason }, cause })
}

function openError(directory: string, cause: unknown): UportError {
  const codes = [codeOf(cause), cause instanceof Error ? codeOf(cause.cause) : undefined]
  if (codes.includes('LEVEL_LOCKED'))
    return storeError(
      'locked',
      `Another process uses the data directory ${directory}; give each relay its own.`,
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
