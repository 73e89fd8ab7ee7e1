import { sameDid } from '../identity/did.ts'
import {
  type ClaimSignatureRequest,
  parseClaimSignatureRequest,
} from '../messages/claim-signature-request.ts'
import { defineReplyFlow, type ReplyFlow } from './flow.ts'
import { signerMismatch } from './signer-mismatch.ts'

/** How long the signed claim is valid, where the person decides otherwise than the request. */
export interface ClaimSignatureAnswer {
  /** Seconds; default: what the request asks for. */
  readonly validFor?: number | undefined
}

/**
 * The wallet's half of the claim signature flow: signs the claim as it stands, in the identity's own name. The credential
 * names neither request nor audience, because others are to read it.
 *
 * `createReply` throws `SIGNER_MISMATCH` where the request names another identity.
 */
export const answerClaimSignature: ReplyFlow<ClaimSignatureRequest, ClaimSignatureAnswer> = defineReplyFlow({
  requestTypes: ['verReq'],
  parseRequest: parseClaimSignatureRequest,
  async createReply(request: ClaimSignatureRequest, answer: ClaimSignatureAnswer, { identity, issue }) {
    const { sub, claim, signer, lifetime } = request
    if (signer !== undefined && !sameDid(signer, identity.did)) {
      throw signerMismatch('riss', signer, identity.did)
    }
    return { access_token: await issue({ sub, claim }, { expiresIn: answer.validFor ?? lifetime }) }
  },
})
