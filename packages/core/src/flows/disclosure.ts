import { UportError } from '../errors/uport-error.ts'
import { readProfile } from '../identity/did-document.ts'
import { networkToHex, parseNetworkId } from '../identity/network-id.ts'
import {
  type AccountType,
  type DisclosureRequest,
  parseDisclosureRequest,
} from '../messages/disclosure-request.ts'
import { parseDisclosureResponse } from '../messages/disclosure-response.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { checkEssential } from './essential-claims.ts'
import { type Ask, defineRequestFlow, type Outcome, type RequestFlow } from './flow.ts'
import { type Credential, judgeCredentials, type UnacceptedCredential } from './judge-credentials.ts'

/** How one own claim is asked for; null asks without more words. */
export type ClaimSpec = {
  readonly essential?: boolean | undefined
  readonly reason?: string | undefined
} | null

/** How one kind of credential is asked for. */
export type VerifiableSpec = {
  readonly essential?: boolean | undefined
  readonly reason?: string | undefined
  /** Whose credentials count; absent: anybody's. */
  readonly iss?: readonly { readonly did: Did; readonly url?: string | undefined }[] | undefined
} | null

export interface DisclosureParams {
  readonly claims?:
    | {
        /** What the person says of themselves. */
        readonly user_info?: Readonly<Record<string, ClaimSpec>> | undefined
        /** What others have attested. */
        readonly verifiable?: Readonly<Record<string, VerifiableSpec>> | undefined
      }
    | undefined
  /** Deprecated names of own claims, for wallets that know no `claims`. */
  readonly requested?: readonly string[] | undefined
  /** Deprecated names of credentials, for wallets that know no `claims`. */
  readonly verified?: readonly string[] | undefined
  /** Default `none`. */
  readonly accountType?: AccountType | undefined
  /** The chain of that account, as a number or `0x` hex. */
  readonly network?: bigint | string | undefined
  /** Permissions asked for; `notifications` is the only one known. */
  readonly permissions?: readonly string[] | undefined
  /** Credentials about the app: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

type UserInfo<Params> = Params extends { readonly claims: { readonly user_info: infer Info } }
  ? Info
  : Readonly<Record<string, ClaimSpec>>

/** The person's own claims, by what was asked: essential ones are there, others may be. */
export type Own<Params> = {
  readonly [Name in keyof UserInfo<Params>]: UserInfo<Params>[Name] extends { readonly essential: true }
    ? Json
    : Json | undefined
}

/** An account as the reply names it. */
export interface DisclosedAccount {
  readonly mnid: string
  /** False: the person says so, nothing proves control. */
  readonly proven: boolean
}

/** A person's answer, its parts kept apart: nothing they wrote stands where something proven belongs. */
export interface Disclosure<Params = DisclosureParams> extends Outcome {
  readonly did: Did
  /** What the person wrote. */
  readonly own: Own<Params>
  /** The public profile in the person's identity document. */
  readonly profile: JsonObject
  /** Credentials about this person, each verified. */
  readonly verified: readonly Credential[]
  /** Credentials that are not to be relied on, and why. */
  readonly invalid: readonly UnacceptedCredential[]
  /** Credentials that could not be judged now because a source failed. */
  readonly undetermined: readonly UnacceptedCredential[]
  readonly account?: DisclosedAccount | undefined
  /** The reply itself, for a session or an audit. */
  readonly jwt: string
  readonly sealed: boolean
  readonly bound: 'request'
  /** Seconds of clock tolerance that the reply needed. */
  readonly skewUsed: number
}

/** The disclosure flow: who are you, and what will you tell? */
export interface DisclosureFlow extends RequestFlow<Disclosure> {
  <const Params extends DisclosureParams>(params: Params): Ask<Disclosure<Params>>
}

function createPayload(params: DisclosureParams): JsonObject {
  const { claims, requested, verified, accountType, network, permissions, vc } = params
  const payload: Record<string, Json> = {}
  if (requested !== undefined) payload['requested'] = [...requested]
  if (verified !== undefined) payload['verified'] = [...verified]
  if (claims !== undefined) payload['claims'] = asJson(claims)
  if (permissions !== undefined) payload['permissions'] = [...permissions]
  if (network !== undefined) {
    payload['net'] = networkToHex(typeof network === 'bigint' ? network : parseNetworkId(network))
  }
  if (vc !== undefined) payload['vc'] = [...vc]
  if (accountType !== undefined) payload['act'] = accountType
  assertReadable(payload)
  return payload
}

/** A plain copy: members that are undefined vanish, and later changes of the caller's object do not reach us. */
function asJson(value: object): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return copy
}

/** What we send must pass what wallets check: an unreadable request is the caller's mistake and shows here. */
function assertReadable(payload: JsonObject): void {
  try {
    parseDisclosureRequest({ ...payload, type: 'shareReq' })
  } catch (error) {
    throw new TypeError(`disclosure: ${error instanceof Error ? error.message : 'unusable parameters'}`)
  }
}

function replyToken(params: Readonly<Record<string, string>>): string {
  const jwt = params['access_token']
  if (jwt !== undefined) return jwt
  throw new UportError('REPLY_MALFORMED', 'The reply carries no access_token.', {
    data: { reason: 'access_token is missing' },
  })
}

export const disclosure: DisclosureFlow = defineRequestFlow<DisclosureParams, Disclosure>({
  requestTypes: ['shareReq'],
  binding: 'echo',
  createPayload,
  async verifyReply(params, context) {
    const asked: DisclosureRequest = parseDisclosureRequest(context.request.payload)
    const reply = await context.verifyReplyJwt(replyToken(params), { type: 'shareResp', echo: true })
    const response = parseDisclosureResponse(reply.payload)
    const credentials = await judgeCredentials(response.credentials, reply.issuer, asked.verifiable, context)
    checkEssential(asked, response.own, credentials)
    return {
      did: reply.issuer,
      requestId: context.requestId,
      own: response.own,
      profile: readProfile(reply.document),
      ...credentials,
      account: response.account === undefined ? undefined : { mnid: response.account, proven: false },
      jwt: reply.jwt,
      sealed: context.sealed,
      bound: 'request',
      skewUsed: reply.skewUsed,
    }
  },
})
