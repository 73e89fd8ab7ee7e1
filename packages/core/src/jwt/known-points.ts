import { secp256k1 } from '@noble/curves/secp256k1.js'
import { LruMap } from './lru-map.ts'

type Point = InstanceType<typeof secp256k1.Point>

export interface KnownPointsOptions {
  /** Public keys that are kept parsed. Default 1024, of some 300 bytes each. */
  readonly maxKeys?: number | undefined
  /** Keys that get tables of multiples. Default 64, of about 1 MB each; 0 makes none. */
  readonly maxTables?: number | undefined
  /** Tokens expected of a key before it gets a table. Default 50: so many verifications repay one. */
  readonly tableAfter?: number | undefined
  /** Runs the making of a table, some 50 to 120 ms of arithmetic, later. Default: as a timer's task. */
  readonly defer?: ((work: () => void) => void) | undefined
}

/** Verifications after which a table of the curve's own base point repays itself. */
const BASE_AFTER = 64

/** The window of the tables: one more bit doubles their size and saves a tenth of the time. */
const WINDOW = 8

/**
 * Points that were parsed before, and tables of multiples for those that are expected again. Tables are made one at a
 * time and only by `expect`, so keys that strangers bring cost no more than their parsing.
 */
export class KnownPoints {
  readonly #parsed: LruMap<Point>
  readonly #prepared: LruMap<Point>
  readonly #counts: LruMap<number>
  readonly #tableAfter: number
  readonly #maxTables: number
  readonly #defer: (work: () => void) => void
  #base: Point | undefined
  #verifications = 0
  /** Keys whose table is still to be made; the first is under way. */
  readonly #queue = new Map<string, Uint8Array>()

  constructor(options: KnownPointsOptions = {}) {
    const { maxKeys = 1024, maxTables = 64, tableAfter = 50, defer = later } = options
    for (const value of [maxKeys, maxTables, tableAfter]) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new TypeError('maxKeys, maxTables and tableAfter must be whole numbers from 0')
      }
    }
    this.#parsed = new LruMap(maxKeys)
    this.#prepared = new LruMap(maxTables)
    this.#counts = new LruMap(maxKeys)
    this.#maxTables = maxTables
    this.#tableAfter = tableAfter
    this.#defer = defer
  }

  /** How many keys are kept parsed, beside those that have a table. */
  get keys(): number {
    return this.#parsed.size
  }

  /** How many keys have a table. */
  get tables(): number {
    return this.#prepared.size
  }

  /** The point, which is not the one at infinity; `undefined` where the bytes are none of the curve. */
  parse(publicKey: Uint8Array): { readonly point: Point; readonly hasTable: boolean } | undefined {
    const key = keyOf(publicKey)
    if (key === undefined) return undefined
    const prepared = this.#prepared.size === 0 ? undefined : this.#prepared.get(key)
    if (prepared !== undefined) return { point: prepared, hasTable: true }
    const point = this.#parsed.get(key) ?? parsePoint(publicKey)
    if (point === undefined) return undefined
    this.#parsed.set(key, point)
    return { point, hasTable: false }
  }

  /** The base point with a table of multiples, once there were enough verifications to repay it. */
  base(): Point | undefined {
    this.#verifications++
    if (this.#verifications === BASE_AFTER && this.#maxTables > 0) this.#defer(() => this.#makeBase())
    return this.#base
  }

  /** Counts one more token expected of this key; enough of them make its table. */
  expect(publicKey: Uint8Array): void {
    const key = keyOf(publicKey)
    if (key === undefined || this.#maxTables === 0 || this.#prepared.get(key) !== undefined) return
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.set(key, count)
    if (count >= this.#tableAfter) this.#enqueue(key, publicKey)
  }

  /** Makes the table of this key, whatever was expected of it. */
  prepare(publicKey: Uint8Array): void {
    const key = keyOf(publicKey)
    if (key !== undefined && this.#maxTables > 0 && this.#prepared.get(key) === undefined) {
      this.#enqueue(key, publicKey)
    }
  }

  #enqueue(key: string, publicKey: Uint8Array): void {
    if (this.#queue.has(key) || this.#queue.size >= this.#maxTables) return
    this.#queue.set(key, publicKey.slice())
    if (this.#queue.size === 1) this.#defer(() => this.#makeTable())
  }

  #makeBase(): void {
    // A point of our own: the library's serves others, and keeps the window they expect.
    this.#base ??= secp256k1.Point.fromAffine(secp256k1.Point.BASE.toAffine()).precompute(WINDOW, false)
  }

  /** One at a time, so that other work gets its turn between two. */
  #makeTable(): void {
    for (const [key, publicKey] of this.#queue) {
      this.#queue.delete(key)
      this.#counts.delete(key)
      // A point of its own: its table goes with it when the entry goes.
      const point = parsePoint(publicKey)
      if (point !== undefined) this.#prepared.set(key, point.precompute(WINDOW, false))
      break
    }
    if (this.#queue.size > 0) this.#defer(() => this.#makeTable())
  }
}

function keyOf(publicKey: Uint8Array): string | undefined {
  return publicKey.length === 33 || publicKey.length === 65 ? String.fromCharCode(...publicKey) : undefined
}

function parsePoint(publicKey: Uint8Array): Point | undefined {
  try {
    const point = secp256k1.Point.fromBytes(publicKey)
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}

function later(work: () => void): void {
  setTimeout(work, 0)
}
