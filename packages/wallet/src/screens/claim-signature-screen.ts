import { answerClaimSignature } from '@uport-kit/core'
import { defineFlowScreen, type FlowScreen } from './flow-screen.ts'

/** Shows a claim that the person is asked to sign in their own name. */
export const claimSignatureScreen: FlowScreen = defineFlowScreen(
  answerClaimSignature,
  async ({ sub, claim, lifetime }, { identity }) => {
    const content = { sub, claim }
    return {
      details: {
        kind: 'signature',
        form: 'claim',
        content,
        validFor: lifetime,
        leaves: [
          { kind: 'did', did: identity.did },
          { kind: 'signature', content },
        ],
      },
      bound: 'channel',
      createAnswer: async () => ({ answer: {}, names: Object.keys(claim) }),
    }
  },
)
