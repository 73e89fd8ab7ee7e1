import { type KeccakState, keccakF } from './keccak-f.ts'

/** Bytes that one permutation takes in at 256 bits of output. */
export const RATE = 136

/** A plain array: small ones are made in less time than typed ones. */
const EMPTY = /* @__PURE__ */ new Array<number>(50).fill(0) as KeccakState

/** The padding byte of Keccak as Ethereum uses it, and of SHA-3 (FIPS 202, section 6.1). */
export type KeccakPadding = 0x01 | 0x06

export type HashKeccak = typeof hashKeccak

/**
 * Keccak with a capacity of 512 bits, of the first `length` bytes.
 *
 * @param size bytes of output, 32 at most
 */
export function hashKeccak(
  bytes: Uint8Array,
  padding: KeccakPadding,
  length: number = bytes.length,
  size = 32,
): Uint8Array {
  const state = absorb(bytes, padding, length)
  const digest = new Uint8Array(size)
  for (let index = 0; index < size; index++) digest[index] = byteOf(state, index)
  return digest
}

function absorb(bytes: Uint8Array, padding: KeccakPadding, length: number): KeccakState {
  let state = EMPTY.slice() as KeccakState
  let place = 0
  for (let index = 0; index < length; index++) {
    mix(state, place, bytes[index]!)
    if (++place === RATE) {
      state = keccakF(state)
      place = 0
    }
  }
  mix(state, place, padding)
  mix(state, RATE - 1, 0x80)
  return keccakF(state)
}

/** Lanes are little-endian; every other bit of a byte is in one half of its lane. A shift counts by its lowest 5 bits. */
function mix(state: KeccakState, place: number, byte: number): void {
  for (let odd = 0; odd < 2; odd++) {
    let bits = (byte >> odd) & 0x55
    bits = (bits | (bits >> 1)) & 0x33
    bits = (bits | (bits >> 2)) & 0x0f
    state[(place >> 3) * 2 + odd]! ^= bits << (place * 4)
  }
}

function byteOf(state: KeccakState, place: number): number {
  let byte = 0
  for (let odd = 0; odd < 2; odd++) {
    let bits = (state[(place >> 3) * 2 + odd]! >> (place * 4)) & 0x0f
    bits = (bits | (bits << 2)) & 0x33
    bits = (bits | (bits << 1)) & 0x55
    byte |= bits << odd
  }
  return byte
}
