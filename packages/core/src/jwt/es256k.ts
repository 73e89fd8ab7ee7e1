import { equalBytes } from '../bytes/equal.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { readVerificationKeys, type VerificationKey } from '../identity/did-document.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import { compressPoint, pointToAddress } from './points.ts'
import type { Secp256k1Engine } from './secp256k1-engine.ts'
import type { SignatureVerifier } from './signature-verifier.ts'

/**
 * `ES256K` (RFC 8812, section 3.2): 64 bytes. High `s` is accepted, because the original signers wrote it; keys that are
 * known by their address alone are found by recovery. At most one verification and two recoveries, however many keys the
 * document lists.
 */
export function createEs256kVerifier(engine: Secp256k1Engine): SignatureVerifier {
  return Object.freeze<SignatureVerifier>({
    signatureLength: 64,
    readKeys: readSecp256k1Keys,
    verify(token, keys) {
      const digest = sha256(encodeUtf8(token.signingInput))
      const points = keys.filter((key) => key.publicKey !== undefined)
      const only = points.length === 1 ? points[0] : undefined
      if (only?.publicKey !== undefined) {
        if (engine.verify(token.signature, digest, only.publicKey)) return only
        if (keys.length === 1) return undefined
      }
      return (
        findSigner(keys, engine.recover(token.signature, 0, digest)) ??
        findSigner(keys, engine.recover(token.signature, 1, digest))
      )
    },
  })
}

/** `ES256K-R`, uPort's own: the 64 bytes of `ES256K` and the recovery id, 0 or 1. One recovery. */
export function createEs256kRecoverableVerifier(engine: Secp256k1Engine): SignatureVerifier {
  return Object.freeze<SignatureVerifier>({
    signatureLength: 65,
    readKeys: readSecp256k1Keys,
    verify(token, keys) {
      const recovery = token.signature[64]
      if (recovery !== 0 && recovery !== 1) return undefined
      const digest = sha256(encodeUtf8(token.signingInput))
      return findSigner(keys, engine.recover(token.signature.subarray(0, 64), recovery, digest))
    },
  })
}

function readSecp256k1Keys(document: DidDocument): readonly VerificationKey[] {
  return readVerificationKeys(document).filter(
    (key) => key.publicKey !== undefined || key.ethereumAddress !== undefined,
  )
}

/** A key that is listed whole goes before one that is listed as an address. */
function findSigner(
  keys: readonly VerificationKey[],
  point: Uint8Array | undefined,
): VerificationKey | undefined {
  if (point === undefined) return undefined
  return keys.find((key) => isPoint(key, point)) ?? findAddress(keys, point)
}

function isPoint(key: VerificationKey, point: Uint8Array): boolean {
  if (key.publicKey === undefined) return false
  return equalBytes(key.publicKey, key.publicKey.length === 65 ? point : compressPoint(point))
}

/** An entry that lists a point too signs with that point alone: its address may be anybody's. */
function findAddress(keys: readonly VerificationKey[], point: Uint8Array): VerificationKey | undefined {
  const listed = keys.filter((key) => key.publicKey === undefined && key.ethereumAddress !== undefined)
  if (listed.length === 0) return undefined
  const address = pointToAddress(point)
  return listed.find((key) => key.ethereumAddress?.toLowerCase() === address)
}
