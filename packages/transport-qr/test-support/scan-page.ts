import type { IncomingRequest } from '@uport-kit/core'
import { type CameraOptions, type CameraScan, ScanIntake } from '@uport-kit/transport-qr/scan'

const started: string[] = []
/** Workers that the page started, whoever asked for them. */
globalThis.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options)
    started.push(new URL(url, location.href).pathname)
  }
}

let intake = new ScanIntake()
let scan: CameraScan | undefined
const progress: number[] = []
const tracks: MediaStreamTrack[] = []

const mediaDevices = {
  async getUserMedia(constraints?: MediaStreamConstraints) {
    const stream = await navigator.mediaDevices.getUserMedia(constraints)
    tracks.push(...stream.getTracks())
    return stream
  },
}

const page = {
  started,
  progress,
  reset(where: 'worker' | 'page' | 'broken worker') {
    intake.close()
    started.length = 0
    const createWorker = {
      worker: undefined,
      page: () => undefined,
      'broken worker': () => new Worker('/missing.js', { type: 'module' }),
    }[where]
    intake = new ScanIntake({ mediaDevices, createWorker })
  },
  /** Reads a file, or the code that it shows after it was drawn as a file of another kind. */
  async readImage(base64: string, type: string) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    let file = new Blob([bytes], { type: 'image/png' })
    if (type !== 'image/png') {
      const bitmap = await createImageBitmap(file)
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
      file = await canvas.convertToBlob({ type, quality: 0.8 })
    }
    return intake.readImage(file)
  },
  async openCamera(options: CameraOptions = {}) {
    scan = await intake.openCamera({ onProgress: ({ received }) => progress.push(received), ...options })
  },
  ended: () => scan?.ended,
  closeCamera: () => scan?.close(),
  unplug() {
    for (const track of tracks) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
  },
  live: () => tracks.filter(({ readyState }) => readyState === 'live').length,
  /** Takes the next request, and acknowledges it. */
  async next(): Promise<[string, string]> {
    const incoming: IncomingRequest | undefined = await first(intake.requests())
    await incoming?.acknowledge()
    return [incoming?.arrival ?? '', incoming?.text ?? '']
  },
}

async function first<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one
  return undefined
}

declare global {
  var scanPage: typeof page
}
globalThis.scanPage = page
