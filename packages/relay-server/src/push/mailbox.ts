import { type BoxEnvelope, type Did, encodeUtf8, type TopicMessage } from '@uport-kit/core'
import { parseJsonObject } from '@uport-kit/server-operations/http'
import { awaitMessages } from '../await-messages.ts'
import { messagesOf } from '../message-page.ts'
import { openPushTopic } from './open-push-topic.ts'
import { noteMailbox } from './owner-index.ts'
import { PushRefusal, type PushRelay } from './push-relay.ts'

/** What an application pushed. */
export interface PushedMessage {
  /** Unix seconds. */
  readonly expiresAt: number
  /** Under which its sender asks whether it was fetched. */
  readonly receipt: string
  readonly box: BoxEnvelope
  /** Whom the grant is for; kept where the old routes are served, which tell it. */
  readonly sender?: string | undefined
}

/** The topic that holds a mailbox's messages. */
export const messagesName = (id: string): string => `m:${id}`
/** The topic that says whose mailbox it is. */
const ownerName = (id: string): string => `i:${id}`
/** The topic that holds where to wake its owner. */
const wakeName = (id: string): string => `w:${id}`
/** The topic that says whether a message was fetched. */
export const receiptName = (receipt: string): string => `c:${receipt}`

/** How long a receipt outlives its message, so that a late one is still told. */
const RECEIPT_SECONDS = 60

/** @throws PushRefusal `NOT_FOUND` */
export async function mailboxOwner(push: PushRelay, id: string): Promise<Did> {
  const [record] = (await push.store.read(ownerName(id), 0)) ?? []
  const owner = record === undefined ? undefined : parseJsonObject(record.body)?.['owner']
  if (typeof owner !== 'string') throw new PushRefusal('NOT_FOUND')
  return owner as Did
}

/**
 * Opens a mailbox; one that its owner opened before stays as it is.
 *
 * @throws PushRefusal `FORBIDDEN` where it is somebody else's, `TOO_MANY`, `CROWDED`
 */
export async function openMailbox(
  push: PushRelay,
  { id, owner, expiresAt, address }: MailboxToOpen,
): Promise<'opened' | 'exists'> {
  const record = await openPushTopic(push, 'mailboxShare', {
    name: ownerName(id),
    capacity: 1,
    expiresAt,
    address,
  })
  // The first record stays: it says whose the mailbox is, whoever opened it at the same time.
  await push.store.append(ownerName(id), JSON.stringify({ owner }))
  if ((await mailboxOwner(push, id)) !== owner) throw new PushRefusal('FORBIDDEN')
  if (push.isLegacy) await noteMailbox(push, { owner, id, address })
  const capacity = push.limits.mailboxCapacity
  await openPushTopic(push, 'mailboxShare', { name: messagesName(id), capacity, expiresAt, address })
  return record
}

export interface MailboxToOpen {
  readonly id: string
  readonly owner: Did
  /** Unix seconds. */
  readonly expiresAt: number
  /** Who opens it. */
  readonly address: string
}

/** Removes a mailbox with all that is in it. Who holds its grant can push no more. */
export async function removeMailbox(push: PushRelay, id: string): Promise<void> {
  for await (const message of messagesOf(push.store, messagesName(id))) {
    giveRoomBack(push, shareOf(id, message.body))
  }
  for (const name of [ownerName(id), messagesName(id), wakeName(id)]) await erase(push, name)
}

async function erase(push: PushRelay, name: string): Promise<void> {
  push.ledger.remove(name)
  await push.store.remove(name)
  push.changes.notifyRemoved(name)
}

/** At every relay of the store. */
function giveRoomBack(push: PushRelay, share: string): void {
  push.shares.remove(share)
  push.changes.notifyRemoved(share)
}

/** Where the owner is to be woken; `undefined` removes it. */
export async function setWake(
  push: PushRelay,
  id: string,
  wake: { readonly subscription: object; readonly expiresAt: number; readonly address: string } | undefined,
): Promise<void> {
  push.ledger.remove(wakeName(id))
  await push.store.remove(wakeName(id))
  if (wake === undefined) return
  const { subscription, expiresAt, address } = wake
  await openPushTopic(push, 'mailboxShare', { name: wakeName(id), capacity: 1, expiresAt, address })
  await push.store.append(wakeName(id), JSON.stringify(subscription))
}

export async function readWake(
  push: PushRelay,
  id: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [record] = (await push.store.read(wakeName(id), 0)) ?? []
  return record === undefined ? undefined : parseJsonObject(record.body)
}

/**
 * Puts a message into a mailbox, within the share of its sender.
 *
 * @throws PushRefusal `NOT_FOUND`, `MAILBOX_FULL`, `TOO_MANY`, `CROWDED`
 */
