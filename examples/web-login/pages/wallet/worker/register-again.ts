import { toWakeSubscription } from '../wake-up/wake-subscription.ts'
import type { WorkerWallet } from './worker-wallet.ts'

/**
 * The browser has replaced its subscription, or dropped it: tells the push server of the new one, or that there is none.
 *
 * @param fresh absent in browsers that leave subscribing to the worker
 */
export async function registerAgain(
  fresh: PushSubscription | undefined,
  { pushManager }: Pick<ServiceWorkerRegistration, 'pushManager'>,
  open: () => Promise<WorkerWallet>,
): Promise<void> {
  const opened = await open()
  try {
    const subscription = fresh ?? (await subscribe(pushManager, opened))
    const wake = subscription === undefined ? undefined : toWakeSubscription(subscription)
    if (wake === undefined) await opened.inbox.unregister()
    else await opened.inbox.register(wake)
  } finally {
    opened.close()
  }
}

async function subscribe(
  manager: PushManager,
  { grants }: Pick<WorkerWallet, 'grants'>,
): Promise<PushSubscription | undefined> {
  const applicationServerKey = await grants.wakeKey()
  if (applicationServerKey === undefined) return undefined
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey })
}
