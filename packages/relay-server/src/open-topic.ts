import type { LedgerRefusal } from './limits/topic-ledger.ts'
import type { Relay } from './relay.ts'

export interface TopicToOpen {
  readonly name: string
  readonly expiresAt: number
  readonly capacity: number
  /** Who opens it. */
  readonly address: string
}

/** Opens a topic within the shares of its address and of the relay. */
export async function openTopic(
  relay: Relay,
  topic: TopicToOpen,
): Promise<'opened' | 'exists' | LedgerRefusal> {
  const entry = relay.ledger.enter(topic.name, topic.address, topic.expiresAt)
  if (entry === 'too-many' || entry === 'crowded') return entry
  let result: 'opened' | 'exists' | 'full' | undefined
  try {
    result = await relay.store.open(topic.name, { expiresAt: topic.expiresAt, capacity: topic.capacity })
    return result === 'full' ? 'crowded' : result
  } finally {
    // What was not opened here is not on this address's account, and its end is not known.
    if (entry === 'entered' && result !== 'opened') relay.ledger.remove(topic.name)
  }
}

/** The end asked for, or the latest allowed; undefined for what is no time to come. */
export function topicEnd(relay: Relay, expiresAt: unknown): number | undefined {
  const now = relay.clock.now()
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt) || expiresAt <= now) return undefined
  return Math.min(expiresAt, now + relay.limits.maxTopicSeconds)
}
