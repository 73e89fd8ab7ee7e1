import {
  type AppendOptions,
  type AppendResult,
  type Clock,
  encodeUtf8,
  type OpenTopicResult,
  type Options,
  type ReadTopicOptions,
  systemClock,
  type TopicMessage,
  type TopicStore,
  type TopicToStore,
  UportError,
} from '@uport-kit/core'
import { firstPage } from '../message-page.ts'
import { checkCursor, checkTopic, DEFAULT_MAX_TOPICS, type TopicStoreLimits } from './topic-limits.ts'

export interface MemoryTopicStoreOptions extends TopicStoreLimits {
  readonly clock?: Clock | undefined
}

interface Topic {
  expiresAt: number
  /** That it was to live when it was opened. */
  readonly seconds: number
  readonly capacity: number
  readonly bodies: string[]
  /** How many were trimmed: the first body's cursor is one more. */
  trimmed: number
  bytes: number
}

/**
 * A topic store that lives and dies with its process.
 *
 * @param options `maxBytes` defaults to 64 MiB
 */
export function memoryTopicStore(options: MemoryTopicStoreOptions = {}): TopicStore {
  return new MemoryTopicStore(options)
}

class MemoryTopicStore implements TopicStore {
  readonly #clock: Clock
  readonly #maxTopics: number
  readonly #maxBytes: number
  readonly #topics = new Map<string, Topic>()
  #bytes = 0
  #closed = false

  constructor(options: MemoryTopicStoreOptions) {
    this.#clock = options.clock ?? systemClock()
    this.#maxTopics = options.maxTopics ?? DEFAULT_MAX_TOPICS
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024
  }

  async open(name: string, topic: TopicToStore, options?: Options): Promise<OpenTopicResult> {
    this.#begin(options)
    checkTopic(name, topic)
    if (this.#live(name) !== undefined) return 'exists'
    this.#delete(name)
    if (this.#topics.size >= this.#maxTopics) await this.sweep()
    const maxTopics = Math.min(this.#maxTopics, topic.maxTopics ?? Infinity) - (topic.leaveTopics ?? 0)
    if (this.#topics.size >= maxTopics) return 'full'
    const { expiresAt, capacity } = topic
    const seconds = expiresAt - this.#clock.now()
    this.#topics.set(name, { expiresAt, seconds, capacity, bodies: [], trimmed: 0, bytes: 0 })
    return 'opened'
  }

  async append(name: string, body: string, options?: AppendOptions): Promise<AppendResult> {
    this.#begin(options)
    const topic = this.#live(name)
    if (topic === undefined) return { outcome: 'unknown' }
    const known = topic.bodies.indexOf(body)
    if (known >= 0) return { outcome: 'duplicate', cursor: topic.trimmed + known + 1 }
    const bytes = encodeUtf8(body).length
    if (topic.bodies.length >= topic.capacity) return { outcome: 'full' }
    if (this.#bytes + bytes + (options?.leaveBytes ?? 0) > this.#maxBytes) return { outcome: 'store-full' }
    topic.bytes += bytes
    this.#bytes += bytes
    return { outcome: 'stored', cursor: topic.trimmed + topic.bodies.push(body) }
  }

  async read(
    name: string,
    cursor: number,
    options?: ReadTopicOptions,
  ): Promise<readonly TopicMessage[] | undefined> {
    this.#begin(options)
    checkCursor(cursor)
    const topic = this.#live(name)
    if (topic === undefined) return undefined
    const first = Math.max(0, cursor - topic.trimmed)
    const messages = topic.bodies
      .slice(first, first + (options?.maxMessages ?? topic.bodies.length))
      .map((body, index) => ({ cursor: topic.trimmed + first + index + 1, body }))
    return firstPage(messages, options?.maxBytes)
  }

  async trim(name: string, cursor: number, options?: Options): Promise<boolean> {
    this.#begin(options)
    checkCursor(cursor)
    const topic = this.#live(name)
    if (topic === undefined) return false
    const gone = topic.bodies.splice(0, Math.max(0, cursor - topic.trimmed))
    const bytes = gone.reduce((sum, body) => sum + encodeUtf8(body).length, 0)
    topic.trimmed += gone.length
    topic.bytes -= bytes
    this.#bytes -= bytes
    return true
  }

  async remove(name: string, options?: Options): Promise<boolean> {
    this.#begin(options)
    const live = this.#live(name) !== undefined
    this.#delete(name)
    return live
  }

  async sweep(options?: Options): Promise<number> {
    this.#begin(options)
    const before = this.#topics.size
    const now = this.#clock.now()
    for (const [name, topic] of [...this.#topics]) {
      if (topic.expiresAt <= now) this.#delete(name)
      // Opened by a clock that was fast, and has been set back.
      else topic.expiresAt = Math.min(topic.expiresAt, now + topic.seconds)
    }
    return before - this.#topics.size
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#topics.clear()
    this.#bytes = 0
  }

  #begin(options: Options | undefined): void {
    options?.signal?.throwIfAborted()
    if (this.#closed)
      throw new UportError('RELAY_STORE_FAILED', 'The topic store was closed.', {
        data: { reason: 'closed' },
      })
  }

  #live(name: string): Topic | undefined {
    const topic = this.#topics.get(name)
    return topic !== undefined && topic.expiresAt > this.#clock.now() ? topic : undefined
  }

  #delete(name: string): void {
    this.#bytes -= this.#topics.get(name)?.bytes ?? 0
    this.#topics.delete(name)
  }
}
