import type { Binding } from './binding.ts'

interface Known {
  readonly compressed: Uint8Array
  readonly whole: Uint8Array
}

/**
 * Compressed keys as whole points, which libsecp256k1 reads without the square root that is a tenth of a verification.
 * Known by the array they came in, and gone with it: the same array serves every token of a document that is kept.
 */
export class WholePoints {
  readonly #binding: Binding
  readonly #known = new WeakMap<Uint8Array, Known>()

  constructor(binding: Binding) {
    this.#binding = binding
  }

  /**
   * The point in 65 bytes, where the key has 33; else the key itself. Throws where the bytes are no point.
   *
   * @param publicKey may have been written into since it was seen
   */
  of(publicKey: Uint8Array): Uint8Array {
    if (publicKey.length !== 33) return publicKey
    const known = this.#known.get(publicKey)
    if (known !== undefined && isSame(known.compressed, publicKey)) return known.whole
    const whole = this.#binding.publicKeyConvert(publicKey, false)
    this.#known.set(publicKey, { compressed: publicKey.slice(), whole })
    return whole
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}
