import { UportError } from '../errors/uport-error.ts'
import { parseAccountReference } from '../identity/account-reference.ts'
import { parseNetworkId } from '../identity/network-id.ts'
import { type DisclosureRequest, parseDisclosureRequest } from '../messages/disclosure-request.ts'
import { PUSH_CAPABILITY } from '../messages/push-capability.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { missingOwnClaims, missingVerifiable } from './essential-claims.ts'
import { defineReplyFlow, type ReplyContext, type ReplyFlow } from './flow.ts'

/** What the person chose to tell. */
export interface DisclosureAnswer {
  /** Own claims by name; only names that were asked for. */
  readonly claims: JsonObject
  /** Credential JWTs. */
  readonly credentials?: readonly string[] | undefined
  /** MNID of the account that was asked for, on the network that was asked for. */
  readonly account?: string | undefined
  /** Address of the device key, where `act` asked for it. */
  readonly deviceKey?: string | undefined
  /** Leave to push messages, where it was asked for. */
  readonly push?: PushOffer | MadePushCapability | undefined
  /** The identity's long-lived x25519 key, standard Base64. */
  readonly boxPub?: string | undefined
}

export interface PushOffer {
  /** What the push server knows this wallet by. */
  readonly endpoint: string
  /** Seconds; default 52 weeks and a day, as old wallets had it. */
  readonly lifetime?: number | undefined
}

/** A capability that was made elsewhere, such as by `createPushGrant` of transport-push: signed by the identity, for this requester. */
export interface MadePushCapability {
  readonly capability: string
}

export interface AnswerDisclosureOptions {
  /** Understand requests for a device key (`act: devicekey`), which most peers refuse. Default false. */
  readonly deviceKeys?: boolean | undefined
}

/** 52 weeks and a day. */
const PUSH_LIFETIME = 365 * 86_400

/**
 * The wallet's half of the disclosure flow. Tells nothing that was not asked for, and refuses to answer without what the
 * request calls essential: decline instead.
 */
export const answerDisclosure: ReplyFlow<DisclosureRequest, DisclosureAnswer> = createAnswerDisclosure()

/** The same flow with options. Keep the value: `PendingConsent.is` knows a flow by its identity. */
export function createAnswerDisclosure(
  options: AnswerDisclosureOptions = {},
): ReplyFlow<DisclosureRequest, DisclosureAnswer> {
  return defineReplyFlow({
    requestTypes: ['shareReq'],
    parseRequest: (payload) => parseDisclosureRequest(payload, options),
    async createReply(request: DisclosureRequest, answer: DisclosureAnswer, context) {
      assertAsked(request, answer)
      assertEssential(request, answer)
      return { access_token: await context.sign(await createContent(answer, context)) }
    },
  })
}

function assertAsked(request: DisclosureRequest, answer: DisclosureAnswer): void {
  const asked = new Set(request.own.map(({ name }) => name))
  for (const name of Object.keys(answer.claims)) {
    if (!asked.has(name)) throw notAsked(`the claim ${name}`)
  }
  const { account, deviceKey, push } = answer
  const wantsAccount = request.accountType !== 'none' && request.accountType !== 'devicekey'
  if (account !== undefined && !wantsAccount) throw notAsked('an account')
  if (account !== undefined) assertAccount(request, account)
  if (deviceKey !== undefined && request.accountType !== 'devicekey') throw notAsked('a device key')
  if (push !== undefined && !request.permissions.includes(PUSH_CAPABILITY)) throw notAsked('leave to push')
}

function assertAccount({ network }: DisclosureRequest, account: string): void {
  const found = parseAccountReference(account)?.network
  if (found === undefined) throw new TypeError('answerDisclosure: account must be an MNID')
  if (network === undefined || parseNetworkId(network) === found) return
  throw new TypeError(`answerDisclosure: the account is not on the network ${network} that was asked for`)
}

function notAsked(what: string): TypeError {
  return new TypeError(`answerDisclosure: ${what} was not asked for`)
}

function assertEssential(request: DisclosureRequest, { claims, credentials = [] }: DisclosureAnswer): void {
  const own = missingOwnClaims(request, claims)
  const verifiable = missingVerifiable(request, credentials)
  if (own.length === 0 && verifiable.length === 0) return
  throw new UportError(
    'ESSENTIAL_CLAIMS_MISSING',
    'The answer lacks essential claims: give them or decline.',
    { data: { own, verifiable } },
  )
}

/** Members in the order in which the original wallet wrote them. */
async function createContent(answer: DisclosureAnswer, context: ReplyContext): Promise<JsonObject> {
  const { claims, credentials = [], account, deviceKey, push, boxPub } = answer
  const content: Record<string, Json> = { type: 'shareResp' }
  if (Object.keys(claims).length > 0) content['own'] = claims
  if (credentials.length > 0) content['verified'] = [...credentials]
  if (account !== undefined) content['nad'] = account
  if (deviceKey !== undefined) content['dad'] = deviceKey
  if (push !== undefined) content['capabilities'] = [await createPushCapability(push, context)]
  if (boxPub !== undefined) content['boxPub'] = boxPub
  return content
}

async function createPushCapability(
  push: PushOffer | MadePushCapability,
  context: ReplyContext,
): Promise<string> {
  if ('capability' in push) return push.capability
  const { endpoint, lifetime } = push
  const capability = { aud: context.audience, type: PUSH_CAPABILITY, value: endpoint }
  return context.issue(capability, { expiresIn: lifetime ?? PUSH_LIFETIME })
}
