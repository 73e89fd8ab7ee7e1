import { isUportError } from '@uport-kit/core'
import type { ConsentDecision, ConsentPrompt, ConsentScreen, WalletOutcome } from '@uport-kit/wallet'

/** One request on its way over the screen. */
export type DeskState =
  | { readonly kind: 'idle' }
  /** Something came in, and is being verified. */
  | { readonly kind: 'checking' }
  | { readonly kind: 'asking'; readonly screen: ConsentScreen }
  | {
      readonly kind: 'sending'
      readonly screen: ConsentScreen
      readonly decision: ConsentDecision['decision']
    }
  | { readonly kind: 'done'; readonly screen: ConsentScreen; readonly outcome: WalletOutcome }
  | { readonly kind: 'failed'; readonly screen: ConsentScreen | undefined; readonly error: unknown }
  /** Another tab answered it. */
  | { readonly kind: 'elsewhere'; readonly screen: ConsentScreen }

interface Question {
  readonly screen: ConsentScreen
  readonly resolve: (decision: ConsentDecision) => void
}

const IDLE: DeskState = Object.freeze({ kind: 'idle' })

/**
 * Where requests are put before the person, one at a time: the wallet's host. How one ended stays until the person has seen
 * it; the next one waits.
 */
export class RequestDesk implements ConsentPrompt {
  #state: DeskState = IDLE
  #asked: Question | undefined
  #waiting: Question | undefined
  readonly #listeners = new Set<() => void>()

  get state(): DeskState {
    return this.#state
  }

  /** Whether another request is there already. */
  get hasNext(): boolean {
    return this.#waiting !== undefined
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ask(screen: ConsentScreen, { signal }: { readonly signal: AbortSignal }): Promise<ConsentDecision> {
    return new Promise((resolve, reject) => {
      const question = { screen, resolve }
      const callOff = (): void => {
        if (this.#waiting === question) this.#waiting = undefined
        if (this.#asked === question) this.#asked = undefined
        // How it ended is told by whoever called it off; only a wallet that stops says nothing more.
        reject(signal.reason)
      }
      signal.addEventListener('abort', callOff, { once: true })
      if (isEnding(this.#state)) {
        this.#waiting = question
        this.#tell()
      } else this.#show(question)
    })
  }

  /** The person decided about what is shown. */
  decide(decision: ConsentDecision): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#asked = undefined
    if (decision.decision === 'later') this.#set(IDLE)
    else if (decision.decision === 'switch') this.#set({ kind: 'checking' })
    else this.#set({ kind: 'sending', screen: asked.screen, decision: decision.decision })
    asked.resolve(decision)
  }

  /** Something was taken in at the person's wish: show that it is looked at. */
  expect(): void {
    if (this.#state.kind === 'idle' || isEnding(this.#state)) this.#set({ kind: 'checking' })
  }

  finish(outcome: WalletOutcome): void {
    const { state } = this
    if (outcome.decision === 'later' || state.kind !== 'sending' || state.screen.id !== outcome.id) return
    this.#set({ kind: 'done', screen: state.screen, outcome })
  }

  /** @returns false where it concerns nothing that is shown */
  fail(error: unknown, requestId: string | undefined): boolean {
    const { state } = this
    const screen = 'screen' in state ? state.screen : undefined
    const isShown =
      state.kind === 'checking' ||
      ((state.kind === 'asking' || state.kind === 'sending') && screen?.id === requestId)
    if (!isShown) return false
    this.#asked = undefined
    this.#set({ kind: 'failed', screen, error })
    return true
  }

  /** Takes the question away: another tab has answered. */
  answeredElsewhere(requestId: string): void {
    const asked = this.#asked
    if (this.#state.kind !== 'asking' || asked?.screen.id !== requestId) return
    this.#asked = undefined
    this.#set({ kind: 'elsewhere', screen: asked.screen })
    asked.resolve({ decision: 'later' })
  }

  /** The person has seen how it ended, or goes elsewhere: what is asked is put off. */
  leave(): void {
    if (this.#state.kind === 'asking') {
      this.decide({ decision: 'later' })
      return
    }
    const next = this.#waiting
    this.#waiting = undefined
    if (next !== undefined) this.#show(next)
    else if (this.#state.kind !== 'sending') this.#set(IDLE)
  }

  #show(question: Question): void {
    this.#asked = question
    this.#set({ kind: 'asking', screen: question.screen })
  }

  #set(state: DeskState): void {
    this.#state = Object.freeze(state)
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** An end that the person should see before the next question. What is tried again by itself is none. */
function isEnding(state: DeskState): boolean {
  if (state.kind === 'failed') return !(isUportError(state.error) && state.error.retryable)
  return state.kind === 'done' || state.kind === 'elsewhere'
}
