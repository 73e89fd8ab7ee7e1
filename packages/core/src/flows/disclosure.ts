import { UportError } from '../errors/uport-error.ts'
import { readProfile } from '../identity/did-document.ts'
import { networkToHex, parseNetworkId } from '../identity/network-id.ts'
import {
  type AccountType,
  type DisclosureRequest,
  parseDisclosureRequest,
} from '../messages/disclosure-request.ts'
import { type DisclosureResponse, parseDisclosureResponse } from '../messages/disclosure-response.ts'
import { refuseReply } from '../messages/members.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { assertReadable } from './assert-readable.ts'
import {
  type DisclosedAccount,
  type DisclosedKey,
  judgeAccount,
  judgeDeviceKey,
  judgePush,
  type PushGrant,
  readOwnClaims,
} from './disclosed-parts.ts'
import { checkEssential } from './essential-claims.ts'
import { type Ask, type DeviceBinding, defineRequestFlow, type Outcome, type RequestFlow } from './flow.ts'
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
  /** Default `none`. `devicekey` needs `deviceKeys`. */
  readonly accountType?: AccountType | undefined
  /** Set to ask for `devicekey`: the specification lists it, and most wallets refuse it. Default false. */
  readonly deviceKeys?: boolean | undefined
  /** The chain of that account, as a number or `0x` hex. */
  readonly network?: bigint | string | undefined
  /** JSON-RPC endpoint of a private chain, where `network` is one. */
  readonly rpc?: string | undefined
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
  readonly deviceKey?: DisclosedKey | undefined
  /** Leave to push messages; absent where it was not given, or does not verify. */
  readonly push?: PushGrant | undefined
  /** The person's long-lived x25519 key, standard Base64 of 32 bytes: for messages sealed to them. */
  readonly boxPub?: string | undefined
  /** The reply itself, for a session or an audit. */
  readonly jwt: string
  readonly sealed: boolean
  readonly bound: 'request'
  /** `same-device` where the page brought a code and the reply carries it; a plain QR code cannot prove it. */
  readonly binding: DeviceBinding
  /** Seconds of clock tolerance that the reply needed. */
  readonly skewUsed: number
}

/** The disclosure flow: who are you, and what will you tell? */
export interface DisclosureFlow extends RequestFlow<Disclosure> {
  <const Params extends DisclosureParams>(params: Params): Ask<Disclosure<Params>>
}

function createPayload(params: DisclosureParams): JsonObject {
  const { claims, requested, verified, accountType, deviceKeys, network, rpc, permissions, vc } = params
  const payload: Record<string, Json> = {}
  if (requested !== undefined) payload['requested'] = [...requested]
  if (verified !== undefined) payload['verified'] = [...verified]
  if (claims !== undefined) payload['claims'] = asJson(claims)
  if (permissions !== undefined) payload['permissions'] = [...permissions]
  if (network !== undefined) {
    payload['net'] = networkToHex(typeof network === 'bigint' ? network : parseNetworkId(network))
  }
  if (rpc !== undefined) payload['rpc'] = rpc
  if (vc !== undefined) payload['vc'] = [...vc]
  if (accountType !== undefined) payload['act'] = accountType
  assertReadable('disclosure', { ...payload, type: 'shareReq' }, (sent) =>
    parseDisclosureRequest(sent, { deviceKeys }),
  )
  return payload
}

/** A plain copy: members that are undefined vanish, and later changes of the caller's object do not reach us. */
function asJson(value: object): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return copy
}

/** An account on another chain than the one asked for is no answer. */
function assertNetwork({ network }: DisclosureRequest, { account }: DisclosureResponse): void {
  if (network === undefined || account === undefined || parseNetworkId(network) === account.network) return
  throw new UportError('REPLY_CONTENT_MISMATCH', 'The reply names an account on another network.', {
    data: { member: 'nad' },
  })
}

export const disclosure: DisclosureFlow = defineRequestFlow<DisclosureParams, Disclosure>({
  requestTypes: ['shareReq'],
  binding: 'echo',
  memberOrder: ['requested', 'verified', 'claims', 'permissions', 'callback', 'net', 'rpc', 'vc', 'act'],
  createPayload,
  async verifyReply(params, context) {
    const asked = parseDisclosureRequest(context.request.payload, { deviceKeys: true })
    const token = params['access_token'] ?? refuseReply('access_token', 'is missing')
    const reply = await context.verifyReplyJwt(token, { type: 'shareResp', echo: true })
    const response = parseDisclosureResponse(reply.payload)
    assertNetwork(asked, response)
    const { account, deviceKey, boxPub } = response
    const own = await readOwnClaims(response, context)
    const credentials = await judgeCredentials(response.credentials, reply.issuer, asked.verifiable, context)
    checkEssential(asked, own, credentials)
    return {
      did: reply.issuer,
      requestId: context.requestId,
      own,
      profile: readProfile(reply.document),
      ...credentials,
      account: account === undefined ? undefined : judgeAccount(account, reply),
      deviceKey: deviceKey === undefined ? undefined : judgeDeviceKey(deviceKey, reply),
      push: await judgePush(response, reply, context),
      boxPub,
      jwt: reply.jwt,
      sealed: context.sealed,
      bound: 'request',
      binding: reply.binding,
      skewUsed: reply.skewUsed,
    }
  },
})
