import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { type CredentialContent, parseCredential } from '../messages/credential.ts'
import { defineReplyFlow, type ReplyFlow } from './flow.ts'

/** Accepting says nothing more. */
export type VerifiedClaimAnswer = Readonly<Record<never, never>>

/**
 * The wallet's half of sending a verified claim. Keep the credential first, then `approve({})`: nothing is acknowledged
 * before. Where the issuer signed the address, it gets its credential back, as old wallets did it; an unsigned address
 * learns only that somebody accepted.
 *
 * `createReply` throws `CREDENTIAL_OTHER_SUBJECT` where the credential is about another identity than the one that answers,
 * unless the responder's `subjects` is `any`.
 */
export const answerVerifiedClaim: ReplyFlow<CredentialContent, VerifiedClaimAnswer> = defineReplyFlow({
  requestTypes: [undefined],
  replyOptional: true,
  parseRequest: parseCredential,
  async createReply({ sub }: CredentialContent, _: VerifiedClaimAnswer, context) {
    if (context.subjects !== 'any' && !sameDid(sub, context.identity.did)) {
      throw new UportError('CREDENTIAL_OTHER_SUBJECT', 'The credential is about somebody else.')
    }
    return context.callback === 'signed'
      ? { status: 'accepted', jwt: context.requestJwt }
      : { status: 'accepted' }
  },
})
