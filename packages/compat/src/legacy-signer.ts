import {
  addressOf,
  concatBytes,
  createNobleEngine,
  decodeBase64url,
  decodeHex,
  decodeUtf8,
  encodeHex,
  type KeyStore,
  type RecoverableSignature,
  type SignContext,
  UportError,
} from '@uport-kit/core'

/** A signer as did-jwt up to 4 took it: signs SHA-256 of the text; `r` and `s` are 64 hex digits each. */
export type LegacySigner = (data: string) => Promise<LegacySignature | string>

export interface LegacySignature {
  readonly r: string
  readonly s: string
  readonly recoveryParam?: number | null | undefined
}

const KEY_ID = 'signer'
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * A signer function as the signing half of a key store. Every signature is checked before it leaves: that it recovers to a
 * key and, where an address is given, to the key of that address.
 *
 * @param address lower-case address of the only key that may sign, where it is known
 */
export function fromLegacySigner(signer: LegacySigner, address: string | undefined): Pick<KeyStore, 'sign'> {
  const engine = createNobleEngine()
  return {
    async sign(keyId, digest, context, options = {}) {
      options.signal?.throwIfAborted()
      const signature = readSignature(await signer(textOf(context, keyId)), keyId)
      const point = engine.recover(concatBytes(signature.r, signature.s), signature.recovery, digest)
      if (point === undefined) throw signatureError(keyId, 'recovers to no key')
      if (address === undefined || addressOf(point) === address) return signature
      throw new UportError(
        'IDENTITY_KEY_MISMATCH',
        'The signer holds another key than that of the DID; correct one.',
        {
          data: { did: `did:ethr:${address}`, keyId },
        },
      )
    },
  }
}

/** The id under which errors name the signer. */
export const SIGNER_KEY_ID: string = KEY_ID

function textOf(context: SignContext, keyId: string): string {
  const text = context.purpose === 'jwt' ? decodeUtf8(context.preimage) : undefined
  if (text !== undefined) return text
  throw new UportError('KEY_SIGNING_REFUSED', 'A signer function signs tokens only; use a key store.', {
    data: { keyId, reason: 'not a token' },
  })
}

function readSignature(signature: LegacySignature | string, keyId: string): RecoverableSignature {
  const { r, s, recovery } = typeof signature === 'string' ? readText(signature) : readMembers(signature)
  if (r?.length !== 32 || s?.length !== 32) throw signatureError(keyId, 'r and s must be 32 bytes each')
  if (recovery !== 0 && recovery !== 1) throw signatureError(keyId, 'recoveryParam must be 0 or 1')
  const value = BigInt(`0x${encodeHex(s)}`)
  if (value <= ORDER / 2n || value >= ORDER) return { r, s, recovery }
  const low = decodeHex((ORDER - value).toString(16).padStart(64, '0'))
  return { r, s: low ?? s, recovery: recovery === 0 ? 1 : 0 }
}

interface Parts {
  readonly r: Uint8Array | undefined
  readonly s: Uint8Array | undefined
  readonly recovery: number | null | undefined
}

/** Base64url of 65 bytes, as the later recoverable signers wrote it. */
function readText(text: string): Parts {
  const bytes = decodeBase64url(text)
  return { r: bytes?.slice(0, 32), s: bytes?.slice(32, 64), recovery: bytes?.[64] }
}

function readMembers({ r, s, recoveryParam }: LegacySignature): Parts {
  return { r: decodeHex(r), s: decodeHex(s), recovery: recoveryParam }
}

function signatureError(keyId: string, reason: string): UportError<'KEY_SIGNATURE_INVALID'> {
  return new UportError('KEY_SIGNATURE_INVALID', `The signer's answer is unusable: ${reason}.`, {
    data: { keyId, reason },
  })
}
