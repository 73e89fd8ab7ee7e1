import { type KeccakState, keccakF } from './keccak-f.ts'

/** Bytes that one permutation takes in at 256 bits of output. */
const RATE = 136

/** A plain array: small ones are made in less time than typed ones. */
const EMPTY = /* @__PURE__ */ Array.from({ length: 50 }, () => 0) as KeccakState

/** The padding byte of Keccak as Ethereum uses it, and of SHA-3 (FIPS 202, section 6.1). */
export type KeccakPadding = 0x01 | 0x06

/**
 * Keccak with a capacity of 512 bits and 256 bits of output.
 *
 * @returns 32 bytes
 */
export function hashKeccak(bytes: Uint8Array, padding: KeccakPadding): Uint8Array {
  const state = absorb(bytes, padding)
  const digest = new Uint8Array(32)
  for (let index = 0; index < 32; index++) digest[index] = byteOf(state, index)
  return digest
}

/** Lanes are little-endian, whatever the machine is. */
function byteOf(state: KeccakState, index: number): number {
  return (state[index >> 2]! >>> ((index & 3) * 8)) & 255
}

function absorb(bytes: Uint8Array, padding: KeccakPadding): KeccakState {
  let state = EMPTY.slice() as KeccakState
  let place = 0
  for (let index = 0; index < bytes.length; index++) {
    state[place >> 2]! ^= bytes[index]! << ((place & 3) * 8)
    if (++place === RATE) {
      state = keccakF(state)
      place = 0
    }
  }
  state[place >> 2]! ^= padding << ((place & 3) * 8)
  state[(RATE - 1) >> 2]! ^= 0x80 << 24
  return keccakF(state)
}
