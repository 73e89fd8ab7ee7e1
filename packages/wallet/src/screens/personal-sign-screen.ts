import { answerPersonalSign, encodeHex } from '@uport-kit/core'
import { displayText } from '../display-text.ts'
import { defineFlowScreen, type FlowScreen } from './flow-screen.ts'
import { signingAccount } from './signing-account.ts'

/** Characters of a message that are shown as text; `content` has it whole. */
const MAX_MESSAGE = 8192

/** Shows a message that an account of the person is asked to sign. */
export const personalSignScreen: FlowScreen = defineFlowScreen(
  answerPersonalSign,
  async ({ message, text, from, network }, context) => {
    const account = await signingAccount({ from, network }, context)
    const hex = `0x${encodeHex(message)}`
    const content = text === undefined ? { hex } : { text, hex }
    return {
      details: {
        kind: 'signature',
        form: 'personal',
        content,
        text: text === undefined ? undefined : displayText(text, MAX_MESSAGE),
        account: account.address,
        leaves: [
          { kind: 'did', did: context.identity.did },
          { kind: 'signature', content },
        ],
      },
      createAnswer: async () => ({ answer: { signer: account.signer }, names: ['personal-message'] }),
    }
  },
)
