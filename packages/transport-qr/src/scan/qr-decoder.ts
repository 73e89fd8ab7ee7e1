import { abortable, type Clock, type Options, systemClock } from '@uport-kit/core'
import type { Sides } from './sides.ts'

export interface DecodeJob {
  readonly id: number
  readonly bitmap: ImageBitmap
  readonly sides: Sides
}

export interface DecodeResult {
  readonly id: number
  readonly text: string | undefined
}

export interface QrDecoderOptions {
  /** Starts the worker; undefined to decode in the page. Default: the package's own module, which bundlers find. */
  readonly createWorker?: (() => Worker | undefined) | undefined
  readonly clock?: Clock | undefined
}

/** Seconds for one picture; what takes longer gives nothing, and the worker is replaced. */
const DEADLINE = 10

/** Decodes pictures in a worker, so that the page stays responsive; in the page where no worker can be started. */
export class QrDecoder {
  readonly #createWorker: () => Worker | undefined
  readonly #clock: Clock
  readonly #pending = new Map<number, (text: string | undefined) => void>()
  #worker: Promise<Worker | undefined> | undefined
  #stop: () => void = () => undefined
  #lastId = 0

  constructor({ createWorker = startWorker, clock = systemClock() }: QrDecoderOptions = {}) {
    this.#createWorker = createWorker
    this.#clock = clock
  }

  /** Takes the picture over, and reads its first code. Rejects with the signal's reason. */
  async decode(bitmap: ImageBitmap, sides: Sides, { signal }: Options = {}): Promise<string | undefined> {
    this.#worker ??= this.#start()
    const worker = await this.#worker
    signal?.throwIfAborted()
    if (worker !== undefined) return this.#ask(worker, bitmap, sides, signal)
    const { decodeBitmap } = await import('./decode-bitmap.ts')
    return decodeBitmap(bitmap, sides)
  }

  /** Ends the worker; a later picture starts another one. */
  close(): void {
    this.#stop()
    this.#stop = () => undefined
    this.#worker = undefined
    for (const settle of this.#pending.values()) settle(undefined)
    this.#pending.clear()
  }

  async #ask(
    worker: Worker,
    bitmap: ImageBitmap,
    sides: Sides,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const id = ++this.#lastId
    const answer = new Promise<string | undefined>((resolve) => this.#pending.set(id, resolve))
    const cancel = this.#clock.after(DEADLINE, () => this.close())
    try {
      const job: DecodeJob = { id, bitmap, sides }
      worker.postMessage(job, [bitmap])
      return await abortable(answer, signal)
    } finally {
      cancel()
      this.#pending.delete(id)
    }
  }

  /** Resolves when the worker has loaded; with undefined where it does not, whatever the reason. */
  #start(): Promise<Worker | undefined> {
    return new Promise((resolve) => {
      let worker: Worker | undefined
      try {
        worker = this.#createWorker()
      } catch {
        return resolve(undefined) // such as by the page's policy
      }
      if (worker === undefined) return resolve(undefined)
      const started = worker
      const cancel = this.#clock.after(DEADLINE, () => giveUp())
      const giveUp = (): void => {
        cancel()
        started.terminate()
        resolve(undefined)
      }
      this.#stop = giveUp
      started.addEventListener('message', ({ data }: MessageEvent<DecodeResult | 'ready'>) => {
        if (data === 'ready') {
          cancel()
          resolve(started)
        } else this.#pending.get(data.id)?.(data.text)
      })
      started.addEventListener('error', () => {
        giveUp()
        this.#worker = Promise.resolve(undefined)
        for (const settle of this.#pending.values()) settle(undefined)
      })
    })
  }
}

/** Written as bundlers look for it. */
function startWorker(): Worker | undefined {
  return typeof Worker === 'undefined'
    ? undefined
    : new Worker(new URL('./qr-worker.js', import.meta.url), { type: 'module' })
}
