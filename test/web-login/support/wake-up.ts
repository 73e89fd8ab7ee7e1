import type { BrowserContext, Worker } from 'playwright-core'

/** What a notification shows, and where a click on it leads. */
export interface Notice {
  readonly title: string
  readonly body: string
  readonly path: string
}

/** The service worker of a wallet, with what a push service and the system do to it. */
export interface WakeUp {
  /** Delivers a push message, as a push service does. */
  call(text: string): Promise<void>
  /** Waits for notifications; each is told once. */
  notices(): Promise<readonly Notice[]>
}

/** The wallet's pages may be closed meanwhile. */
export async function openWakeUp(device: BrowserContext, walletUrl: string): Promise<WakeUp> {
  const worker =
    device.serviceWorkers().find((one) => one.url().startsWith(walletUrl)) ??
    (await device.waitForEvent('serviceworker', (one) => one.url().startsWith(walletUrl)))
  const session = await device.newCDPSession(await device.newPage())
  const registrationId = await new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const own = versions.find(({ scriptURL, status }) => {
        return scriptURL.startsWith(walletUrl) && status === 'activated'
      })
      if (own !== undefined) resolve(own.registrationId)
    })
    session.send('ServiceWorker.enable').catch(() => {})
  })
  await noteNotices(worker)
  return {
    call: async (data) => {
      await takeNotices(worker, 'those that are there')
      await session.send('ServiceWorker.deliverPushMessage', { origin: walletUrl, registrationId, data })
    },
    notices: () => takeNotices(worker, 'one at least'),
  }
}

/** The worker's own scope, as far as notifications concern it. */
interface Scope {
  readonly registration: ServiceWorkerRegistration
  notices: Notice[]
}

/**
 * Notes what the worker has shown. Asking the registration instead would disturb it: while it lists notifications, Chromium
 * forgets those that are on their way to the screen.
 */
function noteNotices(worker: Worker): Promise<void> {
  return worker.evaluate(() => {
    const scope = globalThis as unknown as Scope
    const { registration } = scope
    const show = registration.showNotification.bind(registration)
    scope.notices = []
    registration.showNotification = async (title, options) => {
      await show(title, options)
      scope.notices.push({ title, body: options?.body ?? '', path: options?.data.path })
    }
  })
}

type Wanted = 'one at least' | 'those that are there'

function takeNotices(worker: Worker, wanted: Wanted): Promise<readonly Notice[]> {
  return worker.evaluate(async (wanted) => {
    const scope = globalThis as unknown as Scope
    while (wanted === 'one at least' && scope.notices.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    return scope.notices.splice(0)
  }, wanted)
}
