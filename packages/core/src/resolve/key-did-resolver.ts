import { decodeBase58, encodeBase58 } from '../bytes/base58.ts'
import { concatBytes } from '../bytes/concat.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import { idInvalid, type MethodDid, selfDescribingResolver } from './self-describing-resolver.ts'
import { toX25519 } from './to-x25519.ts'

/** Multicodec prefixes of public keys, as unsigned varints. */
const SECP256K1 = Uint8Array.of(0xe7, 0x01)
const ED25519 = Uint8Array.of(0xed, 0x01)
const X25519 = Uint8Array.of(0xec, 0x01)

/** Room for a prefix and a key of either curve, and some. */
const MAX_ID_BYTES = 64

const CONTEXT = 'https://www.w3.org/ns/did/v1'
const SUITES = 'https://w3id.org/security/suites'

/** What the holder of the key may use it for. */
const PURPOSES = [
  'assertionMethod',
  'authentication',
  'capabilityInvocation',
  'capabilityDelegation',
] as const

/**
 * Resolves did:key for secp256k1 and Ed25519, as the did:key method specification of the W3C Credentials Community Group
 * has it: the id is the key, in multibase base58btc with its multicodec in front. Nobody is asked.
 *
 * An Ed25519 DID also gets the x25519 key that follows from it, under `keyAgreement`. Other curves and keys that are no
 * points are refused with `DID_INVALID`; `versionTime` with `DID_VERSION_UNSUPPORTED`. A did:key cannot be revoked: who
 * accepts one accepts it for as long as its key is not stolen.
 */
export function keyDidResolver(): DidResolver {
  return selfDescribingResolver('key', (did) => ({ document: documentOf(did) }))
}

function documentOf(did: MethodDid): JsonObject {
  const bytes = did.id.startsWith('z') ? decodeBase58(did.id.slice(1), MAX_ID_BYTES) : undefined
  const key = bytes?.subarray(2)
  if (bytes !== undefined && key !== undefined) {
    if (hasPrefix(bytes, SECP256K1) && isPoint(key)) return secp256k1Document(did, key)
    const sealing = hasPrefix(bytes, ED25519) ? toX25519(key) : undefined
    if (sealing !== undefined) return ed25519Document(did, key, sealing)
  }
  throw idInvalid('key', 'a secp256k1 or Ed25519 key in multibase base58btc')
}

function secp256k1Document(did: MethodDid, key: Uint8Array): JsonObject {
  const method = verificationMethod(did, did.id, 'EcdsaSecp256k1VerificationKey2019', key)
  return {
    '@context': [CONTEXT, `${SUITES}/secp256k1-2019/v1`],
    id: did.did,
    verificationMethod: [method],
    ...purposesOf(method.id),
    keyAgreement: [method.id],
  }
}

function ed25519Document(did: MethodDid, key: Uint8Array, sealing: Uint8Array): JsonObject {
  const method = verificationMethod(did, did.id, 'Ed25519VerificationKey2018', key)
  const sealingId = `z${encodeBase58(concatBytes(X25519, sealing))}`
  const agreement = verificationMethod(did, sealingId, 'X25519KeyAgreementKey2019', sealing)
  return {
    '@context': [CONTEXT, `${SUITES}/ed25519-2018/v1`, `${SUITES}/x25519-2019/v1`],
    id: did.did,
    verificationMethod: [method, agreement],
    ...purposesOf(method.id),
    keyAgreement: [agreement.id],
  }
}

function verificationMethod({ did }: MethodDid, fragment: string, type: string, key: Uint8Array) {
  return { id: `${did}#${fragment}`, type, controller: did, publicKeyBase58: encodeBase58(key) }
}

function purposesOf(id: string): JsonObject {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, [id]]))
}

function hasPrefix(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}

function isPoint(key: Uint8Array): boolean {
  return key.length === 33 && createNobleEngine().decompress(key) !== undefined
}
