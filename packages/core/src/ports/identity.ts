import type { BoxKeys } from './box-keys.ts'
import type { Did } from './did.ts'
import type { KeyStore } from './key-store.ts'

/** A DID plus the key store and key id that act for it, and its box keys. */
export interface Identity {
  /** Written as `iss` exactly so; a bare MNID is legal where old peers demand it. */
  readonly did: Did
  readonly keyId: string
  readonly keys: KeyStore
  readonly boxKeys: BoxKeys
}
