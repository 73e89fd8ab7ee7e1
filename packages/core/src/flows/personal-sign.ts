import { equalBytes } from '../bytes/equal.ts'
import { keccak256 } from '../bytes/hash.ts'
import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { networkToHex, parseNetworkId } from '../identity/network-id.ts'
import { type AccountSignature, recoverAccount } from '../messages/account-signature.ts'
import { refuseReply } from '../messages/members.ts'
import { personalMessageBytes, personalMessagePreimage } from '../messages/personal-message.ts'
import { PERSONAL_SIGN_TYPES, parsePersonalSignRequest } from '../messages/personal-sign-request.ts'
import { parsePersonalSignResponse } from '../messages/personal-sign-response.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { assertReadable } from './assert-readable.ts'
import { defineRequestFlow, type Outcome, type RequestFlowOf } from './flow.ts'
import { signerMismatch } from './signer-mismatch.ts'

export interface PersonalSignParams {
  /** Text, or bytes as `0x` hex of even length. */
  readonly data: string
  /** The account that must sign: an MNID, a DID with an account in it, or an address. */
  readonly from?: string | undefined
  /** The chain of that account, as a number or `0x` hex. */
  readonly network?: bigint | string | undefined
  /** Who must answer (`riss`). */
  readonly signer?: Did | undefined
  /** Credentials about the app: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

/** A message that an account signed (EIP-191). */
export interface SignedMessage extends Outcome {
  /** Who answered. That the account is theirs is their word, unless `from` was asked for. */
  readonly did: Did
  /** As asked. */
  readonly data: string
  readonly message: Uint8Array
  readonly signature: AccountSignature
  /** The account that signed, recovered from the signature: `0x` and 40 lower-case hex digits. */
  readonly signer: string
  readonly jwt: string
  readonly sealed: boolean
  /** `channel`: old wallets do not repeat the request. */
  readonly bound: 'request' | 'channel'
  readonly skewUsed: number
}

function createPayload({ data, from, network, signer, vc }: PersonalSignParams): JsonObject {
  const payload: Record<string, Json> = { data }
  if (from !== undefined) payload['from'] = from
  if (network !== undefined) {
    payload['net'] = networkToHex(typeof network === 'bigint' ? network : parseNetworkId(network))
  }
  if (signer !== undefined) payload['riss'] = signer
  if (vc !== undefined) payload['vc'] = [...vc]
  assertReadable('personalSign', { ...payload, type: 'personalSigReq' }, parsePersonalSignRequest)
  return payload
}

/** Asks an account of the person to sign a message, and recovers who did. */
export const personalSign: RequestFlowOf<PersonalSignParams, SignedMessage> = defineRequestFlow<
  PersonalSignParams,
  SignedMessage
>({
  requestTypes: PERSONAL_SIGN_TYPES,
  binding: 'channel',
  memberOrder: ['data', 'from', 'net', 'riss', 'callback', 'vc'],
  createPayload,
  async verifyReply(params, context) {
    const asked = parsePersonalSignRequest(context.request.payload)
    const token = params['personalSig'] ?? refuseReply('personalSig', 'is missing')
    const rules = { type: 'personalSignResp', echo: false, standalone: true }
    const reply = await context.verifyReplyJwt(token, rules)
    if (asked.signer !== undefined && !sameDid(asked.signer, reply.issuer)) {
      throw signerMismatch('riss', asked.signer, reply.issuer)
    }
    const { data, signature } = parsePersonalSignResponse(reply.payload)
    if (!equalBytes(personalMessageBytes(data), asked.message)) {
      throw new UportError(
        'REPLY_CONTENT_MISMATCH',
        'The reply signs another message than the one asked for.',
        {
          data: { member: 'data' },
        },
      )
    }
    const digest = keccak256(personalMessagePreimage(asked.message))
    const signer = recoverAccount(signature, digest, context.engine)
    if (signer === undefined) return refuseReply('signature', 'is not one of any account')
    if (asked.from !== undefined && signer !== asked.from) throw signerMismatch('from', asked.from, signer)
    return {
      did: reply.issuer,
      requestId: context.requestId,
      data: asked.data,
      message: asked.message,
      signature,
      signer,
      jwt: token,
      sealed: context.sealed,
      bound: reply.bound,
      skewUsed: reply.skewUsed,
    }
  },
})
