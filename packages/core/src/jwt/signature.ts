import { UportError } from '../errors/uport-error.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import type { Did } from '../ports/did.ts'
import { createEs256kRecoverableVerifier, createEs256kVerifier } from './es256k.ts'
import { KnownAddresses } from './known-addresses.ts'
import type { DeferrableEngine } from './secp256k1-engine.ts'
import type { SignatureVerifier, SignedToken } from './signature-verifier.ts'

/** What of a hostile header is repeated in an error. */
const MAX_NAME = 32

/** Made once for each engine, and gone with it: what they know of addresses saves work and changes no answer. */
const verifiers = new WeakMap<DeferrableEngine, ReadonlyMap<string, SignatureVerifier>>()

/**
 * The verifier of an algorithm: the two of uPort, which cannot be replaced, then those given.
 *
 * @throws UportError `JWT_ALGORITHM_UNSUPPORTED`; so for `none` and every symmetric algorithm
 */
export function selectVerifier(
  algorithm: string,
  engine: DeferrableEngine,
  others: ReadonlyMap<string, SignatureVerifier> | undefined,
): SignatureVerifier {
  const verifier = verifiersOf(engine).get(algorithm) ?? others?.get(algorithm)
  if (verifier !== undefined) return verifier
  throw new UportError(
    'JWT_ALGORITHM_UNSUPPORTED',
    'This verifier does not accept the algorithm of the token: the issuer must sign with ES256K or ES256K-R',
    { data: { algorithm: algorithm.slice(0, MAX_NAME) } },
  )
}

/** Whether the algorithm is one of uPort's two, whose verdict depends on the token and the key alone. */
export function isBuiltIn(algorithm: string): boolean {
  return algorithm === 'ES256K' || algorithm === 'ES256K-R'
}

function verifiersOf(engine: DeferrableEngine): ReadonlyMap<string, SignatureVerifier> {
  const known = verifiers.get(engine)
  if (known !== undefined) return known
  const addresses = new KnownAddresses()
  const made = new Map([
    ['ES256K', createEs256kVerifier(engine, addresses)],
    ['ES256K-R', createEs256kRecoverableVerifier(engine, addresses)],
  ])
  verifiers.set(engine, made)
  return made
}

/** @throws UportError `JWT_SIGNATURE_LENGTH` */
export function checkSignatureLength(
  algorithm: string,
  signature: Uint8Array,
  verifier: SignatureVerifier,
): void {
  if (signature.length === verifier.signatureLength) return
  throw new UportError(
    'JWT_SIGNATURE_LENGTH',
    `The signature has ${signature.length} bytes instead of ${verifier.signatureLength}: its issuer must sign again`,
    { data: { algorithm, bytes: signature.length } },
  )
}

/**
 * The key that signed, at once where the verifier answers at once.
 *
 * @throws UportError `JWT_SIGNATURE_INVALID` with the ids of the keys that were tried; or rejects with it
 */
export function verifySignature(
  token: SignedToken,
  keys: readonly VerificationKey[],
  verifier: SignatureVerifier,
  issuer: Did,
): VerificationKey | Promise<VerificationKey> {
  const answer = verifier.verify(token, keys)
  // Only a key that was offered counts, whatever a verifier from outside answers.
  const offered = (found: unknown) => keys.find((key) => key === found)
  return (
    offered(answer) ??
    Promise.resolve(answer).then((found) => offered(found) ?? Promise.reject(noSigner(keys, issuer)))
  )
}

function noSigner(keys: readonly VerificationKey[], issuer: Did): UportError<'JWT_SIGNATURE_INVALID'> {
  return new UportError(
    'JWT_SIGNATURE_INVALID',
    "None of the issuer's keys made this signature: check that both sides use the same network and registry",
    { data: { issuer, keysTried: Object.freeze(keys.map((key) => key.id)) } },
  )
}
