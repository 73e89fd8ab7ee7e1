import type { WakeSubscription } from '@uport-kit/transport-push'

/** What the push server is told of a browser's subscription. @returns undefined for one without keys */
export function toWakeSubscription(subscription: PushSubscription): WakeSubscription | undefined {
  const { endpoint, keys } = subscription.toJSON()
  const { p256dh, auth } = keys ?? {}
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined
  return { endpoint, keys: { p256dh, auth } }
}
