import { decodeBitmap } from './decode-bitmap.ts'
import type { DecodeJob, DecodeResult } from './qr-decoder.ts'

/** The part of a worker's global scope that is used; the page's types know nothing of it. */
interface WorkerScope {
  postMessage(message: DecodeResult | 'ready'): void
  addEventListener(type: 'message', listener: (event: MessageEvent<DecodeJob>) => void): void
}

const scope: WorkerScope = self
scope.addEventListener('message', ({ data: { id, bitmap, sides } }) => {
  scope.postMessage({ id, text: decodeBitmap(bitmap, sides) })
})
scope.postMessage('ready')
