import { type Did, foldDid, sha256Base64url } from '@uport-kit/core'
import { parseJsonObject } from '@uport-kit/server-operations/http'
import { openPushTopic } from './open-push-topic.ts'
import type { PushRelay } from './push-relay.ts'

/** Mailboxes of one owner that are remembered for each period; of more the oldest are forgotten. */
const CAPACITY = 256

/**
 * Notes whose a mailbox is, so that its owner can ask for all of them. Lists are kept by period, each as long as a mailbox lives at most,
 * because a topic's end cannot be moved; they outlive what they list, so each is on the account of the address it was made from.
 *
 * @throws PushRefusal `TOO_MANY`, `CROWDED`
 */
export async function noteMailbox(
  push: PushRelay,
  { owner, id, address }: { readonly owner: Did; readonly id: string; readonly address: string },
): Promise<void> {
  const { store, limits } = push
  const period = periodOf(push)
  const name = nameOf(owner, period)
  const expiresAt = (period + 2) * limits.maxMailboxSeconds
  await openPushTopic(push, 'mailboxShare', { name, expiresAt, capacity: CAPACITY, address })
  const body = JSON.stringify({ mailbox: id })
  if ((await store.append(name, body)).outcome !== 'full') return
  const noted = (await store.read(name, 0)) ?? []
  await store.trim?.(name, noted[CAPACITY / 2]?.cursor ?? 0)
  await store.append(name, body)
}

/** The mailboxes that were noted for an owner, the latest last; some may be gone. */
export async function mailboxesOf(push: PushRelay, owner: Did): Promise<readonly string[]> {
  const period = periodOf(push)
  const ids = new Set<string>()
  for (const name of [nameOf(owner, period - 1), nameOf(owner, period)]) {
    for (const { body } of (await push.store.read(name, 0)) ?? []) {
      const id = parseJsonObject(body)?.['mailbox']
      if (typeof id === 'string') ids.add(id)
    }
  }
  return [...ids]
}

const periodOf = ({ clock, limits }: PushRelay): number => Math.floor(clock.now() / limits.maxMailboxSeconds)

/** The store need not know who has mailboxes. */
const nameOf = (owner: Did, period: number): string => `l:${sha256Base64url(`${foldDid(owner)} ${period}`)}`
