import { type Clock, type Options, UportError } from '@uport-kit/core'

/** Where a camera comes from; `navigator.mediaDevices` fits. */
export type CameraSource = Pick<MediaDevices, 'getUserMedia'>

export interface CameraOptions extends Options {
  /** Shows what the camera sees. Default: an element that is in no page. */
  readonly video?: HTMLVideoElement | undefined
  /** A certain camera; default: one that faces away from the person, where there is one. */
  readonly deviceId?: string | undefined
  /** Told while the frames of a moving code are collected. */
  readonly onProgress?:
    | ((progress: { readonly received: number; readonly count: number }) => void)
    | undefined
  /** Goes on after the first request, until it is closed. Default false. */
  readonly keepOpen?: boolean | undefined
}

/** A camera at work. */
export interface CameraScan {
  /** Settles when the camera is off: with a request, because it was closed, or because it was unplugged or taken away. */
  readonly ended: Promise<'found' | 'closed' | 'lost'>
  close(): void
}

/** Frames looked at in a second, at most; moving codes change five times. */
const LOOKS_PER_SECOND = 15

/** A camera's picture, frame by frame, until it is closed. */
export class CameraStream {
  /** Settles when the device is gone. */
  readonly lost: Promise<void>
  readonly #video: HTMLVideoElement
  readonly #stream: MediaStream

  private constructor(video: HTMLVideoElement, stream: MediaStream) {
    this.#video = video
    this.#stream = stream
    this.lost = new Promise((resolve) => {
      for (const track of stream.getVideoTracks()) track.addEventListener('ended', () => resolve())
    })
  }

  /** @throws UportError `CAMERA_UNAVAILABLE` */
  static async open(source: CameraSource | undefined, options: CameraOptions): Promise<CameraStream> {
    if (source === undefined) throw unavailable('unsupported') // a page without HTTPS has no cameras
    const { deviceId, signal } = options
    const device = deviceId === undefined ? { facingMode: 'environment' } : { deviceId: { exact: deviceId } }
    const constraints = { audio: false, video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 } } }
    const stream = await source.getUserMedia(constraints).catch((error: unknown) => {
      throw unavailable(reasonOf(error), error)
    })
    const video = options.video ?? document.createElement('video')
    const camera = new CameraStream(video, stream)
    try {
      signal?.throwIfAborted()
      video.muted = true
      video.playsInline = true
      video.srcObject = stream
      await video.play()
      signal?.throwIfAborted()
      return camera
    } catch (error) {
      camera.close()
      throw error
    }
  }

  /** The pictures from now on; undefined where there is none yet. */
  async *frames(clock: Clock, signal: AbortSignal): AsyncGenerator<ImageBitmap, void, undefined> {
    while (!signal.aborted) {
      // It fails while the camera has not delivered, and where a phone has put it to sleep.
      const bitmap = await createImageBitmap(this.#video).catch(() => undefined)
      if (bitmap !== undefined) yield bitmap
      await pause(clock, 1 / LOOKS_PER_SECOND, signal)
    }
  }

  close(): void {
    for (const track of this.#stream.getTracks()) track.stop()
    if (this.#video.srcObject === this.#stream) this.#video.srcObject = null
  }
}

function pause(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = clock.after(seconds, wake)
    signal.addEventListener('abort', wake)
    if (signal.aborted) wake()
  })
}

type Reason = 'denied' | 'absent' | 'busy' | 'unsupported'

const REASONS: ReadonlyMap<string, Reason> = new Map([
  ['NotAllowedError', 'denied'],
  ['SecurityError', 'denied'],
  ['NotFoundError', 'absent'],
  ['OverconstrainedError', 'absent'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
])

function reasonOf(error: unknown): Reason {
  return (error instanceof Error && REASONS.get(error.name)) || 'unsupported'
}

function unavailable(reason: Reason, cause?: unknown): UportError<'CAMERA_UNAVAILABLE'> {
  return new UportError(
    'CAMERA_UNAVAILABLE',
    `No camera (${reason}); read an image of the code, or paste the link.`,
    { data: { reason }, cause, retryable: reason === 'busy' },
  )
}
