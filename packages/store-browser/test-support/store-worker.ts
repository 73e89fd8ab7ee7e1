// Runs in a service worker, where no page needs to be open: stores what a push would bring.

import { openBrowserWalletStore } from '@uport-kit/store-browser'

/** What a worker's `message` event has. */
interface WorkerMessage extends MessageEvent<string> {
  waitUntil(work: Promise<unknown>): void
}

globalThis.addEventListener('message', (event) => {
  const { data, waitUntil } = event as WorkerMessage
  waitUntil.call(event, store(data))
})

async function store(key: string): Promise<void> {
  await using wallet = await openBrowserWalletStore()
  await wallet.create('pending', key, { from: 'worker' })
}
