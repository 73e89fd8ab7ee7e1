import { emitWarning } from 'node:process'
import { createNobleEngine, isUportError, type Secp256k1Engine, type UportError } from '@uport-kit/core'
import { type Binding, loadBinding } from './binding.ts'
import { WholePoints } from './whole-points.ts'

export interface NativeEngineOptions {
  /** The engine to use where no binding loads, such as `createNobleEngine()`. Absent: that is an error. */
  readonly fallback?: Secp256k1Engine | undefined
  /** Told why the fallback is used. Default: a warning of the process. */
  readonly onFallback?: ((reason: UportError<'ENGINE_UNAVAILABLE'>) => void) | undefined
}

/** Above this first byte `s` may lie in the upper half of the order, which libsecp256k1 refuses until it is normalised. */
const FIRST_BYTE_OF_HALF_ORDER = 0x7f

/**
 * The arithmetic of `Secp256k1Engine` by libsecp256k1, some 30 times as fast as JavaScript and constant in time where it
 * touches secrets. Answers every question as `createNobleEngine` does.
 *
 * @throws UportError `ENGINE_UNAVAILABLE` where no binding loads and no fallback is given
 */
export function createNativeEngine(options: NativeEngineOptions = {}): Secp256k1Engine {
  const { fallback, onFallback = warn } = options
  try {
    return wrap(loadBinding())
  } catch (error) {
    if (fallback === undefined || !isUportError(error, 'ENGINE_UNAVAILABLE')) throw error
    onFallback(error)
    return fallback
  }
}

/** The native engine where it loads, else the one of `createNobleEngine` and a warning of the process. */
export function bestEngine(options: Pick<NativeEngineOptions, 'onFallback'> = {}): Secp256k1Engine {
  return createNativeEngine({ ...options, fallback: createNobleEngine() })
}

function warn(reason: UportError<'ENGINE_UNAVAILABLE'>): void {
  emitWarning(`${reason.message}. The slower engine is used.`, { code: reason.code })
}

function wrap(binding: Binding): Secp256k1Engine {
  const noble = createNobleEngine()
  const points = new WholePoints(binding)
  // Passed to the binding in place of the caller's arrays: a small array lives among the objects, and would get memory of
  // its own there, each time anew. No call is interrupted, so no two questions meet in them; nothing secret ever does.
  const sharedSignature = new Uint8Array(64)
  const sharedDigest = new Uint8Array(32)
  const sharedPoint = new Uint8Array(65)
  const isPrivateKey = (bytes: Uint8Array): boolean => bytes.length === 32 && binding.privateKeyVerify(bytes)
  return Object.freeze<Secp256k1Engine>({
    verify(signature, digest, publicKey) {
      if (signature.length !== 64 || digest.length !== 32 || !isPlainPoint(publicKey)) return false
      return orElse(false, () => {
        const whole = points.of(publicKey)
        sharedSignature.set(signature)
        sharedDigest.set(digest)
        if (mayHaveHighS(sharedSignature)) binding.signatureNormalize(sharedSignature)
        return binding.ecdsaVerify(sharedSignature, sharedDigest, whole)
      })
    },
    recover(signature, recovery, digest) {
      if (signature.length !== 64 || digest.length !== 32 || (recovery !== 0 && recovery !== 1))
        return undefined
      return orElse(undefined, () => {
        sharedSignature.set(signature)
        sharedDigest.set(digest)
        return binding.ecdsaRecover(sharedSignature, recovery, sharedDigest, false, sharedPoint).slice()
      })
    },
    sign(digest, privateKey) {
      // libsecp256k1 departs from RFC 6979 where the digest is not below the order, and noble says what is wrong.
      if (digest.length !== 32 || !isPrivateKey(privateKey) || mayExceedOrder(digest)) {
        return noble.sign(digest, privateKey)
      }
      const { signature, recid } = binding.ecdsaSign(digest, privateKey)
      // With low S the nonce point's x is below the order but for a chance of 2^-127: ids 2 and 3 do not occur.
      return { r: signature.slice(0, 32), s: signature.slice(32), recovery: recid === 0 ? 0 : 1 }
    },
    publicKeyOf: (privateKey) =>
      isPrivateKey(privateKey) ? binding.publicKeyCreate(privateKey, true) : noble.publicKeyOf(privateKey),
    isPrivateKey,
    decompress(publicKey) {
      if (!isPlainPoint(publicKey)) return undefined
      return orElse(undefined, () => binding.publicKeyConvert(publicKey, false))
    },
  })
}

/** Compressed, or uncompressed; libsecp256k1 also reads the hybrid form of X9.62 (06 and 07), which nobody else does. */
function isPlainPoint({ length, 0: form }: Uint8Array): boolean {
  return length === 33 ? form === 2 || form === 3 : length === 65 && form === 4
}

function mayHaveHighS(signature: Uint8Array): boolean {
  return signature[32]! >= FIRST_BYTE_OF_HALF_ORDER
}

function mayExceedOrder(digest: Uint8Array): boolean {
  return digest[0] === 255 && digest[1] === 255 && digest[2] === 255 && digest[3] === 255
}

/** The binding throws about parts that are malformed. */
function orElse<T>(otherwise: T, compute: () => T): T {
  try {
    return compute()
  } catch {
    return otherwise
  }
}
