import {
  type AppendOptions,
  type AppendResult,
  type Clock,
  encodeUtf8,
  isUportError,
  type OpenTopicResult,
  type Options,
  type ReadTopicOptions,
  sha256Base64url,
  systemClock,
  type TopicMessage,
  type TopicStore,
  type TopicToStore,
} from '@uport-kit/core'
import { KeyedQueue } from '@uport-kit/server-operations'
import { LevelDatabase, type Operation, storeError } from './level-database.ts'
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
  /**
   * Bytes of the disk that messages leave free, for removals and for LevelDB's own housekeeping: with less the store is
   * full. Default 32 MiB.
   */
  readonly minFreeBytes?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * Opens a topic store on LevelDB in a directory of its own. Names are stored as hashes, bodies as they came. On a full disk it
 * goes on reading, says that it is full, and takes messages again when there is room.
 *
 * @param options `maxBytes` defaults to 1 GiB
 * @throws UportError `RELAY_STORE_FAILED`: `locked`, `unwritable`, `damaged` or `full`
 */
export async function levelTopicStore(options: LevelTopicStoreOptions): Promise<TopicStore> {
  const { directory, sync = true, minFreeBytes = DEFAULT_MIN_FREE_BYTES } = options
  const database = await LevelDatabase.open({ directory, sync, minFreeBytes })
  const store = new LevelTopicStore(database, options)
  try {
    await store.load()
  } catch (cause) {
    await database.close()
    throw cause
  }
  return store
}

const DEFAULT_MIN_FREE_BYTES = 33_554_432

const topicKey = (hash: string): string => `t/${hash}`
const messageKey = (hash: string, cursor: number): string => `m/${hash}/${cursor}`
const expiryKey = (expiresAt: number, hash: string): string =>
  `e/${String(expiresAt).padStart(16, '0')}/${hash}`
const hashOf = (expiry: string): string => expiry.slice(expiry.lastIndexOf('/') + 1)

/** What the store holds. */
interface Room {
  topics: number
  bytes: number
}

class LevelTopicStore implements TopicStore {
  readonly #database: LevelDatabase
  readonly #clock: Clock
  readonly #maxTopics: number
  readonly #maxBytes: number
  readonly #queue = new KeyedQueue()
  #stored: Room = { topics: 0, bytes: 0 }
  /** Of writes on their way: others come meanwhile. */
  readonly #coming: Room = { topics: 0, bytes: 0 }
  #lookedAt: number | undefined
  #looking: Promise<boolean> = Promise.resolve(true)
  #sweptAt = Number.POSITIVE_INFINITY
  #closing: Promise<void> | undefined

  constructor(database: LevelDatabase, options: LevelTopicStoreOptions) {
    this.#database = database
    this.#clock = options.clock ?? systemClock()
    this.#maxTopics = options.maxTopics ?? DEFAULT_MAX_TOPICS
    this.#maxBytes = options.maxBytes ?? 1024 * 1024 * 1024
    database.onReopened = () => this.#recount()
  }

  /** Counts what is stored, so that the limits hold from the first call on. */
  async load(): Promise<void> {
    await this.#recount()
    try {
      await this.sweep()
    } catch (cause) {
      // What has expired is not read, and goes later.
      if (!isFull(cause)) throw cause
    }
  }

