import type { Arrival, JsonObject, PendingConsent } from '@uport-kit/core'
import type { ConsentScreen, ConsentWarning, ShownRequester } from './consent-screen.ts'
import { displayText, displayUrl, MAX_NAME, MAX_TEXT, type ShownText } from './display-text.ts'
import type { OpenView } from './screens/flow-screen.ts'
import type { IdentityRecord } from './state/identities.ts'
import type { UnsignedRequest } from './wallet-parts.ts'

export interface ScreenFacts {
  readonly consent: Omit<PendingConsent, 'approve' | 'decline' | 'request' | 'is'>
  /** Whether the queue knows that the token was not chosen by whoever served it. */
  readonly pinned: boolean
  readonly view: Omit<OpenView, 'approve'>
  readonly identity: IdentityRecord
  readonly identities: readonly IdentityRecord[]
}

/** Puts together what a host shows. Deep-frozen, so that what is shown is what is answered. */
export function createScreen({ consent, pinned, view, identity, identities }: ScreenFacts): ConsentScreen {
  const bound = view.bound ?? 'request'
  const requester = shownRequester(consent)
  const screen = {
    id: consent.id,
    requestType: consent.requestType,
    requester,
    recipient: { ...consent.recipient },
    arrival: consent.arrival,
    identity: identity.did,
    identities: identities.map(({ did, label }) => ({ did, label })),
    pinned,
    sealed: consent.sealed,
    bound,
    expiresAt: consent.expiresAt,
    details: view.details,
  }
  const warnings: readonly ConsentWarning[] = [
    ...(pinned ? [] : (['unpinned'] as const)),
    ...(consent.sealed ? [] : (['unsealed'] as const)),
    ...recipientWarnings(consent),
    ...(consent.expiryAssumed ? (['expiry-assumed'] as const) : []),
    ...(requester.attested.length === 0 && requester.name !== undefined
      ? (['unproven-requester'] as const)
      : []),
    ...(view.warnings ?? []),
    ...(holdsAlteredText([screen.requester, screen.details]) ? (['altered-text'] as const) : []),
  ]
  return deepFreeze({ ...screen, warnings })
}

export interface UnsignedFacts {
  readonly id: string
  readonly request: UnsignedRequest
  readonly arrival: Arrival
  readonly identity: IdentityRecord
  readonly expiresAt: number
}

/** The screen of a request that nobody signed. */
export function createUnsignedScreen(facts: UnsignedFacts): ConsentScreen {
  const { id, request, arrival, identity, expiresAt } = facts
  const { kind: form, unsigned: _, ...said } = request
  const says = Object.entries(said).flatMap(([name, value]) =>
    typeof value === 'string' ? [{ name, value: displayText(value) }] : [],
  )
  const altered = holdsAlteredText(says)
  return deepFreeze({
    id,
    requestType: form,
    recipient: { trust: 'unknown' },
    arrival,
    identity: identity.did,
    identities: [{ did: identity.did, label: identity.label }],
    pinned: true,
    sealed: false,
    bound: 'channel',
    expiresAt,
    warnings: ['unsigned', 'recipient-unknown', ...(altered ? (['altered-text'] as const) : [])],
    details: { kind: 'unsigned', form, says },
  })
}

function recipientWarnings({ recipient }: ScreenFacts['consent']): readonly ConsentWarning[] {
  if (recipient.trust === 'attested') return []
  return recipient.trust === 'claimed' ? ['recipient-claimed'] : ['recipient-unknown']
}

function shownRequester({
  requester,
  requesterProfile,
  issuerClaims,
}: ScreenFacts['consent']): ShownRequester {
  return {
    did: requester,
    name: profileText(requesterProfile, 'name', MAX_NAME),
    description: profileText(requesterProfile, 'description', MAX_TEXT),
    url: profileText(requesterProfile, 'url', MAX_TEXT, displayUrl),
    attested: issuerClaims.verified.map(({ issuer, claim }) => ({ issuer, claim })),
  }
}

function profileText(
  profile: JsonObject,
  name: string,
  max: number,
  show: typeof displayText = displayText,
): ShownText | undefined {
  const value = Object.hasOwn(profile, name) ? profile[name] : undefined
  return typeof value === 'string' && value !== '' ? show(value, max) : undefined
}

/** Looks through what is shown for texts that had to be altered. Credentials are of bounded depth when they come here. */
function holdsAlteredText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('altered' in value && value.altered === true && 'text' in value) return true
  return Object.values(value).some(holdsAlteredText)
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null && !Object.isFrozen(member)) deepFreeze(member)
  }
  return Object.freeze(value)
}
