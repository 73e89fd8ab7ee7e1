import { concatBytes } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'
import { keccak256, sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import type { KeyStore, RecoverableSignature, SignContext } from '../ports/key-store.ts'
import { type ConformanceTools, check } from './conformance-tools.ts'

const engine = createNobleEngine()

/** Half of the order of secp256k1 (SEC 2, section 2.4.1), rounded down. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Something to sign, with the context that fits it. */
export interface Signable {
  readonly digest: Uint8Array
  readonly context: SignContext
}

/** A JWS signing input and its digest. */
export function jwtToSign(text = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJkaWQ6dXBvcnQ6MiJ9'): Signable {
  const preimage = encodeUtf8(text)
  const context = { purpose: 'jwt', hash: 'sha256', preimage, preview: { iss: 'did:uport:2' } } as const
  return { digest: sha256(preimage), context }
}

/** The bytes of EIP-191 for a text, and their digest. */
export function messageToSign(text: string): Signable {
  const body = encodeUtf8(text)
  const preimage = concatBytes(encodeUtf8(`\u0019Ethereum Signed Message:\n${body.length}`), body)
  const context = { purpose: 'personal-message', hash: 'keccak256', preimage, preview: { text } } as const
  return { digest: keccak256(preimage), context }
}

/** Signs copies, so that a store which writes into its arguments fails only the case about that. */
export async function sign(
  store: KeyStore,
  keyId: string,
  { digest, context }: Signable,
  tools: ConformanceTools,
): Promise<RecoverableSignature> {
  const copied = { ...context, preimage: context.preimage.slice() }
  return await tools.within(store.sign(keyId, digest.slice(), copied), 'sign')
}

/** The store's public key of that id, checked for its form. */
export async function publicKeyOf(
  store: KeyStore,
  keyId: string,
  tools: ConformanceTools,
): Promise<Uint8Array> {
  const info = await tools.within(store.get(keyId), 'get')
  check(info !== undefined, 'get must find the key')
  check(info.publicKey.length === 33, 'the public key must be compressed: 33 bytes')
  check(engine.decompress(info.publicKey) !== undefined, 'the public key must be a point of secp256k1')
  return info.publicKey
}

/** The form of a signature and that the key made it over the digest. */
export function isSignatureOf(
  signature: RecoverableSignature,
  digest: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.r.length !== 32 || signature.s.length !== 32) return false
  return engine.verify(concatBytes(signature.r, signature.s), digest, publicKey)
}

export function isLowS(signature: RecoverableSignature): boolean {
  const s = signature.s.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  return signature.s.length === 32 && s > 0n && s <= HALF_ORDER
}

/** Whether the recovery id leads back to the key. */
export function recovers(
  signature: RecoverableSignature,
  digest: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const point = engine.recover(concatBytes(signature.r, signature.s), signature.recovery, digest)
  const expected = engine.decompress(publicKey)
  return point !== undefined && expected !== undefined && equalBytes(point, expected)
}
