import { type Clock, type IncomingRequest, type Intake, isUportError, type Options } from '@uport-kit/core'
import type { WalletOutcome } from './wallet-outcome.ts'

export interface RunOptions {
  /** Aborting it stops the wallet. */
  readonly signal: AbortSignal
  /** The id of a request that waits: it is shown before all others. It is what the person has opened the wallet with. */
  readonly first?: string | undefined
  /**
   * Hears of each failure: of a request (its id), or of reading an intake. Without it, failures that the framework has no
   * code for end the run; coded ones are in the activity log, or come back.
   */
  readonly onError?: ((error: unknown, requestId: string | undefined) => void) | undefined
  /** Hears what became of each request that was shown: whether its answer arrived, and where to lead the person back to. */
  readonly onOutcome?: ((outcome: WalletOutcome) => void) | undefined
}

/** What the loops call of a wallet. */
export interface RunnableWallet {
  readonly pending: { list(): Promise<readonly { readonly id: string }[]> }
  receive(incoming: IncomingRequest, options: Options): Promise<readonly { readonly id: string }[]>
  answer(id: string, options: Options): Promise<WalletOutcome>
  /** Resolves with how many answers are left. */
  deliver(options: Options): Promise<number>
  /** Resolves with how many transactions are to be followed again later. */
  follow(options: Options): Promise<number>
}

/** What the loops work with. */
export interface RunParts {
  readonly clock: Clock
  /** Calls back for each answer that has not arrived. @returns ends it */
  readonly onUndelivered: (tell: () => void) => () => void
}

/** Longest pause before what failed for the moment is tried again, in seconds. */
const MAX_DELAY = 60

/** The wallet's loops: intakes fill the queue, one worker empties it, an alarm delivers what is left over. */
export async function runWallet(
  wallet: RunnableWallet,
  intakes: readonly Intake[],
  { clock, onUndelivered }: RunParts,
  { signal, first, onError, onOutcome }: RunOptions,
): Promise<void> {
  if (signal.aborted) return
  const stop = new AbortController()
  const ended = AbortSignal.any([signal, stop.signal])
  const run = new Run(wallet, clock, ended, { first, onError, onOutcome })
  const deaf = onUndelivered(() => run.hurry())
  const loops = [
    run.answerAll(),
    run.deliverAll(),
    run.followAll(),
    ...intakes.map((intake) => run.readIntake(intake)),
  ]
  try {
    await Promise.all(loops)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort(signal.reason)
    deaf()
    run.close()
    await Promise.allSettled(loops)
  }
}

class Run {
  readonly #wallet: RunnableWallet
  readonly #clock: Clock
  readonly #options: Options & { readonly signal: AbortSignal }
  readonly #first: string | undefined
  readonly #onError: RunOptions['onError']
  readonly #onOutcome: RunOptions['onOutcome']
  /** Requests that are not to be tried now: put off by the person, or by a failure. */
  readonly #held = new Set<string>()
  readonly #tries = new Map<string, number>()
  readonly #alarms = new Set<() => void>()
  readonly #wakers = new Set<() => void>()
  /** End the pause in which there is nothing to deliver. */
  readonly #idle = new Set<() => void>()
  /** An answer has not arrived since the last look. */
  #isHurried = false

