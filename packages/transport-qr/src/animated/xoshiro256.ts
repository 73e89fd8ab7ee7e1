import { sha256 } from '@uport-kit/core'

const rotateLeft = (value: bigint, bits: bigint): bigint =>
  BigInt.asUintN(64, (value << bits) | (value >> (64n - bits)))

/** xoshiro256** (Blackman, Vigna), seeded with a hash: the same numbers on both sides. No source of secrets. */
export class Xoshiro256 {
  readonly #state: [bigint, bigint, bigint, bigint]

  constructor(seed: Uint8Array) {
    const view = new DataView(sha256(seed).slice().buffer)
    this.#state = [view.getBigUint64(0), view.getBigUint64(8), view.getBigUint64(16), view.getBigUint64(24)]
  }

  /** From 0 up to 1. */
  fraction(): number {
    return Number(this.#next()) / 2 ** 64
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.min(limit - 1, Math.floor(this.fraction() * limit)) // the fraction may round up to 1
  }

  #next(): bigint {
    const state = this.#state
    const result = BigInt.asUintN(64, rotateLeft(BigInt.asUintN(64, state[1] * 5n), 7n) * 9n)
    const shifted = BigInt.asUintN(64, state[1] << 17n)
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotateLeft(state[3], 45n)
    return result
  }
}
