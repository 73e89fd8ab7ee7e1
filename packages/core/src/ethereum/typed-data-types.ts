import { isJsonObject } from '../identity/is-json-object.ts'
import { member, type Refuse } from '../messages/members.ts'
import type { Json, JsonObject } from '../ports/json.ts'

/** One field of a struct. */
export interface Field {
  readonly name: string
  readonly type: string
}

export type StructTypes = ReadonlyMap<string, readonly Field[]>

/** A field's type taken apart: `Item[2][]` is `Item` with the dimensions 2 and any. */
export interface FieldType {
  readonly base: string
  /** From the inside out; undefined: any length. */
  readonly dimensions: readonly (number | undefined)[]
}

const MAX_STRUCTS = 64
const MAX_FIELDS = 64
const MAX_DIMENSIONS = 4

/**
 * Ways from the primary type to its parts. The encoder follows each of them anew, and with layers of structs that refer
 * to one another their number doubles by the layer.
 */
const MAX_WAYS = 4096

const NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/
const TYPE = /^([A-Za-z_$][A-Za-z0-9_$]{0,63})((?:\[(?:[1-9][0-9]{0,3})?\]){0,4})$/
const INTEGER = /^u?int([1-9][0-9]{0,2})$/
const FIXED_BYTES = /^bytes([1-9][0-9]?)$/

/** Whether a type is one of Solidity's that EIP-712 knows: aliases such as `uint` and fixed-point numbers are none. */
export function isAtomicType(type: string): boolean {
  if (type === 'address' || type === 'bool' || type === 'string' || type === 'bytes') return true
  const bits = Number(INTEGER.exec(type)?.[1] ?? 0)
  if (bits > 0) return bits % 8 === 0 && bits <= 256
  const size = Number(FIXED_BYTES.exec(type)?.[1] ?? 0)
  return size > 0 && size <= 32
}

/** Takes a type apart that `parseTypes` let pass. */
export function splitType(type: string): FieldType {
  const [, base = '', suffix = ''] = TYPE.exec(type) ?? []
  const dimensions = [...suffix.matchAll(/\[([0-9]*)\]/g)].map(([, count]) =>
    count === undefined || count === '' ? undefined : Number(count),
  )
  return { base, dimensions }
}

/** Reads the declarations: names, fields, and that every type is either atomic or declared. */
export function parseTypes(types: JsonObject, path: string, refuse: Refuse): StructTypes {
  const names = Object.keys(types)
  if (names.length > MAX_STRUCTS) return refuse(path, 'declares too many types')
  const structs = new Map<string, readonly Field[]>()
  for (const name of names) {
    // Names of an object's prototype would be found where nothing was declared.
    if (!NAME.test(name) || name in {} || isAtomicType(name)) {
      return refuse(path, 'declares a type under a name that cannot be one')
    }
    structs.set(name, parseFields(member(types, name), `${path}.${name}`, refuse))
  }
  for (const [name, fields] of structs) {
    for (const { type } of fields) {
      const { base } = splitType(type)
      if (!isAtomicType(base) && !structs.has(base)) {
        return refuse(`${path}.${name}`, 'has a field of a type that nobody declares')
      }
    }
  }
  return structs
}

function parseFields(value: Json | undefined, path: string, refuse: Refuse): readonly Field[] {
  if (!Array.isArray(value)) return refuse(path, 'is not a list of fields')
  const list: readonly Json[] = value
  if (list.length > MAX_FIELDS) return refuse(path, 'has too many fields')
  const seen = new Set<string>()
  return list.map((item) => {
    if (!isJsonObject(item)) return refuse(path, 'has a field that is not an object')
    const { name, type, ...rest } = item
    if (typeof name !== 'string' || !NAME.test(name) || name === '__proto__') {
      return refuse(path, 'has a field under a name that cannot be one')
    }
    if (seen.has(name)) return refuse(path, 'has two fields of one name')
    seen.add(name)
    if (typeof type !== 'string' || !TYPE.test(type) || splitType(type).dimensions.length > MAX_DIMENSIONS) {
      return refuse(path, 'has a field without a proper type')
    }
    if (Object.keys(rest).length > 0) return refuse(path, 'has a field with more than name and type')
    return Object.freeze({ name, type })
  })
}

/** The structs that `primary` is made of, itself included; none of them may contain itself. */
export function reachableTypes(
  structs: StructTypes,
  primary: string,
  path: string,
  refuse: Refuse,
): StructTypes {
  const reachable = new Map<string, readonly Field[]>()
  const ways = new Map<string, number>()
  const open = new Set<string>()

  function count(name: string): number {
    const known = ways.get(name)
    if (known !== undefined) return known
    if (open.has(name)) return refuse(path, 'has a type that contains itself')
    open.add(name)
    const fields = structs.get(name) ?? []
    reachable.set(name, fields)
    const parts = new Set(fields.map(({ type }) => splitType(type).base).filter((base) => structs.has(base)))
    let sum = 1
    for (const part of parts) sum += count(part)
    if (sum > MAX_WAYS) return refuse(path, 'is too intricate')
    open.delete(name)
    ways.set(name, sum)
    return sum
  }

  count(primary)
  return reachable
}