  constructor(
    wallet: RunnableWallet,
    clock: Clock,
    signal: AbortSignal,
    { first, onError, onOutcome }: Omit<RunOptions, 'signal'>,
  ) {
    this.#wallet = wallet
    this.#clock = clock
    this.#options = { signal }
    this.#first = first
    this.#onError = onError
    this.#onOutcome = onOutcome
    signal.addEventListener('abort', () => this.#wake(), { once: true })
  }

  close(): void {
    for (const cancel of this.#alarms) cancel()
    this.#alarms.clear()
  }

  async readIntake(intake: Intake): Promise<void> {
    for await (const incoming of intake.requests(this.#options)) {
      try {
        const records = await this.#wallet.receive(incoming, this.#options)
        // Whoever brings a request again that was put off wants to see it.
        for (const { id } of records) this.#held.delete(id)
      } catch (error) {
        this.#report(error, undefined)
      }
      this.#wake()
    }
  }

  async answerAll(): Promise<void> {
    const { signal } = this.#options
    while (!signal.aborted) {
      const woken = this.#nextWake()
      const waiting = await this.#wallet.pending.list()
      const open = waiting.filter(({ id }) => !this.#held.has(id))
      const next = open.find(({ id }) => id === this.#first) ?? open[0]
      if (next === undefined) await woken
      else await this.#answer(next.id)
    }
  }

  async deliverAll(): Promise<void> {
    const { signal } = this.#options
    for (let tries = 0; !signal.aborted; ) {
      this.#isHurried = false
      const left = await this.#wallet.deliver(this.#options).catch((error: unknown) => {
        this.#report(error, undefined)
        return 1
      })
      // Nothing is left to send, until something is.
      if (left === 0 && !this.#isHurried) await this.#pause(MAX_DELAY, true)
      tries = left > 0 || this.#isHurried ? tries + 1 : 0
      if (tries > 0) await this.#pause(delayOf(tries), false)
    }
  }

  /** An answer has not arrived: it is tried again soon, not whenever the next look is due. */
  hurry(): void {
    this.#isHurried = true
    for (const end of [...this.#idle]) end()
  }

  /** What is sent meanwhile is followed at once, beside what is followed already. */
  async followAll(): Promise<void> {
    const { signal } = this.#options
    const passes = new Set<Promise<void>>()
    let failure: { readonly error: unknown } | undefined
    while (!signal.aborted && failure === undefined) {
      const woken = this.#nextWake()
      const pass = this.#follow().catch((error: unknown) => {
        failure = { error }
        this.#wake()
      })
      passes.add(pass)
      void pass.then(() => passes.delete(pass))
      await woken
    }
    await Promise.all(passes)
    if (failure !== undefined) throw failure.error
  }

  async #follow(): Promise<void> {
    const left = await this.#wallet.follow(this.#options).catch((error: unknown) => {
      this.#report(error, undefined)
      return 1
    })
    if (left > 0 && !this.#options.signal.aborted) this.#wakeAfter(MAX_DELAY)
  }

  async #answer(id: string): Promise<void> {
    let outcome: WalletOutcome
    try {
      outcome = await this.#wallet.answer(id, this.#options)
    } catch (error) {
      this.#held.add(id)
      if (isUportError(error) && error.retryable) this.#retryLater(id)
      this.#report(error, id)
      return
    }
    if (outcome.decision === 'later') this.#held.add(id)
    else this.#tries.delete(id)
    this.#onOutcome?.(outcome)
    this.#wake()
  }

  #retryLater(id: string): void {
    const tries = (this.#tries.get(id) ?? 0) + 1
    this.#tries.set(id, tries)
    this.#wakeAfter(delayOf(tries), () => this.#held.delete(id))
  }

  #wakeAfter(seconds: number, first: () => void = () => {}): void {
    const cancel = this.#clock.after(seconds, () => {
      this.#alarms.delete(cancel)
      first()
      this.#wake()
    })
    this.#alarms.add(cancel)
  }

  #report(error: unknown, id: string | undefined): void {
    if (this.#options.signal.aborted) return
    if (this.#onError !== undefined) this.#onError(error, id)
    else if (!isUportError(error)) throw error
  }

  #pause(seconds: number, isIdle: boolean): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#options
      const end = (): void => {
        cancel()
        this.#alarms.delete(cancel)
        this.#idle.delete(end)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#clock.after(seconds, end)
      this.#alarms.add(cancel)
      if (isIdle) this.#idle.add(end)
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
    })
  }

  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakers.add(resolve)
      if (this.#options.signal.aborted) resolve()
    })
  }

  #wake(): void {
    for (const resolve of this.#wakers) resolve()
    this.#wakers.clear()
  }
}

function delayOf(tries: number): number {
  return Math.min(2 ** tries, MAX_DELAY)
}
