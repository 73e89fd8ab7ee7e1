import type { Did, JsonObject } from '@uport-kit/core'
import type { ConsentScreen } from './consent-screen.ts'

/** What the person chose to tell, where they chose; what is left out is as the screen proposes it. */
export interface Approval {
  readonly decision: 'approve'
  /** Own claims to tell, instead of those proposed; only names that were asked for. */
  readonly own?: JsonObject | undefined
  /** Ids of offered credentials to show, instead of those proposed. */
  readonly credentials?: readonly string[] | undefined
  /** Lets the requester push messages to this wallet, where that is offered. Default false: leave is never given by the way. */
  readonly push?: boolean | undefined
  /** MNID of the offered account; `false`: none is told, and none is made. Default: the one that is offered. */
  readonly account?: string | false | undefined
}

/** What the person decided. */
export type ConsentDecision =
  | Approval
  /** The requester is told so, and the request is done with. */
  | { readonly decision: 'decline' }
  /**
   * The requester is told that it cannot be done (`processing_error`), and the request is done with: for instance where an
   * approved transaction would fail, and nobody will try it again.
   */
  | { readonly decision: 'fail' }
  /** Nothing is told; the request stays in the queue. */
  | { readonly decision: 'later' }
  /** Another identity shall answer: the screen is made anew for it, and asked again. */
  | { readonly decision: 'switch'; readonly identity: Did }

/** The host of a wallet: whatever can show a screen to a person and bring back a decision. */
export interface ConsentPrompt {
  /**
   * Shows one request. A rejection leaves the request in the queue.
   *
   * @param options.signal aborts when the wallet stops: take the screen away
   */
  ask(screen: ConsentScreen, options: { readonly signal: AbortSignal }): Promise<ConsentDecision>
}
