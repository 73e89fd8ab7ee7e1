import type { TopicMessage } from '@uport-kit/core'
import { parseJsonObject } from '@uport-kit/server-operations/http'
import type { LedgerRefusal } from './limits/topic-ledger.ts'
import { openTopic } from './open-topic.ts'
import type { Relay } from './relay.ts'
import { storeMessage } from './store-message.ts'

/** A topic of the old message server: one text, readable by whoever knows the id. */
export interface LegacyTopic {
  /** Unix seconds; undefined only where the process that opened it died in between. */
  readonly expiresAt: number | undefined
  readonly isExpired: boolean
  /** The JSON text that was posted first. */
  readonly content: string | undefined
  /** What ends an old poller's wait: the `error` that was posted, or that the topic has expired. */
  readonly error: string | undefined
}

/**
 * How long an expired topic is remembered, to tell whoever still polls. Old pollers ask every two seconds, without end.
 */
const REMEMBERED_SECONDS = 600

/** The first of two messages says when the topic ends; no JSON object looks like it. */
const CAPACITY = 2
const END = /^expires (\d{1,15})$/

const nameOf = (id: string): string => `l:${id}`

/** The topic as it stands; undefined where there is none. */
export async function readLegacyTopic(relay: Relay, id: string): Promise<LegacyTopic | undefined> {
  const messages = await relay.store.read(nameOf(id), 0)
  return messages === undefined ? undefined : toTopic(messages, relay.clock.now())
}

/** Opens the topic where there is none yet. */
export async function openLegacyTopic(
  relay: Relay,
  id: string,
  address: string,
): Promise<'opened' | 'exists' | LedgerRefusal> {
  const name = nameOf(id)
  const end = relay.clock.now() + relay.limits.legacyTopicSeconds
  const topic = { name, expiresAt: end + REMEMBERED_SECONDS, capacity: CAPACITY, address }
  const result = await openTopic(relay, topic)
  if (result === 'opened') await relay.store.append(name, `expires ${end}`)
  return result
}

/**
 * Writes the topic, once: the first content stays.
 *
 * @returns `written` also for the very content that is there
 */
export async function writeLegacyTopic(
  relay: Relay,
  id: string,
  body: string,
  address: string,
): Promise<'written' | 'full' | 'expired' | 'unknown' | LedgerRefusal> {
  const topic = await readLegacyTopic(relay, id)
  if (topic === undefined) return 'unknown'
  if (topic.isExpired) return 'expired'
  if (topic.content !== undefined && topic.content !== body) return 'full'
  const outcome = await storeMessage(relay, { name: nameOf(id), body, address })
  return outcome === 'stored' || outcome === 'duplicate' ? 'written' : outcome
}

function toTopic(messages: readonly TopicMessage[], now: number): LegacyTopic {
  const bodies = messages.map((message) => message.body)
  const ends = bodies.flatMap((body) => END.exec(body)?.[1] ?? []).map(Number)
  const expiresAt = ends[0]
  const isExpired = expiresAt !== undefined && expiresAt <= now
  const content = bodies.find((body) => !END.test(body))
  const posted = content === undefined ? undefined : parseJsonObject(content)?.['error']
  const error = typeof posted === 'string' && posted !== '' ? posted : isExpired ? 'expired' : undefined
  return { expiresAt, isExpired, content: isExpired ? undefined : content, error }
}