export async function storePush(
  push: PushRelay,
  id: string,
  message: PushedMessage,
  address: string,
): Promise<'stored' | 'duplicate'> {
  const receipt = receiptName(message.receipt)
  const end = message.expiresAt + RECEIPT_SECONDS
  // On the sender's account, too: it outlives the message, and a mailbox that is emptied at once takes any number of them.
  const isNew =
    (await openPushTopic(push, 'pushShare', { name: receipt, capacity: 1, expiresAt: end, address })) ===
    'opened'
  let result: 'stored' | 'duplicate' | undefined
  try {
    result = await appendOrDrop(push, id, message, address)
  } finally {
    if (result === undefined && isNew) await erase(push, receipt)
  }
  if (result === undefined) throw new PushRefusal('MAILBOX_FULL')
  if (result === 'stored') push.changes.notify(messagesName(id))
  return result
}

/** @returns undefined where the mailbox is full, also without what has ended */
async function appendOrDrop(
  push: PushRelay,
  id: string,
  message: PushedMessage,
  address: string,
): Promise<'stored' | 'duplicate' | undefined> {
  const body = JSON.stringify(message)
  const result = await append(push, id, body, message.expiresAt, address)
  if (result !== undefined || !(await dropExpired(push, id))) return result
  return append(push, id, body, message.expiresAt, address)
}

/** @returns undefined where the mailbox is full */
async function append(
  push: PushRelay,
  id: string,
  body: string,
  expiresAt: number,
  address: string,
): Promise<'stored' | 'duplicate' | undefined> {
  const bytes = encodeUtf8(body).length
  const share = shareOf(id, body)
  const leaveBytes = push.shares.leaves(address)
  if (!push.shares.take(address, share, bytes, expiresAt)) throw new PushRefusal('TOO_MANY', 60)
  let isStored = false
  try {
    const { outcome } = await push.store.append(messagesName(id), body, { leaveBytes })
    isStored = outcome === 'stored'
    if (outcome === 'unknown') throw new PushRefusal('NOT_FOUND')
    if (outcome === 'store-full') throw new PushRefusal('CROWDED', 60)
    return outcome === 'full' ? undefined : outcome
  } finally {
    if (!isStored) push.shares.giveBack(address, share, bytes)
  }
}

/** Messages have shares of their own, which end with them: a mailbox lives on for months. */
function shareOf(id: string, body: string): string {
  return `${messagesName(id)} ${String(parseJsonObject(body)?.['receipt'])}`
}

/** Removes the messages before the first one that has not ended. @returns whether there were any */
async function dropExpired(push: PushRelay, id: string): Promise<boolean> {
  let ended: number | undefined
  for await (const message of messagesOf(push.store, messagesName(id))) {
    if (isLive(push, message)) break
    ended = message.cursor
  }
  if (ended !== undefined) await trim(push, id, ended)
  return ended !== undefined
}

/**
 * The messages after a cursor that have not ended, as soon as there are any.
 *
 * @returns none when the time is over; undefined where there is no such mailbox (any more)
 */
export async function awaitPushes(
  push: PushRelay,
  id: string,
  cursor: number,
  seconds: number,
  signal: AbortSignal,
): Promise<readonly TopicMessage[] | undefined> {
  for (let after = cursor; ; ) {
    const messages = await awaitMessages(push, messagesName(id), after, seconds, signal)
    const live = messages?.filter((message) => isLive(push, message))
    const last = messages?.at(-1)
    if (live === undefined || live.length > 0 || last === undefined) return live
    after = last.cursor
  }
}

/**
 * Finds the first message after a cursor that has not ended, or the last one if all have. Reads one by one: a mailbox may hold megabytes.
 *
 * @returns undefined where there is no such mailbox (any more)
 */
export async function firstLive(
  push: PushRelay,
  id: string,
  cursor: number,
): Promise<{ readonly cursor: number; readonly isLive: boolean } | undefined> {
  for (let after = cursor; ; ) {
    const messages = await push.store.read(messagesName(id), after, { maxMessages: 1 })
    if (messages === undefined) return undefined
    const [message] = messages
    const found = message !== undefined && isLive(push, message)
    if (message === undefined || found) {
      // For the next reader. Before another cursor there may be messages that have not ended.
      if (cursor === 0 && after > 0) await trim(push, id, after)
      return { cursor: message?.cursor ?? after, isLive: found }
    }
    after = message.cursor
  }
}

/** Tells the senders of the messages up to a cursor that they were fetched, and removes them. */
export async function acknowledge(push: PushRelay, id: string, cursor: number): Promise<void> {
  for await (const message of messagesOf(push.store, messagesName(id))) {
    if (message.cursor > cursor) break
    const receipt = parseJsonObject(message.body)?.['receipt']
    if (typeof receipt !== 'string') continue
    giveRoomBack(push, shareOf(id, message.body))
    await push.store.append(receiptName(receipt), '{"fetched":true}')
    push.changes.notify(receiptName(receipt))
  }
  await trim(push, id, cursor)
}

async function trim(push: PushRelay, id: string, cursor: number): Promise<void> {
  await push.store.trim?.(messagesName(id), cursor)
}

export function isLive(push: PushRelay, message: TopicMessage): boolean {
  return Number(parseJsonObject(message.body)?.['expiresAt']) > push.clock.now()
}
