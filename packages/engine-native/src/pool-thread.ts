import { Worker } from 'node:worker_threads'

/** The built file, from the sources and from the build alike. */
const SCRIPT = new URL('../dist/pool-worker.js', import.meta.url)

type Settle = (answers: Uint8Array | undefined) => void

/** A worker thread that answers batches in their order. It keeps the process alive only while it has something to answer. */
export class PoolThread {
  readonly #worker: Worker
  readonly #waiting: Settle[] = []
  #ended = false

  constructor(data: { readonly native: boolean }) {
    this.#worker = new Worker(SCRIPT, { workerData: data })
    this.#worker.unref()
    this.#worker.on('message', (answers: Uint8Array) => this.#settle(answers))
    this.#worker.on('error', () => this.#end())
    this.#worker.on('exit', () => this.#end())
  }

  /** Batches that are not answered yet. */
  get load(): number {
    return this.#waiting.length
  }

  get ended(): boolean {
    return this.#ended
  }

  /** @returns `undefined` where the thread died before it answered */
  run(jobs: Uint8Array<ArrayBuffer>): Promise<Uint8Array | undefined> {
    if (this.#ended) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#worker.ref()
      this.#worker.postMessage(jobs, [jobs.buffer])
    })
  }

  async close(): Promise<void> {
    this.#end()
    await this.#worker.terminate()
  }

  #settle(answers: Uint8Array): void {
    this.#waiting.shift()?.(answers)
    if (this.#waiting.length === 0) this.#worker.unref()
  }

  #end(): void {
    this.#ended = true
    for (const settle of this.#waiting.splice(0)) settle(undefined)
  }
}
