import type { AnyReplyFlow, KeyStore, Options, PendingConsent, ReplyFlow, SubjectRule } from '@uport-kit/core'
import type { Approval } from '../consent-prompt.ts'
import type { ConsentWarning } from '../consent-screen.ts'
import type { Accounts } from '../state/accounts.ts'
import type { Credentials } from '../state/credentials.ts'
import type { IdentityRecord } from '../state/identities.ts'
import type { Networks } from '../state/networks.ts'
import type { SentTransactions } from '../state/sent-transactions.ts'
import type { ScreenDetails } from './screen-details.ts'

/** What a flow's screen is made from, beside the request. */
export interface ScreenContext extends Options {
  /** The verified facts of the request. */
  readonly consent: Omit<PendingConsent, 'approve' | 'decline' | 'fail' | 'request' | 'is'>
  /** The request as its issuer signed it. */
  readonly jwt: string
  /** Who would answer. */
  readonly identity: IdentityRecord
  readonly credentials: Credentials
  readonly accounts: Accounts
  readonly networks: Networks
  /** Those that the wallet sent. */
  readonly transactions: Pick<SentTransactions, 'add'>
  /** Holds the keys of the identities. */
  readonly keys: KeyStore
  /** Holds the keys of the accounts. */
  readonly accountKeys?: KeyStore | undefined
  readonly subjects: SubjectRule
}

/** What goes out when the person approved, and what that leaves behind. */
export interface PreparedAnswer<Answer> {
  readonly answer: Answer
  /** Names of what was told or kept: for the activity log, so never values. */
  readonly names: readonly string[]
}

/**
 * What the error of a failed approval means. `retry`: certainly nothing was done, and it can be mended, so the request may be
 * answered after all. `fail`: it will not be tried again, and the requester is told so. Undefined: nobody knows, so the
 * request is neither answered nor tried again.
 */
export type FailureMeaning = 'retry' | 'fail'

/** A request made ready to be shown. */
export interface FlowView<Answer> {
  readonly details: ScreenDetails
  readonly warnings?: readonly ConsentWarning[] | undefined
  /** For flows whose answer cannot be undone. Default: undefined for every error. */
  readonly meaningOf?: ((error: unknown) => FailureMeaning | undefined) | undefined
  /** Default `request`. */
  readonly bound?: 'request' | 'channel' | undefined
  /**
   * Makes the answer from what the person approved. The only place where a screen may change the wallet.
   *
   * @throws UportError `WALLET_DECISION_INVALID`, `ESSENTIAL_CLAIMS_MISSING`, the flow's own; nothing was sent then
   */
  createAnswer(approval: Approval, options: Options): Promise<PreparedAnswer<Answer>>
}

/** The view of one request, with its answer's type closed in. */
export interface OpenView extends Omit<FlowView<unknown>, 'createAnswer'> {
  /** Makes the answer, signs and sends it. */
  approve(
    approval: Approval,
    send: Parameters<PendingConsent['approve']>[1] & Options,
  ): Promise<{ readonly names: readonly string[] }>
}

/** How a wallet shows the requests of one flow, and makes the answer: what a flow needs to be part of a wallet. */
export interface FlowScreen {
  readonly flow: AnyReplyFlow
  /** @returns undefined where the request is of another flow */
  open(consent: PendingConsent, context: ScreenContext): Promise<OpenView | undefined>
}

/**
 * Makes the screen of a flow.
 *
 * @param createView reads the verified request; everything in it was written by a stranger
 */
export function defineFlowScreen<Request, Answer>(
  flow: ReplyFlow<Request, Answer>,
  createView: (request: Request, context: ScreenContext) => Promise<FlowView<Answer>>,
): FlowScreen {
  return Object.freeze({
    flow,
    async open(consent: PendingConsent, context: ScreenContext): Promise<OpenView | undefined> {
      if (!consent.is(flow)) return undefined
      const { createAnswer, ...view } = await createView(consent.request, context)
      const approve: OpenView['approve'] = async (approval, send) => {
        const { answer, names } = await createAnswer(approval, send)
        await consent.approve(answer, send)
        return { names }
      }
      return { ...view, approve }
    },
  })
}
