import { mailboxOwner, readWake, setWake } from './mailbox.ts'
import { PushRefusal, type PushRelay } from './push-relay.ts'

const WAKE_TIMEOUT_MS = 10_000

/**
 * Wakes a mailbox's owner by Web Push, where there is a subscription. What the push service reads is sealed for the browser; it
 * says which mailbox to look into and nothing of who pushed.
 */
export async function wakeOwner(push: PushRelay, id: string): Promise<void> {
  const { webPush } = push
  if (webPush === undefined) return
  const subscription = webPush.parse(await readWake(push, id))
  if (subscription === undefined) return
  const text = JSON.stringify({ mailbox: id })
  const result = await webPush.send(subscription, text, AbortSignal.timeout(WAKE_TIMEOUT_MS))
  // Only that very one: its owner may have given another meanwhile.
  if (result === 'gone' && webPush.parse(await readWake(push, id))?.endpoint === subscription.endpoint)
    await setWake(push, id, undefined)
  if (result === 'failed') push.log({ event: 'failed', operation: 'web push', error: 'REFUSED' })
}

/** @throws PushRefusal `BODY_INVALID` where it is no subscription at an allowed push service, `NOT_FOUND` */
export async function subscribeOwner(
  push: PushRelay,
  id: string,
  value: unknown,
  address: string,
): Promise<void> {
  await mailboxOwner(push, id)
  const subscription = push.webPush?.parse(value)
  if (subscription === undefined) throw new PushRefusal('BODY_INVALID')
  const expiresAt = push.ledger.expiryOf(`i:${id}`) ?? push.clock.now() + push.limits.maxMailboxSeconds
  await setWake(push, id, { subscription, expiresAt, address })
}
