import { UportError } from '../errors/uport-error.ts'
import { signingInputOf } from '../exchange/reply-hash.ts'
import { isDid } from '../identity/did.ts'
import { isMnid } from '../identity/mnid.ts'
import { parseCredential } from '../messages/credential.ts'
import { refuseReply } from '../messages/members.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { assertReadable, firstParam } from './assert-readable.ts'
import { defineRequestFlow, type Outcome, type RequestFlowOf } from './flow.ts'

export interface VerifiedClaimParams {
  /** Whom the claim is about: a DID, or an MNID where an old wallet needs one. */
  readonly sub: Did | string
  readonly claim: JsonObject
  /** When the claim ends, Unix seconds; default: never. Not how long the offer stands: that is `lifetime`. */
  readonly expiresAt?: number | undefined
  /** Credentials about the issuer: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

/** A credential that was sent, and that somebody says was accepted. */
export interface DeliveredClaim extends Outcome {
  /** Nobody signs an acceptance. */
  readonly did: undefined
  readonly status: 'accepted'
  /** False always: whoever saw the offer could have said so. It proves nothing; do not hang rights on it. */
  readonly authenticated: false
  /** The credential itself, for the issuer's records. */
  readonly jwt: string
  readonly sealed: boolean
  readonly bound: 'channel'
}

/** What wallets have called an acceptance. */
const ACCEPTED: ReadonlySet<string> = new Set(['ok', 'accepted'])

function createPayload({ sub, claim, expiresAt, vc }: VerifiedClaimParams): JsonObject {
  if (!isDid(sub) && !isMnid(sub)) throw new TypeError('verifiedClaim: sub must be a DID or an MNID')
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt)) {
    throw new TypeError('verifiedClaim: expiresAt must be Unix seconds')
  }
  const copy: Json = JSON.parse(JSON.stringify(claim))
  const payload: Record<string, Json> = { sub, claim: copy }
  if (expiresAt !== undefined) payload['exp'] = expiresAt
  if (vc !== undefined) payload['vc'] = [...vc]
  assertReadable('verifiedClaim', payload, parseCredential)
  return payload
}

/**
 * Sends a verified claim to a wallet. The token that goes out is the credential itself: it has no `type` and holds nothing
 * of its delivery, so the address for the acknowledgement travels beside it, unsigned. The wallet acknowledges when the
 * person has accepted, not when it has seen the token.
 */
export const verifiedClaim: RequestFlowOf<VerifiedClaimParams, DeliveredClaim> = defineRequestFlow<
  VerifiedClaimParams,
  DeliveredClaim
>({
  requestTypes: [undefined],
  binding: 'channel',
  lifetime: 600,
  createPayload,
  async verifyReply(params, context) {
    const sent = context.request.jwt
    const echoed = firstParam(params, ['jwt', 'access_token'])
    const status = params['status']
    if (echoed === undefined && status === undefined) return refuseReply('status', 'is missing')
    if (status !== undefined && !ACCEPTED.has(status)) return refuseReply('status', 'is no acceptance')
    if (echoed !== undefined && signingInputOf(echoed) !== signingInputOf(sent)) {
      throw new UportError('REPLY_NOT_BOUND', 'The reply acknowledges another credential than the one sent.')
    }
    return {
      did: undefined,
      requestId: context.requestId,
      status: 'accepted',
      authenticated: false,
      jwt: sent,
      sealed: context.sealed,
      bound: 'channel',
    }
  },
})
