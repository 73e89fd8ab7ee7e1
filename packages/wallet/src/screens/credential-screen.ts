import { answerVerifiedClaim, decodeJwt, sameDid, UportError } from '@uport-kit/core'
import { defineFlowScreen, type FlowScreen } from './flow-screen.ts'

/** Shows a credential that somebody offers, and keeps it where the person accepts. Nothing is kept or acknowledged before. */
export const credentialScreen: FlowScreen = defineFlowScreen(
  answerVerifiedClaim,
  async ({ sub, claim }, { consent, credentials, identity, subjects, jwt, signal }) => {
    if (subjects !== 'any' && !sameDid(sub, identity.did)) {
      throw new UportError('CREDENTIAL_OTHER_SUBJECT', 'The credential is about somebody else.')
    }
    const credential = { jwt, issuer: consent.requester, subject: sub, claim }
    const replaced = await credentials.supersededBy(credential, { signal })
    const { exp } = decodeJwt(jwt).payload
    return {
      details: {
        kind: 'credential',
        issuer: consent.requester,
        subject: sub,
        claim,
        credentialExpiresAt: typeof exp === 'number' ? exp : undefined,
        replaces: replaced.map(({ id }) => id),
        outdated: await credentials.isOutdated(credential, { signal }),
      },
      bound: 'channel',
      async createAnswer(_, options) {
        // Kept first: an issuer must not hear of an acceptance that a dying wallet forgot.
        await credentials.keep(credential, options)
        return { answer: {}, names: Object.keys(claim) }
      },
    }
  },
)
