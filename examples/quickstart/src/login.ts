import { relayModule } from '@uport-kit/channel-relay/di'
import { type Did, type Disclosure, disclosure, type KeyStore, memoryBoxKeys } from '@uport-kit/core'
import { assemble, coreModule, provide, TOKENS } from '@uport-kit/core/di'
import { uportResolverModule } from '@uport-kit/resolver-uport/di'
import { type TerminalStream, terminalRenderer } from '@uport-kit/transport-qr'
import { qrTransportModule } from '@uport-kit/transport-qr/di'

/** What is asked: a name, without which the answer is of no use, and an email address if the person likes. */
export const ASK = { claims: { user_info: { name: { essential: true }, email: null } } } as const

/** The app's identity, and where its chain, documents and relay are. */
export interface LoginSetup {
  readonly did: Did
  readonly keyId: string
  readonly keys: KeyStore
  readonly networks: Readonly<
    Record<string, { readonly rpcUrls: readonly string[]; readonly registry: string }>
  >
  readonly gateways: readonly string[]
  readonly relayUrl: string
  readonly terminal: TerminalStream
}

// #region container
export async function login(setup: LoginSetup): Promise<Disclosure<typeof ASK>> {
  const { did, keyId, keys, networks, gateways, relayUrl, terminal } = setup
  const app = assemble(
    coreModule({ identity: { did, keyId } }),
    uportResolverModule({ networks, gateways }),
    relayModule({ url: relayUrl }),
    qrTransportModule({ render: terminalRenderer(terminal) }),
    provide(TOKENS.KeyStore, keys),
    provide(TOKENS.BoxKeys, memoryBoxKeys()),
  )
  try {
    const requester = app.get(TOKENS.Requester)
    return await requester.request(disclosure, ASK, { via: 'qr', signal: AbortSignal.timeout(120_000) })
  } finally {
    await app.close()
  }
}
// #endregion container
