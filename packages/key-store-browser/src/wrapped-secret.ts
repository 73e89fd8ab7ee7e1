import { concatBytes, encodeUtf8, type RandomBytes } from '@uport-kit/core'
import { damaged, storeFailed } from './failure.ts'
import type { WrappingKey } from './wrapping-key.ts'

const SECRET_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const CONTEXT = 'uport-kit/key-store-browser/1'

/** Keys that sign, or keys that open boxes; also the object store that holds them. */
export type SecretKind = 'keys' | 'box-keys'

const PUBLIC_KEY_BYTES: Readonly<Record<SecretKind, number>> = { keys: 33, 'box-keys': 32 }

/** A record of the database. */
export interface WrappedSecret {
  readonly name: string
  readonly publicKey: Uint8Array
  /** The id of the wrapping key. */
  readonly wrappedBy: string
  readonly iv: Uint8Array
  /** AES-256-GCM (NIST SP 800-38D): 32 bytes and the tag. Kind, name and public key are authenticated with it. */
  readonly ciphertext: Uint8Array
  /** Unix seconds; a box key may be forgotten some time after. */
  readonly expiresAt?: number
}

/** What a secret is, without the secret. */
export interface SecretLabel {
  readonly kind: SecretKind
  readonly name: string
  readonly publicKey: Uint8Array
  readonly expiresAt?: number | undefined
}

/** Reads a record; scripts of the page may have written anything. @throws UportError `KEY_STORE_FAILED` (`damaged`) */
export function parseWrappedSecret(kind: SecretKind, name: string, value: unknown): WrappedSecret {
  const record = Object(value) as { readonly [member in keyof WrappedSecret]?: unknown }
  const publicKey = bytesOf(record.publicKey, PUBLIC_KEY_BYTES[kind])
  const iv = bytesOf(record.iv, IV_BYTES)
  const ciphertext = bytesOf(record.ciphertext, SECRET_BYTES + TAG_BYTES)
  const { wrappedBy, expiresAt } = record
  const whole = publicKey !== undefined && iv !== undefined && ciphertext !== undefined
  if (!whole || record.name !== name || typeof wrappedBy !== 'string') throw damaged(name)
  const known = { name, publicKey, wrappedBy, iv, ciphertext }
  return typeof expiresAt === 'number' ? { ...known, expiresAt } : known
}

/** Encrypts 32 bytes under a fresh random IV. */
export async function wrapSecret(
  label: SecretLabel,
  secret: Uint8Array,
  wrapping: WrappingKey,
  randomBytes: RandomBytes,
): Promise<WrappedSecret> {
  const { kind, name, expiresAt } = label
  // Copies: what is stored is stored with the whole buffer that it is a part of.
  const iv = Uint8Array.from(randomBytes(IV_BYTES))
  const publicKey = Uint8Array.from(label.publicKey)
  const plaintext = Uint8Array.from(secret)
  try {
    const additionalData = bindingOf(kind, name, publicKey)
    const encrypted = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData },
      wrapping.key,
      plaintext,
    )
    const record = { name, publicKey, wrappedBy: wrapping.id, iv, ciphertext: new Uint8Array(encrypted) }
    return expiresAt === undefined ? record : { ...record, expiresAt }
  } finally {
    plaintext.fill(0)
  }
}

/**
 * The inverse. That it succeeds proves kind, name and public key too.
 *
 * @returns 32 bytes; the caller wipes them
 * @throws UportError `KEY_STORE_FAILED` with reason `damaged` or `wrapping-key-missing`
 */
export async function unwrapSecret(
  kind: SecretKind,
  record: WrappedSecret,
  wrapping: WrappingKey | undefined,
): Promise<Uint8Array> {
  const { name, publicKey, iv, ciphertext } = record
  if (record.wrappedBy !== wrapping?.id) {
    const message = 'The key that wraps this one is gone: delete it and import its backup'
    throw storeFailed('wrapping-key-missing', message, { keyId: name })
  }
  const algorithm = { name: 'AES-GCM', iv: iv.slice(), additionalData: bindingOf(kind, name, publicKey) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, wrapping.key, ciphertext.slice()))
  } catch {
    throw damaged(name)
  }
}

/** What a ciphertext belongs to, without two readings: the name's length comes before it. */
function bindingOf(kind: SecretKind, name: string, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const encoded = encodeUtf8(name)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, encoded.length)
  return concatBytes(encodeUtf8(`${CONTEXT}/${kind}/`), length, encoded, publicKey).slice()
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === length ? value : undefined
}
