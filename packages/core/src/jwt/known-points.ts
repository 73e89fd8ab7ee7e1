import { secp256k1 } from '@noble/curves/secp256k1.js'
import { PublicPoint } from '../curve/public-point.ts'
import { LruMap } from './lru-map.ts'

export interface KnownPointsOptions {
  /** Public keys that are kept parsed, with a few multiples. Default 1024, of some 2 kB each. */
  readonly maxKeys?: number | undefined
  /** Keys that get tables of multiples. Default 64, of about 100 kB each; 0 makes none. */
  readonly maxTables?: number | undefined
  /** Tokens expected of a key before it gets a table. Default 16: so many verifications repay one. */
  readonly tableAfter?: number | undefined
}

/** Of the base point's digits: it is multiplied for every token. */
const BASE_WIDTH = 8

/**
 * Points that were parsed before, and tables of multiples for those that are expected again. Only `expect` and `prepare`
 * make tables, so keys that strangers bring cost no more than their parsing.
 */
export class KnownPoints {
  /** The curve's own; it gets a table with the first key that does. */
  readonly base: PublicPoint = new PublicPoint(secp256k1.Point.BASE.toAffine(), BASE_WIDTH)
  readonly #parsed: LruMap<PublicPoint>
  readonly #prepared: LruMap<PublicPoint>
  readonly #tableAfter: number
  readonly #maxTables: number

  constructor(options: KnownPointsOptions = {}) {
    const { maxKeys = 1024, maxTables = 64, tableAfter = 16 } = options
    for (const value of [maxKeys, maxTables, tableAfter]) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new TypeError('Numbers of keys and tokens must be whole, from 0')
      }
    }
    this.#parsed = new LruMap(maxKeys)
    this.#prepared = new LruMap(maxTables)
    this.#maxTables = maxTables
    this.#tableAfter = tableAfter
  }

  /** How many keys have a table. */
  get tables(): number {
    return this.#prepared.size
  }

  /** The point, which is not the one at infinity; `undefined` where the bytes are none of the curve. */
  parse(publicKey: Uint8Array): PublicPoint | undefined {
    const key = keyOf(publicKey)
    const known = this.#prepared.get(key) ?? this.#parsed.get(key)
    if (known !== undefined) return known
    const point = parsePoint(publicKey)
    if (point !== undefined) this.#parsed.set(key, point)
    return point
  }

  /** Counts one more token expected of this key; enough of them make its table. */
  expect(publicKey: Uint8Array): void {
    const point = this.parse(publicKey)
    if (point === undefined || ++point.uses < this.#tableAfter) return
    // Where its table is gone later, as many tokens must come again.
    point.uses = 0
    this.prepare(publicKey)
  }

  /** Makes the table of this key, whatever was expected of it. */
  prepare(publicKey: Uint8Array): void {
    // A point of its own: its table goes with it when the entry goes.
    const point =
      this.#maxTables === 0 || this.parse(publicKey)?.isPrepared ? undefined : parsePoint(publicKey)
    if (point === undefined) return
    this.base.prepare()
    point.prepare()
    this.#prepared.set(keyOf(publicKey), point)
  }
}

/** By all bytes; what has another length is no key, and is found nowhere. */
function keyOf(publicKey: Uint8Array): string {
  return publicKey.length <= 65 ? String.fromCharCode(...publicKey) : ''
}

function parsePoint(publicKey: Uint8Array): PublicPoint | undefined {
  try {
    const point = secp256k1.Point.fromBytes(publicKey)
    return point.is0() ? undefined : new PublicPoint(point.toAffine())
  } catch {
    return undefined
  }
}