  async #recount(): Promise<void> {
    const stored: Room = { topics: 0, bytes: 0 }
    for await (const value of this.#database.values({ gt: 't/', lt: 't0' })) {
      stored.topics += 1
      stored.bytes += decodeTopicRecord(value).bytes
    }
    this.#stored = stored
  }

  open(name: string, topic: TopicToStore, options?: Options): Promise<OpenTopicResult> {
    return this.#exclusive(name, options, async (hash) => {
      checkTopic(name, topic)
      const old = await this.#record(hash)
      if (old !== undefined && this.#isLive(old)) return 'exists'
      if (!(await this.#hasDisk())) return 'full'
      const topics = this.#stored.topics + this.#coming.topics
      const maxTopics = Math.min(this.#maxTopics, topic.maxTopics ?? Infinity) - (topic.leaveTopics ?? 0)
      if (old === undefined && topics >= maxTopics) return 'full'
      const record: TopicRecord = {
        expiresAt: topic.expiresAt,
        capacity: topic.capacity,
        bytes: 0,
        digests: [],
        trimmed: 0,
        seconds: topic.expiresAt - this.#clock.now(),
      }
      const operations = [...(old === undefined ? [] : removal(hash, old)), ...addition(hash, record)]
      const change = { topics: old === undefined ? 1 : 0, bytes: -(old?.bytes ?? 0) }
      return (await this.#add(operations, change)) ? 'opened' : 'full'
    })
  }

  append(name: string, body: string, options?: AppendOptions): Promise<AppendResult> {
    return this.#exclusive(name, options, async (hash) => {
      const record = await this.#record(hash)
      if (record === undefined || !this.#isLive(record)) return { outcome: 'unknown' }
      const digest = sha256Base64url(body)
      const known = record.digests.indexOf(digest)
      if (known >= 0) return { outcome: 'duplicate', cursor: record.trimmed + known + 1 }
      const bytes = encodeUtf8(body).length
      if (record.digests.length >= record.capacity) return { outcome: 'full' }
      if (!(await this.#hasDisk())) return { outcome: 'store-full' }
      const taken = this.#stored.bytes + this.#coming.bytes + (options?.leaveBytes ?? 0)
      if (taken + bytes > this.#maxBytes) return { outcome: 'store-full' }
      const digests = [...record.digests, digest]
      const cursor = record.trimmed + digests.length
      const value = encodeTopicRecord({ ...record, bytes: record.bytes + bytes, digests })
      const operations: Operation[] = [
        { type: 'put', key: topicKey(hash), value },
        { type: 'put', key: messageKey(hash, cursor), value: body },
      ]
      if (!(await this.#add(operations, { topics: 0, bytes }))) return { outcome: 'store-full' }
      return { outcome: 'stored', cursor }
    })
  }

  async read(
    name: string,
    cursor: number,
    options?: ReadTopicOptions,
  ): Promise<readonly TopicMessage[] | undefined> {
    this.#begin(options)
    checkCursor(cursor)
    const hash = sha256Base64url(name)
    const record = await this.#record(hash)
    if (record === undefined || !this.#isLive(record)) return undefined
    const cursors = cursorsOf(record)
      .filter((each) => each > cursor)
      .slice(0, options?.maxMessages)
    const keys = cursors.map((each) => messageKey(hash, each))
    const bodies = await this.#bodies(keys, options?.maxBytes)
    const messages = bodies.flatMap((body, index) => {
      const each = cursors[index]
      return body === undefined || each === undefined ? [] : [{ cursor: each, body }]
    })
    if (messages.length === bodies.length) return messages
    // Fewer than the record promised: the topic was removed or trimmed between the two reads.
    const left = await this.#record(hash)
    return left === undefined || !this.#isLive(left) ? undefined : messages
  }

  /** The first of them where they are not to be longer. Sizes are not known before they are read. */
  async #bodies(keys: string[], maxBytes: number | undefined): Promise<readonly (string | undefined)[]> {
    if (maxBytes === undefined) return this.#database.getMany(keys)
    const bodies: (string | undefined)[] = []
    let bytes = 0
    for (const key of keys) {
      const body = await this.#database.get(key)
      bytes += encodeUtf8(body ?? '').length
      if (bytes > maxBytes && bodies.length > 0) break
      bodies.push(body)
    }
    return bodies
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
      await this.#database.write([
        { type: 'put', key: topicKey(hash), value: encodeTopicRecord(rest) },
        ...keys.map((key): Operation => ({ type: 'del', key })),
      ])
      this.#stored.bytes -= bytes
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
    const now = this.#clock.now()
    if (now < this.#sweptAt) await this.#shorten(now, options)
    this.#sweptAt = now
    let removed = 0
    for await (const key of this.#database.keys({ gt: 'e/', lt: expiryKey(now + 1, '') })) {
      options?.signal?.throwIfAborted()
      const hash = hashOf(key)
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

  /** What was opened by a clock that was fast, and has been set back, lives no longer than it was to. */
  async #shorten(now: number, options: Options | undefined): Promise<void> {
    for await (const key of this.#database.keys({ gt: expiryKey(now + 1, ''), lt: 'e0' })) {
      options?.signal?.throwIfAborted()
      const hash = hashOf(key)
      await this.#queue.run(hash, async () => {
        const record = await this.#record(hash)
        if (record?.seconds === undefined || record.expiresAt <= now + record.seconds) return
        const shortened = { ...record, expiresAt: now + record.seconds }
        const old: Operation = { type: 'del', key: expiryKey(record.expiresAt, hash) }
        await this.#database.write([old, ...addition(hash, shortened)])
      })
    }
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
    await this.#database.write(removal(hash, record))
    this.#stored.topics -= 1
    this.#stored.bytes -= record.bytes
  }

  /** Looks at the disk once a second at most. */
  #hasDisk(): Promise<boolean> {
    const now = this.#clock.now()
    if (now !== this.#lookedAt) {
      this.#lookedAt = now
      this.#looking = this.#database.hasRoom()
    }
    return this.#looking
  }

  /** Writes what takes room. @returns false where the disk is full */
  async #add(operations: readonly Operation[], { topics, bytes }: Readonly<Room>): Promise<boolean> {
    const coming = Math.max(0, bytes)
    this.#coming.topics += topics
    this.#coming.bytes += coming
    try {
      await this.#database.write(operations)
      this.#stored.topics += topics
      this.#stored.bytes += bytes
      return true
    } catch (cause) {
      if (isFull(cause)) return false
      throw cause
    } finally {
      this.#coming.topics -= topics
      this.#coming.bytes -= coming
    }
  }
}

const isFull = (cause: unknown): boolean =>
  isUportError(cause, 'RELAY_STORE_FAILED') && cause.data.reason === 'full'

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
