import type { Json } from '../ports/json.ts'

/** What a copy may hold. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly maxDepth: number
  /** Values plus characters of all texts and keys. */
  readonly maxSize: number
}

/**
 * A deeply frozen copy of a value that ought to be JSON: own enumerable members only, nothing shared with the original.
 * Members that are `undefined` vanish, as in serialisation.
 *
 * @returns `undefined` where the value is not JSON, or exceeds a limit
 */
export function copyJson(value: unknown, limits: JsonLimits): Json | undefined {
  return new JsonCopier(limits.maxSize).copy(value, limits.maxDepth)
}

class JsonCopier {
  #room: number

  constructor(room: number) {
    this.#room = room
  }

  copy(value: unknown, depth: number): Json | undefined {
    this.#room -= typeof value === 'string' ? value.length + 1 : 1
    if (this.#room < 0) return undefined
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
    if (typeof value !== 'object' || depth === 0) return undefined
    return Array.isArray(value) ? this.#copyArray(value, depth - 1) : this.#copyObject(value, depth - 1)
  }

  #copyArray(values: readonly unknown[], depth: number): Json | undefined {
    const copies: Json[] = []
    for (const value of values) {
      const copy = this.copy(value, depth)
      if (copy === undefined) return undefined
      copies.push(copy)
    }
    return Object.freeze(copies)
  }

  #copyObject(value: object, depth: number): Json | undefined {
    const prototype: unknown = Object.getPrototypeOf(value)
    // Dates, maps and typed arrays are no JSON; objects of another realm have a prototype whose prototype is null.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined
    const copies: Record<string, Json> = {}
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue
      this.#room -= key.length
      const copy = this.copy(member, depth)
      if (copy === undefined) return undefined
      // Defined instead of assigned, this name is a member like any other; for all of them it would take thrice the time.
      if (key === '__proto__') Object.defineProperty(copies, key, { value: copy, enumerable: true })
      else copies[key] = copy
    }
    return Object.freeze(copies)
  }
}
