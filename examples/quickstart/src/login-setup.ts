import type { Did, Disclosure, KeyStore } from '@uport-kit/core'
import type { TerminalStream } from '@uport-kit/transport-qr'

/** What is asked: a name, without which the answer is of no use, and an email address if the person likes. */
export const ASK = { claims: { user_info: { name: { essential: true }, email: null } } } as const

export type LoginAnswer = Disclosure<typeof ASK>

/** The app's identity, and where its chain, documents and relay are. */
export interface LoginSetup {
  readonly identity: { readonly did: Did; readonly keyId: string }
  readonly keys: KeyStore
  readonly networks: Readonly<
    Record<string, { readonly rpcUrls: readonly string[]; readonly registry: string }>
  >
  readonly gateways: readonly string[]
  readonly relayUrl: string
  readonly terminal: TerminalStream
}
