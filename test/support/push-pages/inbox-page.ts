import type { PushGrant } from '@uport-kit/core'
import { openInbox } from './wallet-inbox.ts'

/** A wallet's page that stands open. */

const relay = new URLSearchParams(location.search).get('relay') ?? ''
const { grants, inbox, did } = await openInbox(relay)
const texts: string[] = []

const page = {
  async grant(audience: string): Promise<PushGrant> {
    const { capability: jwt, boxPub, record } = await grants.create({ did, audience })
    return { jwt, boxPub, endpoint: `${relay}/i/${record.id}`, expiresAt: record.expiresAt }
  },
  /** Takes what comes, from now on. */
  listen(): void {
    void (async () => {
      for await (const request of inbox.requests()) {
        texts.push(request.text)
        await request.acknowledge()
      }
    })()
  },
  texts: () => texts,
  /** Has the service worker take what waits. */
  async takeByWorker(): Promise<readonly string[]> {
    const registration = await navigator.serviceWorker.register('/worker/page.js', {
      type: 'module',
      scope: '/worker/',
    })
    const worker = registration.installing ?? registration.waiting ?? registration.active
    const answer = new Promise<readonly string[]>((resolve) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data), { once: true })
    })
    worker?.postMessage(relay)
    return answer
  },
}

declare global {
  var inboxPage: typeof page
}
globalThis.inboxPage = page
