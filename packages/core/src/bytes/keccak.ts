import { keccakF } from './keccak-f.ts'

/** Bytes that one permutation takes in at 256 bits of output. */
const RATE = 136

/** The padding byte of Keccak as Ethereum uses it, and of SHA-3 (FIPS 202, section 6.1). */
export type KeccakPadding = 0x01 | 0x06

/**
 * Keccak with a capacity of 512 bits and 256 bits of output.
 *
 * @returns 32 bytes
 */
export function hashKeccak(bytes: Uint8Array, padding: KeccakPadding): Uint8Array {
  const padded = new Uint8Array((Math.floor(bytes.length / RATE) + 1) * RATE)
  padded.set(bytes)
  padded[bytes.length]! |= padding
  padded[padded.length - 1]! |= 0x80
  const view = new DataView(padded.buffer)
  const state = new Int32Array(50)
  for (let start = 0; start < padded.length; start += RATE) {
    // Lanes are little-endian, whatever the machine is.
    for (let half = 0; half < RATE / 4; half++) state[half]! ^= view.getInt32(start + half * 4, true)
    keccakF(state)
  }
  const digest = new DataView(new ArrayBuffer(32))
  for (let half = 0; half < 8; half++) digest.setInt32(half * 4, state[half]!, true)
  return new Uint8Array(digest.buffer)
}
