import { createNobleEngine } from '../jwt/noble-engine.ts'
import { pointToAddress } from '../jwt/points.ts'

/**
 * The Ethereum address of a public key: `0x` and 40 lower-case hex digits.
 *
 * @param publicKey a secp256k1 point, 33 or 65 bytes
 * @throws TypeError where the bytes are no point of the curve
 */
export function addressOf(publicKey: Uint8Array): string {
  const point = createNobleEngine().decompress(publicKey)
  if (point === undefined) throw new TypeError('publicKey must be a secp256k1 point of 33 or 65 bytes')
  return pointToAddress(point)
}
