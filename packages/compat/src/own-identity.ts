import {
  addressOf,
  createNobleEngine,
  foldDid,
  isMnid,
  type JwtSigner,
  MemoryKeyStore,
  UportError,
} from '@uport-kit/core'
import { fromLegacySigner, SIGNER_KEY_ID } from './legacy-signer.ts'
import { parsePrivateKey } from './private-key.ts'
import { assertSettings, type CredentialsSettings } from './settings.ts'

/** Who `Credentials` acts for, as far as its settings say. */
export interface OwnIdentity {
  readonly did: string | undefined
  /** Ready to sign; undefined where DID or key is missing. */
  readonly signer: Promise<JwtSigner> | undefined
  /** The own public key, 33 bytes; undefined where it is not known without the network. */
  publicKey(): Promise<Uint8Array | undefined>
}

const ETHR_ADDRESS = /^did:ethr:(?:[^:]+:)?(0x[0-9a-f]{40})$/

/**
 * Reads DID and key from the settings.
 *
 * @throws TypeError where they are unusable
 * @throws UportError `IDENTITY_KEY_MISMATCH` where the key is not that of the did:ethr; `DID_INVALID`, `MNID_INVALID`
 */
export function readOwnIdentity(settings: CredentialsSettings): OwnIdentity {
  assertSettings(settings)
  const { identity, privateKey, signer } = settings
  if (identity !== undefined) return fromIdentity(identity)
  const did = readDid(settings)
  const address = settings.checkKey === false || did === undefined ? undefined : ethrAddress(did)
  if (privateKey !== undefined) return fromPrivateKey(did, parsePrivateKey(privateKey), address)
  const signs = signer !== undefined && did !== undefined
  return {
    did,
    signer: signs
      ? Promise.resolve({ did, keyId: SIGNER_KEY_ID, keys: fromLegacySigner(signer, address) })
      : undefined,
    publicKey: async () => undefined,
  }
}

function fromIdentity(identity: NonNullable<CredentialsSettings['identity']>): OwnIdentity {
  const { did, keyId, keys } = identity
  foldDid(did)
  return {
    did,
    signer: Promise.resolve({ did, keyId, keys }),
    publicKey: async () => (await keys.get(keyId))?.publicKey,
  }
}

function fromPrivateKey(
  configured: string | undefined,
  privateKey: Uint8Array,
  address: string | undefined,
): OwnIdentity {
  const publicKey = createNobleEngine().publicKeyOf(privateKey)
  const keyId = addressOf(publicKey)
  const did = configured ?? `did:ethr:${keyId}`
  if (address !== undefined && address !== keyId) {
    throw new UportError(
      'IDENTITY_KEY_MISMATCH',
      `The private key is not that of ${did}: every token would be refused. Correct one of them.`,
      { data: { did, keyId } },
    )
  }
  const keys = new MemoryKeyStore()
  const signer = keys.import(privateKey, { keyId }).then(() => ({ did, keyId, keys }))
  return { did, signer, publicKey: async () => publicKey }
}

function readDid({ did, address }: CredentialsSettings): string | undefined {
  if (did !== undefined) {
    foldDid(did)
    return did
  }
  if (address === undefined) return undefined
  if (isMnid(address)) return `did:uport:${address}`
  if (/^0x[0-9a-fA-F]{40}$/.test(address)) return `did:ethr:${address}`
  throw new TypeError('Credentials: address must be an MNID or a hex address')
}

/** The address inside a did:ethr, in lower case; did:ethr of a public key has none. */
function ethrAddress(did: string): string | undefined {
  return ETHR_ADDRESS.exec(foldDid(did))?.[1]
}
