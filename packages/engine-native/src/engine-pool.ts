import { availableParallelism } from 'node:os'
import { createNobleEngine, type DeferrableEngine, isUportError, type Secp256k1Engine } from '@uport-kit/core'
import { type Answer, decodeAnswer, encodeJobs, type Job, runJob } from './job-batch.ts'
import { createNativeEngine } from './native-engine.ts'
import { PoolThread } from './pool-thread.ts'

export interface EnginePoolOptions {
  /** Threads beside the main one, which works, too. Default: one less than the machine has processors; 0 uses none. */
  readonly threads?: number | undefined
  /** Signatures that must wait at once before threads are started or used. Default 64: below, handing over costs more than it saves. */
  readonly threshold?: number | undefined
  /** Use the default engine where libsecp256k1 has no binding, on every thread. Default false: that is an error. */
  readonly allowFallback?: boolean | undefined
}

interface Waiting extends Job {
  readonly settle: (answer: Answer) => void
}

/** Jobs handed to a thread at once: few enough that every thread has some. */
const BATCH = 32

/** Batches that a thread has at most: it must not wait while the main one is at a portion of its own. */
const RESERVE = 2

/** Jobs that the main thread does between two turns of its event loop: a millisecond of libsecp256k1. */
const PORTION = 16

const NO_KEY = new Uint8Array(0)

/**
 * An engine for `verifyJwt` and `verifyMany` that shares verification among threads, the main one included, when much of
 * it waits at once, and works on the spot when little does. Answers are those of its engine, whichever thread gave them; should a thread die,
 * the main one answers in its place. Close it when it is no longer needed; closed, it goes on without threads.
 */
export class EnginePool implements DeferrableEngine, AsyncDisposable {
  readonly #engine: Secp256k1Engine
  readonly #native: boolean
  readonly #limit: number
  readonly #threshold: number
  #queue: Waiting[] = []
  #threads: PoolThread[] = []
  #turning = false
  /** Of what the main thread may still do before the others get a word in. */
  #portion = 0
  #closed = false

  /**
   * @throws TypeError where a number is none
   * @throws UportError `ENGINE_UNAVAILABLE` where no binding loads and no fallback is allowed
   */
  constructor(options: EnginePoolOptions = {}) {
    const { threads = availableParallelism() - 1, threshold = 64, allowFallback = false } = options
    for (const value of [threads, threshold]) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new TypeError('threads and threshold must be whole numbers from 0')
      }
    }
    this.#limit = threads
    this.#threshold = Math.max(1, threshold)
    const native = loadNative(allowFallback)
    this.#native = native !== undefined
    this.#engine = native ?? createNobleEngine()
  }

  /** How many threads are running. */
  get threads(): number {
    return this.#threads.filter(({ ended }) => !ended).length
  }

  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean | Promise<boolean> {
    const isKey = publicKey.length === 33 || publicKey.length === 65
    if (!isKey || !this.#mayWait(signature, digest)) return this.#engine.verify(signature, digest, publicKey)
    return new Promise((resolve) => {
      const settle = (answer: Answer) => resolve(answer === true)
      this.#ask({ ask: 'verify', signature, digest, publicKey, settle })
    })
  }

  recover(
    signature: Uint8Array,
    recovery: 0 | 1,
    digest: Uint8Array,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const isId = recovery === 0 || recovery === 1
    if (!isId || !this.#mayWait(signature, digest)) return this.#engine.recover(signature, recovery, digest)
    return new Promise((resolve) => {
      const settle = (answer: Answer) => resolve(typeof answer === 'object' ? answer : undefined)
      this.#ask({ ask: recovery, signature, digest, publicKey: NO_KEY, settle })
    })
  }

  /** Ends the threads; what waits is answered without them. */
  async close(): Promise<void> {
    this.#closed = true
    const threads = this.#threads
    this.#threads = []
    await Promise.all(threads.map((thread) => thread.close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #mayWait(signature: Uint8Array, digest: Uint8Array): boolean {
    const isWhole = signature.length === 64 && digest.length === 32
    return isWhole && !this.#closed && this.#limit > 0 && !this.#takesItself()
  }

  /** Whether the main thread answers now: the others have no room, and its portion of this turn is not used up. */
  #takesItself(): boolean {
    if (this.#portion === 0 || this.#threads.length < this.#limit) return false
    if (this.#threads.some(({ load }) => load < RESERVE)) return false
    this.#portion--
    this.#turnSoon()
    return true
  }

  #ask(job: Waiting): void {
    this.#queue.push(job)
    // Threads begin while the main one still prepares the rest.
    if (this.#queue.length >= Math.max(BATCH, this.#threshold)) this.#handOver()
    this.#turnSoon()
  }

  /** In a turn of its own, so that answers of threads, timers and other work get theirs between two portions. */
  #turnSoon(): void {
    if (this.#turning) return
    this.#turning = true
    setImmediate(() => {
      this.#turning = false
      this.#turn()
    })
  }

  #turn(): void {
    if (this.#isBusy() || this.#queue.length >= this.#threshold) this.#handOver()
    // What the threads have no room for, the main one does itself: it is a processor, too.
    const jobs = this.#queue.splice(0, PORTION)
    for (const job of jobs) job.settle(runJob(this.#engine, job))
    this.#portion = PORTION - jobs.length
    if (this.#queue.length > 0) this.#turnSoon()
  }

  #isBusy(): boolean {
    return this.#threads.some(({ load }) => load > 0)
  }

  /** As much as the threads have room for. */
  #handOver(): void {
    while (this.#queue.length > 0) {
      const thread = this.#thread()
      if (thread === undefined) return
      void this.#run(thread, this.#queue.splice(0, BATCH))
    }
  }

  async #run(thread: PoolThread, jobs: readonly Waiting[]): Promise<void> {
    const answers = await thread.run(encodeJobs(jobs))
    for (const [index, job] of jobs.entries()) {
      job.settle(answers === undefined ? runJob(this.#engine, job) : decodeAnswer(answers, index, job.ask))
    }
  }

  /** The one with the least to do; a new one where all have something to do and there may be more. */
  #thread(): PoolThread | undefined {
    if (this.#closed) return undefined
    this.#threads = this.#threads.filter(({ ended }) => !ended)
    const idlest = this.#threads.toSorted((a, b) => a.load - b.load)[0]
    if (idlest?.load === 0) return idlest
    if (this.#threads.length < this.#limit) {
      const thread = new PoolThread({ native: this.#native })
      this.#threads.push(thread)
      return thread
    }
    return idlest !== undefined && idlest.load < RESERVE ? idlest : undefined
  }
}

function loadNative(allowFallback: boolean): Secp256k1Engine | undefined {
  try {
    return createNativeEngine()
  } catch (error) {
    if (!allowFallback || !isUportError(error, 'ENGINE_UNAVAILABLE')) throw error
    return undefined
  }
}
