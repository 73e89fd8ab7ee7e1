import {
  type Clock,
  type IncomingRequest,
  type Intake,
  type Options,
  systemClock,
  UportError,
} from '@uport-kit/core'
import type { AnimatedDecoder } from '../animated/animated-decoder.ts'
import { Arrivals } from './arrivals.ts'
import { type CameraOptions, type CameraScan, type CameraSource, CameraStream } from './camera-scan.ts'
import { readImageSize } from './image-size.ts'
import { QrDecoder, type QrDecoderOptions } from './qr-decoder.ts'
import { CAMERA_SIDES, IMAGE_SIDES } from './sides.ts'

export interface ScanIntakeOptions extends QrDecoderOptions {
  /** Default: the browser's. */
  readonly mediaDevices?: CameraSource | undefined
}

/** Bytes of an image file. */
const MAX_FILE_BYTES = 25_000_000
/** 40 million: more than phones photograph; the browser takes four bytes for each. */
const MAX_PIXELS = 40_000_000

/**
 * The wallet's way in by eye: camera, image file and pasted text. What it reads is hostile until the wallet has parsed
 * and verified it. What is not acknowledged is yielded again to the next reader.
 */
export class ScanIntake implements Intake {
  readonly id = 'scan'
  readonly #arrivals = new Arrivals()
  readonly #decoder: QrDecoder
  readonly #clock: Clock
  readonly #mediaDevices: CameraSource | undefined

  constructor(options: ScanIntakeOptions = {}) {
    this.#clock = options.clock ?? systemClock()
    this.#decoder = new QrDecoder({ ...options, clock: this.#clock })
    this.#mediaDevices = options.mediaDevices
  }

  /** Takes a link that the person pasted. @returns false where it is empty, too long, or too many wait already */
  paste(text: string): boolean {
    return this.#arrivals.add('paste', text.trim())
  }

  /**
   * Reads a photograph or a screenshot: PNG, JPEG, GIF or WebP.
   *
   * @returns false where it shows no readable code
   * @throws UportError `QR_IMAGE_INVALID`; `QR_IMAGE_TOO_LARGE` beyond 25 MB or 40 million pixels, before it is decoded
   */
  async readImage(image: Blob, options: Options = {}): Promise<boolean> {
    await checkImage(image)
    options.signal?.throwIfAborted()
    const bitmap = await createImageBitmap(image).catch((cause: unknown) => {
      throw invalidImage('the browser cannot decode it', cause)
    })
    const text = await this.#decoder.decode(bitmap, IMAGE_SIDES, options)
    return text !== undefined && this.#arrivals.add('scan', text)
  }

  /**
   * Turns the camera on, and off again with the first request, with the signal, or when it is closed. Frames of moving
   * codes are collected until their message is whole.
   *
   * @throws UportError `CAMERA_UNAVAILABLE`
   */
  async openCamera(options: CameraOptions = {}): Promise<CameraScan> {
    const { signal } = options
    signal?.throwIfAborted()
    const camera = await CameraStream.open(this.#mediaDevices ?? globalThis.navigator?.mediaDevices, options)
    const stop = new AbortController()
    const close = (): void => stop.abort()
    signal?.addEventListener('abort', close)
    const lost = camera.lost.then(() => 'lost' as const)
    const ended = Promise.race([this.#watch(camera, options, stop.signal), lost]).finally(() => {
      close()
      signal?.removeEventListener('abort', close)
      camera.close()
    })
    ended.catch(() => undefined)
    return Object.freeze({ ended, close })
  }

  requests(options: Options = {}): AsyncIterable<IncomingRequest> {
    return this.#arrivals.read(options)
  }

  /** Ends the worker that decodes. Cameras are closed by themselves. */
  close(): void {
    this.#decoder.close()
  }

  async #watch(
    camera: CameraStream,
    options: CameraOptions,
    signal: AbortSignal,
  ): Promise<'found' | 'closed'> {
    const reader = new FrameReader(options)
    // A code stays in view after it was acknowledged.
    let last: string | undefined
    for await (const bitmap of camera.frames(this.#clock, signal)) {
      const frame = await this.#decoder.decode(bitmap, CAMERA_SIDES)
      if (signal.aborted) break
      const text = frame === undefined ? undefined : await reader.read(frame)
      if (text === undefined || text === last || !this.#arrivals.add('scan', text)) continue
      last = text
      if (options.keepOpen !== true) return 'found'
    }
    return 'closed'
  }
}

/** Tells the frames of moving codes from whole texts. */
class FrameReader {
  readonly #options: CameraOptions
  #decoder: AnimatedDecoder | undefined

  constructor(options: CameraOptions) {
    this.#options = options
  }

  /** @returns a whole text */
  async read(frame: string): Promise<string | undefined> {
    if (!/^ur:bytes\//i.test(frame)) return frame
    if (this.#decoder === undefined) {
      const { AnimatedDecoder } = await import('../animated/animated-decoder.ts')
      this.#decoder = new AnimatedDecoder()
    }
    const progress = this.#decoder.receive(frame)
    if (progress.state === 'complete') return progress.text
    if (progress.state === 'partial') this.#options.onProgress?.(progress)
    return undefined
  }
}

async function checkImage(image: Blob): Promise<void> {
  if (image.size > MAX_FILE_BYTES) throw tooLarge(image.size, MAX_FILE_BYTES)
  // Headers of photographs carry thumbnails before the size.
  const size = readImageSize(new Uint8Array(await image.slice(0, 1_000_000).arrayBuffer()))
  if (size === undefined) throw invalidImage('only PNG, JPEG, GIF and WebP are read')
  const pixels = size.width * size.height
  if (pixels > MAX_PIXELS) throw tooLarge(pixels, MAX_PIXELS)
  if (pixels === 0) throw invalidImage('it claims to have no pixels')
}

function tooLarge(size: number, maxSize: number): UportError<'QR_IMAGE_TOO_LARGE'> {
  return new UportError('QR_IMAGE_TOO_LARGE', 'The image is too large; scale it down or crop it.', {
    data: { size, maxSize },
  })
}

function invalidImage(reason: string, cause?: unknown): UportError<'QR_IMAGE_INVALID'> {
  return new UportError('QR_IMAGE_INVALID', `Not a readable image: ${reason}.`, { data: { reason }, cause })
}
