import {
  type Clock,
  type Did,
  decodeJwt,
  isUportError,
  type Options,
  type PendingConsent,
  parseRequestUri,
  Responder,
  UportError,
} from '@uport-kit/core'
import { askPerson } from './ask-person.ts'
import { conclude, type ShownRequest } from './conclude.ts'
import type { ConsentDecision } from './consent-prompt.ts'
import { createScreen } from './create-screen.ts'
import { assertSigner } from './screens/assert-signer.ts'
import type { FlowScreen, OpenView, ScreenContext } from './screens/flow-screen.ts'
import type { IdentityRecord } from './state/identities.ts'
import type { SettledAnswer } from './state/outbox.ts'
import type { PendingRecord } from './state/pending-requests.ts'
import type { WalletOutcome } from './wallet-outcome.ts'
import type { WalletParts } from './wallet-parts.ts'
import type { WalletState } from './wallet-state.ts'

/** What answering needs of a wallet. */
export interface Answering {
  readonly parts: WalletParts
  readonly state: WalletState
  readonly screens: readonly FlowScreen[]
  readonly clock: Clock
}

/**
 * Verifies a signed request anew, asks the person, and answers.
 *
 * @throws UportError the codes of `Responder.receive` and of `PendingConsent.approve`; `WALLET_DECISION_INVALID`
 */
export async function answerSigned(
  record: PendingRecord,
  answering: Answering,
  options: Options,
): Promise<WalletOutcome> {
  const { identities } = answering.state
  const { issuer, addressed } = addressesOf(record)
  let identity = await identityFor(issuer, addressed, answering.state, options)
  for (;;) {
    const shown = await show(record, identity, addressed, answering, options)
    const { decision } = shown
    if (decision.decision === 'later') return { id: record.id, decision: 'later', delivered: false }
    if (decision.decision === 'switch') {
      identity = await switchedTo(decision.identity, shown, answering, options)
      await identities.chooseFor(shown.consent.requester, identity.did, options)
      continue
    }
    return conclude(record, decision, shown, answering.state, options)
  }
}

interface Shown extends ShownRequest {
  readonly decision: ConsentDecision
}

async function show(
  record: PendingRecord,
  identity: IdentityRecord,
  addressed: readonly string[],
  { parts, state, screens, clock }: Answering,
  options: Options,
): Promise<Shown> {
  const about: { expiresAt: number; decision: SettledAnswer['decision'] } = {
    expiresAt: 0,
    decision: 'approved',
  }
  let isOurs = false
  const responder = new Responder({
    ...parts,
    clock,
    identity: await state.identities.open(identity.did, options),
    flows: screens.map(({ flow }) => flow),
    // Fetched and pinned before it was queued: never again.
    fetchers: [],
    senders: state.outbox.sendersFor(record.id, about),
    answered: {
      async claim(...call) {
        const won = await state.answered.claim(...call)
        isOurs ||= won
        return won
      },
    },
  })
  const { arrival, uri: text } = record
  const consent = await responder.receive({ arrival, text, acknowledge: async () => {} }, options)
  about.expiresAt = consent.expiresAt
  assertRoute(record, consent, parts)
  assertSigner(decodeJwt(tokenOf(record)).payload['riss'], identity.did)
  const { credentials, accounts, networks, transactions } = state
  const { keys, accountKeys, subjects = 'holder' } = parts
  const context: ScreenContext = {
    ...options,
    consent,
    jwt: tokenOf(record),
    identity,
    credentials,
    accounts,
    networks,
    transactions,
    keys,
    accountKeys,
    subjects,
  }
  const view = await openView(consent, screens, context)
  const all = await state.identities.list(options)
  const identities = addressed.length === 0 ? all : [identity]
  const screen = createScreen({ consent, pinned: record.pinned, view, identity, identities })
  const decision = await askPerson(parts.prompt, screen, clock, options)
  const decided = (kind: typeof about.decision): void => {
    about.decision = kind
  }
  return { consent, view, screen, decision, isOurs: () => isOurs, decided }
}

/** A person is not asked for an answer that could not be sent. */
function assertRoute({ uri }: PendingRecord, { recipient }: PendingConsent, { senders }: WalletParts): void {
  const parsed = parseRequestUri(uri)
  const mode = ('replyMode' in parsed ? parsed.replyMode : undefined) ?? 'post'
  const isAnswered = 'origin' in recipient && recipient.origin !== undefined
  if (!isAnswered || senders.some((sender) => sender.mode === mode)) return
  throw new UportError('ROUTE_UNKNOWN', `No reply sender for ${mode} is assembled.`, {
    data: { route: mode, known: senders.map((sender) => sender.mode) },
  })
}

async function openView(
  consent: PendingConsent,
  screens: readonly FlowScreen[],
  context: ScreenContext,
): Promise<OpenView> {
  for (const screen of screens) {
    const view = await screen.open(consent, context)
    if (view !== undefined) return view
  }
  throw new UportError('REQUEST_TYPE_UNSUPPORTED', 'This wallet has no screen for that type of request.', {
    data: { type: consent.requestType },
  })
}

function tokenOf({ uri }: PendingRecord): string {
  const parsed = parseRequestUri(uri)
  if (parsed.kind !== 'inline') throw new TypeError('answerSigned: the request carries no token')
  return parsed.jwt
}

/** Whom the request says it is from and for; unverified, and used only to choose who would answer. */
function addressesOf(record: PendingRecord): {
  readonly issuer: string | undefined
  readonly addressed: readonly string[]
} {
  const { iss, aud, riss, sub, type } = decodeJwt(tokenOf(record)).payload
  // A credential names its subject; what else has one may speak of anybody.
  const named = [riss, ...(Array.isArray(aud) ? aud : [aud]), type === undefined ? sub : undefined]
  return {
    issuer: typeof iss === 'string' ? iss : undefined,
    addressed: named.filter((one) => typeof one === 'string'),
  }
}

/** A request that names one of our identities is answered by it; any other by the one chosen for its requester. */
async function identityFor(
  issuer: string | undefined,
  addressed: readonly string[],
  { identities }: WalletState,
  options: Options,
): Promise<IdentityRecord> {
  for (const did of addressed.slice(0, 16)) {
    const named = await identities.get(did, options).catch(ignoreInvalidDid)
    if (named !== undefined) return named
  }
  try {
    return await identities.forRequester(issuer, options)
  } catch (error) {
    if (isUportError(error) && !isUportError(error, 'WALLET_IDENTITY_UNKNOWN')) {
      return identities.forRequester(undefined, options)
    }
    throw error
  }
}

function ignoreInvalidDid(error: unknown): undefined {
  if (!isUportError(error)) throw error
}

async function switchedTo(
  did: Did,
  { screen }: Shown,
  { state }: Answering,
  options: Options,
): Promise<IdentityRecord> {
  if (!screen.identities.some((one) => one.did === did)) {
    const reason = 'it names an identity that was not offered'
    throw new UportError('WALLET_DECISION_INVALID', `The decision does not fit its screen: ${reason}.`, {
      data: { reason },
    })
  }
  return state.identities.require(did, options)
}
