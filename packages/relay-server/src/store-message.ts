import { encodeUtf8 } from '@uport-kit/core'
import type { LedgerRefusal } from './limits/topic-ledger.ts'
import type { Relay } from './relay.ts'

export interface MessageToStore {
  /** The topic's. */
  readonly name: string
  readonly body: string
  /** Who sent it. */
  readonly address: string
}

/** Stores a message within the share of its sender and the room of the store. `full`: the topic has its messages. */
export async function storeMessage(
  relay: Relay,
  { name, body, address }: MessageToStore,
): Promise<'stored' | 'duplicate' | 'full' | 'unknown' | LedgerRefusal> {
  const bytes = encodeUtf8(body).length
  // A topic that was open before this process began: counted for as long as it may live.
  const until = relay.ledger.expiryOf(name) ?? relay.clock.now() + relay.limits.maxTopicSeconds
  const leaveBytes = relay.shares.leaves(address)
  if (!relay.shares.take(address, name, bytes, until)) return 'too-many'
  let isStored = false
  try {
    const { outcome } = await relay.store.append(name, body, { leaveBytes })
    isStored = outcome === 'stored'
    return outcome === 'store-full' ? 'crowded' : outcome
  } finally {
    if (!isStored) relay.shares.giveBack(address, name, bytes)
  }
}
