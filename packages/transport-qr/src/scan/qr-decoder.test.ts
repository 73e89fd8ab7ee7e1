import { ManualClock } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { type DecodeJob, QrDecoder } from './qr-decoder.ts'

/** A worker that does as it is told. */
class ScriptedWorker extends EventTarget {
  terminated = 0
  readonly #starts: boolean
  readonly #work: (worker: ScriptedWorker, job: DecodeJob) => void

  constructor(work: (worker: ScriptedWorker, job: DecodeJob) => void, starts = true) {
    super()
    this.#work = work
    this.#starts = starts
  }

  /** It is ready when somebody listens. */
  override addEventListener(type: string, listener: EventListener): void {
    super.addEventListener(type, listener)
    if (type === 'message' && this.#starts) queueMicrotask(() => this.say('ready'))
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }

  postMessage(job: DecodeJob): void {
    queueMicrotask(() => this.#work(this, job))
  }

  terminate(): void {
    this.terminated++
  }
}

function decoderOf(...workers: ScriptedWorker[]) {
  const clock = new ManualClock()
  const left = [...workers]
  const createWorker = () => left.shift() as unknown as Worker | undefined
  return { clock, decoder: new QrDecoder({ createWorker, clock }), left }
}

const picture = {} as ImageBitmap
const echo = (worker: ScriptedWorker, { id }: DecodeJob) => worker.say({ id, text: `text ${id}` })

describe('QrDecoder', () => {
  it('keeps its worker, and answers apart', async () => {
    const { decoder, clock, left } = decoderOf(new ScriptedWorker(echo), new ScriptedWorker(echo))
    expect(await Promise.all([decoder.decode(picture, [1]), decoder.decode(picture, [1])])).toEqual([
      'text 1',
      'text 2',
    ])
    expect(left).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  it('gives up a worker that does not answer in time, and starts another', async () => {
    const stuck = new ScriptedWorker(() => clock.advance(10))
    const { decoder, clock } = decoderOf(stuck, new ScriptedWorker(echo))
    expect(await decoder.decode(picture, [1])).toBeUndefined()
    expect(stuck.terminated).toBe(1)
    expect(await decoder.decode(picture, [1])).toBe('text 2')
  })

  it('gives nothing for a picture on which the worker fails', async () => {
    const failing = new ScriptedWorker((worker) => worker.dispatchEvent(new Event('error')))
    const { decoder } = decoderOf(failing)
    expect(await decoder.decode(picture, [1])).toBeUndefined()
    expect(failing.terminated).toBe(1)
  })

  it('stops waiting with the signal', async () => {
    const abort = new AbortController()
    const { decoder, clock } = decoderOf(new ScriptedWorker(() => abort.abort(new Error('enough'))))
    await expect(decoder.decode(picture, [1], { signal: abort.signal })).rejects.toThrow('enough')
    expect(clock.pending).toBe(0)
  })

  it('waits no longer than ten seconds for one to load', async () => {
    const absent = new ScriptedWorker(echo, false)
    const { decoder, clock } = decoderOf(absent)
    const decoding = decoder.decode({ width: 1, height: 1, close: () => undefined } as ImageBitmap, [1])
    clock.advance(10)
    // The page decodes instead; here there is no page.
    await expect(decoding).rejects.toThrow('OffscreenCanvas')
    expect(absent.terminated).toBe(1)
  })
})
