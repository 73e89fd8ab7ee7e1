import {
  answerDisclosure,
  type DisclosureAnswer,
  type DisclosureRequest,
  type Json,
  type JsonObject,
  type Options,
  UportError,
} from '@uport-kit/core'
import type { Approval } from '../consent-prompt.ts'
import { displayText, MAX_NAME } from '../display-text.ts'
import { askedAccount, ensureAccount } from './asked-account.ts'
import { defineFlowScreen, type FlowScreen, type FlowView, type ScreenContext } from './flow-screen.ts'
import type { AskedClaim, AskedCredential, DisclosureDetails, Leaving } from './screen-details.ts'

/** Makes leave to push messages, such as `PushGrants` of transport-push. */
export interface PushGranter {
  /** @param grant `did`: who gives it; `audience`: the application it is for */
  create(
    grant: { readonly did: string; readonly audience: string },
    options?: Options,
  ): Promise<{ readonly capability: string; readonly boxPub: string }>
}

export interface DisclosureScreenOptions {
  /** Makes leave to push where an application asks for it and the person gives it. Without it, none is given. */
  readonly pushGrants?: PushGranter | undefined
}

/** Shows what an application would like to know, and tells what the person approves of that. */
export const disclosureScreen: FlowScreen = createDisclosureScreen()

/** The same screen with options, to take the place of `disclosureScreen` among a wallet's screens. */
export function createDisclosureScreen({ pushGrants }: DisclosureScreenOptions = {}): FlowScreen {
  return defineFlowScreen(answerDisclosure, (request, context) => createView(request, context, pushGrants))
}

async function createView(
  request: DisclosureRequest,
  context: ScreenContext,
  pushGrants: PushGranter | undefined,
): Promise<FlowView<DisclosureAnswer>> {
  const canPush = pushGrants !== undefined && request.permissions.includes('notifications')
  const details = { ...(await createDetails(request, context)), ...(canPush && { push: true as const }) }
  return {
    details,
    warnings: [
      ...(isComplete(details) ? [] : (['essential-missing'] as const)),
      ...(details.account?.privateChain === undefined ? [] : (['private-chain'] as const)),
    ],
    async createAnswer(approval, options) {
      if (approval.push === true && details.push !== true)
        throw invalid('it gives leave to push, which was not offered')
      const prepared = await createAnswer(request, details, approval, context, options)
      if (approval.push !== true || pushGrants === undefined) return prepared
      const parties = { did: context.identity.did, audience: context.consent.requester }
      // The last thing before the answer goes out: a decision that does not hold opens no mailbox.
      const { capability, boxPub } = await pushGrants.create(parties, options)
      return { answer: { ...prepared.answer, push: { capability }, boxPub }, names: prepared.names }
    },
  }
}

async function createDetails(request: DisclosureRequest, context: ScreenContext): Promise<DisclosureDetails> {
  const own = request.own.map(({ name, essential, reason }): AskedClaim => {
    const value = ownMember(context.identity.claims, name)
    return { name, label: displayText(name, MAX_NAME), reason: shown(reason), essential, value }
  })
  const credentials = await Promise.all(request.verifiable.map((spec) => askedCredential(spec, context)))
  const account = await askedAccount(request, context)
  const missing = {
    own: own.filter(({ essential, value }) => essential && isEmpty(value)).map(({ name }) => name),
    verifiable: credentials
      .filter(({ essential, offered }) => essential && offered.length === 0)
      .map(({ type }) => type),
  }
  return {
    kind: 'disclosure',
    own,
    credentials,
    account,
    permissions: request.permissions.map((name) => displayText(name, MAX_NAME)),
    missing,
    leaves: leavesOf(context, own, credentials, account),
  }
}

function isComplete({ missing }: DisclosureDetails): boolean {
  return missing.own.length + missing.verifiable.length === 0
}

async function askedCredential(
  { type, essential, reason, issuers }: DisclosureRequest['verifiable'][number],
  { credentials, identity, signal }: ScreenContext,
): Promise<AskedCredential> {
  const found = await credentials.select({ type, issuers }, identity.did, { signal })
  return {
    type,
    label: displayText(type, MAX_NAME),
    reason: shown(reason),
    essential,
    issuers,
    // One of a kind is enough: the newest. The person may choose others.
    offered: found.map(({ id, issuer, claim, expiresAt }, index) => ({
      id,
      issuer,
      claim,
      expiresAt,
      proposed: index === 0,
    })),
  }
}

