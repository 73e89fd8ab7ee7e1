import { answerTypedData } from '@uport-kit/core/ethereum'
import { defineFlowScreen, type FlowScreen } from '../screens/flow-screen.ts'
import { signingAccount } from '../screens/signing-account.ts'

/** Shows typed data (EIP-712) that an account of the person is asked to sign. */
export const typedDataScreen: FlowScreen = defineFlowScreen(
  answerTypedData,
  async ({ typedData, from, network }, context) => {
    const account = await signingAccount({ from, network }, context)
    const { types, primaryType, domain, message } = typedData
    const content = {
      types: Object.fromEntries(
        Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]),
      ),
      primaryType,
      domain,
      message,
    }
    return {
      details: {
        kind: 'signature',
        form: 'typed-data',
        content,
        account: account.address,
        leaves: [
          { kind: 'did', did: context.identity.did },
          { kind: 'signature', content },
        ],
      },
      createAnswer: async () => ({ answer: { signer: account.signer }, names: ['typed-data', primaryType] }),
    }
  },
)
