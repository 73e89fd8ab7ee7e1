import { isUportError, type Options, type PendingConsent } from '@uport-kit/core'
import type { Approval, ConsentDecision } from './consent-prompt.ts'
import type { ConsentScreen } from './consent-screen.ts'
import type { OpenView } from './screens/flow-screen.ts'
import type { SettledAnswer } from './state/outbox.ts'
import type { PendingRecord } from './state/pending-requests.ts'
import type { WalletOutcome } from './wallet-outcome.ts'
import type { WalletState } from './wallet-state.ts'

/** A request that was shown. */
export interface ShownRequest {
  readonly consent: PendingConsent
  readonly view: OpenView
  readonly screen: ConsentScreen
  /** Whether this wallet, and not another one on the same store, claimed the request. */
  readonly isOurs: () => boolean
  /** Says what was decided, before it is sent: sealed, it does not tell. */
  readonly decided: (decision: SettledAnswer['decision']) => void
}

/** How a request ended. */
interface Ending extends Pick<WalletOutcome, 'delivered' | 'cause'> {
  readonly kind: Exclude<WalletOutcome['decision'], 'later'>
  readonly names: readonly string[]
}

/** Sends what the person decided, and writes down how it ended. */
export async function conclude(
  record: PendingRecord,
  decision: Extract<ConsentDecision, { readonly decision: 'approve' | 'decline' | 'fail' }>,
  shown: ShownRequest,
  state: WalletState,
  options: Options,
): Promise<WalletOutcome> {
  const { id } = record
  const { requester, requestType, recipient } = shown.consent
  const { kind, names, delivered, cause } =
    decision.decision === 'approve'
      ? await approve(id, decision, shown, state, options)
      : await refuse(id, decision.decision === 'fail' ? 'failed' : 'declined', shown, state, options)
  await state.activity.end(record, {
    kind,
    requestType,
    requester,
    recipient: 'origin' in recipient ? recipient.origin : undefined,
    identity: shown.screen.identity,
    names,
    code: isUportError(cause) ? cause.code : undefined,
  })
  const returnUrl = delivered ? shown.consent.returnUrl : undefined
  return { id, decision: kind, delivered, returnUrl, ...(cause === undefined ? {} : { cause }) }
}

async function approve(
  id: string,
  approval: Approval,
  shown: ShownRequest,
  state: WalletState,
  options: Options,
): Promise<Ending> {
  const { view, screen, isOurs, decided } = shown
  decided('approved')
  const identity = await state.identities.open(screen.identity, options)
  try {
    const { names } = await view.approve(approval, { ...options, as: identity })
    return { kind: 'approved', names, delivered: true }
  } catch (error) {
    if (!isOurs()) throw error
    // What is in the outbox is decided: from here on it is delivered, or lost, but never decided again.
    if (await state.outbox.holds(id)) return { kind: 'approved', names: [], delivered: false }
    const meaning = view.meaningOf?.(error)
    if (meaning === 'retry') await state.answered.release(id)
    if (meaning !== 'fail') throw error
    return giveUp(id, error, shown, state, options)
  }
}

/** The requester learns that it cannot be done, the host why. */
async function giveUp(
  id: string,
  cause: unknown,
  shown: ShownRequest,
  state: WalletState,
  options: Options,
): Promise<Ending> {
  try {
    return { ...(await refuse(id, 'failed', shown, state, options)), cause }
  } catch (error) {
    if (!isUportError(error)) throw error
    // Why it failed says more than why nobody could be told.
    return { kind: 'failed', names: [], delivered: false, cause }
  }
}

async function refuse(
  id: string,
  kind: 'declined' | 'failed',
  { consent, isOurs, decided }: ShownRequest,
  { outbox }: WalletState,
  options: Options,
): Promise<Ending> {
  decided(kind)
  try {
    await (kind === 'failed' ? consent.fail(options) : consent.decline(options))
    return { kind, names: [], delivered: true }
  } catch (error) {
    if (!isOurs() || !(await outbox.holds(id))) throw error
    return { kind, names: [], delivered: false }
  }
}
