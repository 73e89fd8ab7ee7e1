import { keccakF } from './keccak-f.ts'

/** Bytes that one permutation takes in at 256 bits of output. */
const RATE = 136

/** The padding byte of Keccak as Ethereum uses it, and of SHA-3 (FIPS 202, section 6.1). */
export type KeccakPadding = 0x01 | 0x06

/** Texts as short as this are hashed by one permutation. */
export const MAX_BLOCK_BYTES = RATE - 1

/**
 * Keccak with 256 bits of output over at most 135 bytes, which addresses and checksums are made of.
 *
 * @returns 32 bytes
 */
export function hashKeccakBlock(bytes: Uint8Array, padding: KeccakPadding): Uint8Array {
  const view = new DataView(new ArrayBuffer(200))
  const block = new Uint8Array(view.buffer)
  block.set(bytes)
  block[bytes.length]! |= padding
  block[RATE - 1]! |= 0x80
  const state = new Int32Array(50)
  // Lanes are little-endian, whatever the machine is.
  for (let half = 0; half < RATE / 4; half++) state[half] = view.getInt32(half * 4, true)
  keccakF(state)
  const digest = new DataView(new ArrayBuffer(32))
  for (let half = 0; half < 8; half++) digest.setInt32(half * 4, state[half]!, true)
  return new Uint8Array(digest.buffer)
}