function leavesOf(
  { identity }: ScreenContext,
  own: readonly AskedClaim[],
  credentials: readonly AskedCredential[],
  account: DisclosureDetails['account'],
): readonly Leaving[] {
  const shownIds = new Set<string>()
  const proposed = credentials.flatMap(({ offered }) => offered.filter((one) => one.proposed))
  return [
    { kind: 'did', did: identity.did },
    ...own.flatMap(({ name, value }): Leaving[] =>
      value === undefined ? [] : [{ kind: 'own', name, value }],
    ),
    ...proposed.flatMap(({ id, claim }): Leaving[] => {
      if (shownIds.has(id)) return []
      shownIds.add(id)
      return [{ kind: 'credential', id, names: Object.keys(claim) }]
    }),
    ...(account?.available === true ? [{ kind: 'account' as const, mnid: account.mnid }] : []),
  ]
}

async function createAnswer(
  request: DisclosureRequest,
  details: DisclosureDetails,
  approval: Approval,
  context: ScreenContext,
  options: Options,
): Promise<{ readonly answer: DisclosureAnswer; readonly names: readonly string[] }> {
  const claims = chosenClaims(details, approval)
  const ids = chosenCredentials(details, approval)
  assertEssential(details, claims, ids)
  const records = await Promise.all(ids.map((id) => context.credentials.get(id, options)))
  const credentials = records.flatMap((record) => record?.jwt ?? [])
  // One may have been deleted while the screen was shown: nothing else goes out in its place.
  if (credentials.length < ids.length) throw invalid('a chosen credential is no longer kept')
  const account = await ensureAccount(request, details, approval, context, options)
  return {
    answer: { claims, credentials, ...(account === undefined ? {} : { account: account.mnid }) },
    names: [...Object.keys(claims), ...records.flatMap((record) => Object.keys(record?.claim ?? {}))],
  }
}

function chosenClaims({ own }: DisclosureDetails, approval: Approval): JsonObject {
  if (approval.own !== undefined) {
    const asked = new Set(own.map(({ name }) => name))
    if (Object.keys(approval.own).every((name) => asked.has(name))) return approval.own
    throw invalid('it tells an own claim that was not asked for')
  }
  return Object.fromEntries(
    own.flatMap(({ name, value }): [string, Json][] => (value === undefined ? [] : [[name, value]])),
  )
}

function chosenCredentials({ credentials }: DisclosureDetails, approval: Approval): readonly string[] {
  const offered = credentials.flatMap((asked) => asked.offered)
  if (approval.credentials === undefined) {
    return [...new Set(offered.filter(({ proposed }) => proposed).map(({ id }) => id))]
  }
  const known = new Set(offered.map(({ id }) => id))
  if (approval.credentials.every((id) => known.has(id))) return [...new Set(approval.credentials)]
  throw invalid('it shows a credential that was not offered')
}

/** Own claims and credentials: no answer goes out without what the request calls essential. */
function assertEssential(details: DisclosureDetails, claims: JsonObject, ids: readonly string[]): void {
  const chosen = new Set(ids)
  const own = details.own
    .filter(({ name, essential }) => essential && isEmpty(ownMember(claims, name)))
    .map(({ name }) => name)
  const verifiable = details.credentials
    .filter(({ essential, offered }) => essential && !offered.some(({ id }) => chosen.has(id)))
    .map(({ type }) => type)
  if (own.length + verifiable.length === 0) return
  throw new UportError(
    'ESSENTIAL_CLAIMS_MISSING',
    'The answer lacks essential claims: give them or decline.',
    { data: { own, verifiable } },
  )
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}

/** A member's own value: a prototype's members are nobody's. */
function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function shown(text: string | undefined): ReturnType<typeof displayText> | undefined {
  return text === undefined ? undefined : displayText(text)
}

function invalid(reason: string): UportError<'WALLET_DECISION_INVALID'> {
  return new UportError('WALLET_DECISION_INVALID', `The decision does not fit its screen: ${reason}.`, {
    data: { reason },
  })
}
