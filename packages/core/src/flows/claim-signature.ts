import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { parseClaimSignatureRequest } from '../messages/claim-signature-request.ts'
import { parseCredential } from '../messages/credential.ts'
import { equalJson } from '../messages/equal-json.ts'
import { refuseReply } from '../messages/members.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { assertReadable, firstParam } from './assert-readable.ts'
import { defineRequestFlow, type Outcome, type RequestFlowOf } from './flow.ts'
import type { Credential } from './judge-credentials.ts'
import { signerMismatch } from './signer-mismatch.ts'

export interface ClaimSignatureParams {
  /** Whom the claim is about: a DID or MNID. */
  readonly sub: Did | string
  /** The claim to be signed, exactly so. */
  readonly claim: JsonObject
  /** Who must sign it (`riss`). */
  readonly signer?: Did | undefined
  /** To whom the request is addressed (`aud`): others refuse it. */
  readonly audience?: Did | undefined
  /** Seconds that the signed claim shall be valid (`rexp`); default: without end. */
  readonly validFor?: number | undefined
  /** Credentials about the app: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

/** A claim that somebody signed for us. */
export interface SignedClaim extends Outcome {
  /** Who signed. */
  readonly did: Did
  readonly credential: Credential
  readonly jwt: string
  readonly sealed: boolean
  /** `channel`: a credential is made for others too, so it does not repeat our request. */
  readonly bound: 'request' | 'channel'
  readonly skewUsed: number
}

function createPayload(params: ClaimSignatureParams): JsonObject {
  const { sub, claim, signer, audience, validFor, vc } = params
  const copy: Json = JSON.parse(JSON.stringify(claim))
  const payload: Record<string, Json> = { unsignedClaim: copy, sub }
  if (signer !== undefined) payload['riss'] = signer
  if (audience !== undefined) payload['aud'] = audience
  if (vc !== undefined) payload['vc'] = [...vc]
  if (validFor !== undefined) payload['rexp'] = validFor
  assertReadable('claimSignature', { ...payload, type: 'verReq' }, parseClaimSignatureRequest)
  return payload
}

/**
 * Asks somebody to sign a claim about somebody. The answer is a credential: it must carry the very claim and subject, and
 * be signed by the one who was asked, where one was.
 */
export const claimSignature: RequestFlowOf<ClaimSignatureParams, SignedClaim> = defineRequestFlow<
  ClaimSignatureParams,
  SignedClaim
>({
  requestTypes: ['verReq'],
  binding: 'channel',
  memberOrder: ['unsignedClaim', 'sub', 'riss', 'aud', 'vc', 'callback', 'type', 'rexp'],
  createPayload,
  async verifyReply(params, context) {
    const asked = parseClaimSignatureRequest(context.request.payload)
    const jwt =
      firstParam(params, ['access_token', 'verification']) ?? refuseReply('access_token', 'is missing')
    const reply = await context.verifyReplyJwt(jwt, { echo: false, standalone: true, key: 'any' })
    if (asked.signer !== undefined && !sameDid(asked.signer, reply.issuer)) {
      throw signerMismatch('riss', asked.signer, reply.issuer)
    }
    const { sub, claim } = parseCredential(reply.payload)
    if (sub !== asked.sub && !sameDid(sub, asked.sub)) throw otherContent('sub')
    if (!equalJson(claim, asked.claim)) throw otherContent('claim')
    const { issuer, payload } = reply
    return {
      did: issuer,
      requestId: context.requestId,
      credential: { issuer, payload, jwt, sub, claim },
      jwt,
      sealed: context.sealed,
      bound: reply.bound,
      skewUsed: reply.skewUsed,
    }
  },
})

function otherContent(member: string): UportError<'REPLY_CONTENT_MISMATCH'> {
  return new UportError(
    'REPLY_CONTENT_MISMATCH',
    'The credential says something else than was to be signed.',
    {
      data: { member },
    },
  )
}
