import type { LedgerRefusal } from './limits/topic-ledger.ts'
import type { Relay } from './relay.ts'

export interface TopicToOpen {
  readonly name: string
  readonly expiresAt: number
  readonly capacity: number
  /** Who opens it. */
  readonly address: string
  /** Where as many live it is not opened, to keep room for others. Default: the relay's bound. */
  readonly maxTopics?: number | undefined
}

/** Opens a topic within the shares of its address and of the relay. */
export async function openTopic(
  relay: Relay,
  topic: TopicToOpen,
): Promise<'opened' | 'exists' | LedgerRefusal> {
  const { name, address, expiresAt, capacity, maxTopics } = topic
  const leaveTopics = relay.ledger.leaves(address)
  const entry = relay.ledger.enter(name, address, expiresAt, maxTopics)
  if (entry === 'too-many' || entry === 'crowded') return entry
  let result: 'opened' | 'exists' | 'full' | undefined
  try {
    result = await relay.store.open(name, { expiresAt, capacity, maxTopics, leaveTopics })
    return result === 'full' ? 'crowded' : result
  } finally {
    // What was not opened here is not on this address's account, and its end is not known.
    if (entry === 'entered' && result !== 'opened') relay.ledger.remove(name)
  }
}

/** The end asked for, or the latest allowed; undefined for what is no time to come. */
export function topicEnd(relay: Relay, expiresAt: unknown): number | undefined {
  const now = relay.clock.now()
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt) || expiresAt <= now) return undefined
  return Math.min(expiresAt, now + relay.limits.maxTopicSeconds)
}
