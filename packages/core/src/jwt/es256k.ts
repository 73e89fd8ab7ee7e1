import { equalBytes } from '../bytes/equal.ts'
import { sha256OfText } from '../bytes/hash.ts'
import { readFrozenKeys, type VerificationKey } from '../identity/did-document.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { KnownAddresses } from './known-addresses.ts'
import { compressPoint } from './points.ts'
import type { DeferrableEngine } from './secp256k1-engine.ts'
import type { SignatureVerifier } from './signature-verifier.ts'

/**
 * `ES256K` (RFC 8812, section 3.2): 64 bytes. High `s` is accepted, because the original signers wrote it; keys that are
 * known by their address alone are found by recovery, unless their point is known from an earlier token. At most one
 * verification and two recoveries, however many keys the document lists.
 */
export function createEs256kVerifier(engine: DeferrableEngine, addresses: KnownAddresses): SignatureVerifier {
  return Object.freeze<SignatureVerifier>({
    signatureLength: 64,
    readKeys: readSecp256k1Keys,
    verify({ signature, signingInput }, keys) {
      const digest = sha256OfText(signingInput)
      const [key] = keys
      const point = keys.length === 1 ? (key?.publicKey ?? addresses.pointOf(key)) : undefined
      if (point === undefined) return findAmong(keys, signature, digest)
      const valid = engine.verify(signature, digest, point)
      return valid === true ? key : Promise.resolve(valid).then((later) => (later ? key : undefined))
    },
  })

  async function findAmong(
    keys: readonly VerificationKey[],
    signature: Uint8Array,
    digest: Uint8Array,
  ): Promise<VerificationKey | undefined> {
    const points = keys.filter((key) => key.publicKey !== undefined)
    const only = points.length === 1 ? points[0] : undefined
    if (only?.publicKey !== undefined && (await engine.verify(signature, digest, only.publicKey))) return only
    return (
      findSigner(keys, await engine.recover(signature, 0, digest), addresses) ??
      findSigner(keys, await engine.recover(signature, 1, digest), addresses)
    )
  }
}

/** `ES256K-R`, uPort's own: the 64 bytes of `ES256K` and the recovery id, 0 or 1. One recovery. */
export function createEs256kRecoverableVerifier(
  engine: DeferrableEngine,
  addresses: KnownAddresses,
): SignatureVerifier {
  return Object.freeze<SignatureVerifier>({
    signatureLength: 65,
    readKeys: readSecp256k1Keys,
    verify(token, keys) {
      const recovery = token.signature[64]
      if (recovery !== 0 && recovery !== 1) return undefined
      const digest = sha256OfText(token.signingInput)
      // Never a mere verification against a known point: it would not notice a wrong recovery id.
      const point = engine.recover(token.signature.subarray(0, 64), recovery, digest)
      return point instanceof Uint8Array
        ? findSigner(keys, point, addresses)
        : Promise.resolve(point).then((later) => findSigner(keys, later, addresses))
    },
  })
}

function readSecp256k1Keys(document: DidDocument): readonly VerificationKey[] {
  return readFrozenKeys(document).filter(
    (key) => key.publicKey !== undefined || key.ethereumAddress !== undefined,
  )
}

/** A key that is listed whole goes before one that is listed as an address. */
function findSigner(
  keys: readonly VerificationKey[],
  point: Uint8Array | undefined,
  addresses: KnownAddresses,
): VerificationKey | undefined {
  if (point === undefined) return undefined
  return keys.find((key) => isPoint(key, point)) ?? addresses.find(keys, point)
}

function isPoint(key: VerificationKey, point: Uint8Array): boolean {
  if (key.publicKey === undefined) return false
  return equalBytes(key.publicKey, key.publicKey.length === 65 ? point : compressPoint(point))
}
