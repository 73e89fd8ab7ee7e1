// A wallet's service worker: a Web Push would wake it, here a message does.

import { openInbox } from './wallet-inbox.ts'

/** What a worker's `message` event has. */
interface WorkerMessage extends MessageEvent<string> {
  waitUntil(work: Promise<unknown>): void
}

globalThis.addEventListener('message', (event) => {
  const { data, source, waitUntil } = event as WorkerMessage
  waitUntil.call(
    event,
    take(data).then((texts) => source?.postMessage(texts, { targetOrigin: '*' })),
  )
})

async function take(relay: string): Promise<readonly string[]> {
  const { inbox } = await openInbox(relay)
  const texts: string[] = []
  for await (const request of inbox.waiting()) {
    texts.push(request.text)
    await request.acknowledge()
  }
  return texts
}
