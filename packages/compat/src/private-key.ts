import { addressOf, createNobleEngine, decodeHex, encodeHex } from '@uport-kit/core'

/** A DID and the key that acts for it, as `Credentials` takes them. */
export interface CreatedIdentity {
  readonly did: `did:ethr:${string}`
  /** 64 lower-case hex digits, left-padded, without prefix. A secret. */
  readonly privateKey: string
}

/**
 * A new did:ethr identity. The hex of the key always has 64 digits: the original dropped leading zeros, which made one key
 * in 256 unusable elsewhere.
 *
 * @param randomBytes default: the platform's cryptographic generator
 */
export function createIdentity(
  randomBytes: (length: number) => Uint8Array = platformRandomBytes,
): CreatedIdentity {
  const engine = createNobleEngine()
  for (;;) {
    const privateKey = randomBytes(32)
    if (!engine.isPrivateKey(privateKey)) continue
    const did = `did:ethr:${addressOf(engine.publicKeyOf(privateKey))}` as const
    return Object.freeze({ did, privateKey: encodeHex(privateKey) })
  }
}

/**
 * The 32 bytes of a private key in hex, with or without `0x`. Shorter hex, which the original wrote for keys that begin
 * with zeros, is padded on the left.
 *
 * @throws TypeError where it is no private key of secp256k1; the message never holds the key
 */
export function parsePrivateKey(text: string): Uint8Array {
  const digits = typeof text === 'string' ? text.replace(/^0x/, '') : ''
  const bytes = digits.length > 0 && digits.length <= 64 ? decodeHex(digits.padStart(64, '0')) : undefined
  if (bytes !== undefined && createNobleEngine().isPrivateKey(bytes)) return bytes
  throw new TypeError('Credentials: privateKey must be a secp256k1 private key in hex')
}

function platformRandomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
