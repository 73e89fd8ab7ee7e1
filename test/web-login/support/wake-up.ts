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
  /** Waits for notifications, and closes them. */
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
  return {
    call: async (data) => {
      await session.send('ServiceWorker.deliverPushMessage', { origin: walletUrl, registrationId, data })
    },
    notices: () => takeNotices(worker),
  }
}

function takeNotices(worker: Worker): Promise<readonly Notice[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
    for (;;) {
      const shown = await registration.getNotifications()
      if (shown.length > 0) {
        for (const one of shown) one.close()
        // A later one with the same tag would be closed by it, too.
        while ((await registration.getNotifications()).length > 0);
        return shown.map(({ title, body, data }) => ({ title, body, path: data.path }))
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
}
