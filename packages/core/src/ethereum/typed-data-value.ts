import { isJsonObject } from '../identity/is-json-object.ts'
import type { Refuse } from '../messages/members.ts'
import type { Json } from '../ports/json.ts'
import { parseAddress } from './address.ts'
import { type FieldType, type StructTypes, splitType } from './typed-data-types.ts'

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/
const DECIMAL = /^-?[0-9]{1,78}$/
/** Half a character: it has no UTF-8 bytes of its own. */
const LONE_SURROGATE = /\p{Surrogate}/u
const HEX_NUMBER = /^0x[0-9a-fA-F]{1,64}$/

/** Sees to it that a JSON value is one of a struct's, with every field and no other member. */
export function checkTypedValue(
  value: Json,
  struct: string,
  structs: StructTypes,
  path: string,
  refuse: Refuse,
): void {
  if (!isJsonObject(value)) refuse(path, 'is not an object')
  const fields = structs.get(struct) ?? []
  for (const { name, type } of fields) {
    // A field that an encoder skips or takes for zero would be signed unseen.
    if (!Object.hasOwn(value, name)) refuse(`${path}.${name}`, 'is missing')
    checkField(value[name], splitType(type), structs, `${path}.${name}`, refuse)
  }
  if (Object.keys(value).length > fields.length) refuse(path, 'has members that no type declares')
}

function checkField(
  value: Json | undefined,
  { base, dimensions }: FieldType,
  structs: StructTypes,
  path: string,
  refuse: Refuse,
): void {
  const inner = dimensions.slice(0, -1)
  if (dimensions.length > 0) {
    if (!Array.isArray(value)) refuse(path, 'is not a list')
    const items: readonly Json[] = value
    const length = dimensions.at(-1)
    if (length !== undefined && items.length !== length) refuse(path, 'is a list of another length')
    for (const item of items) checkField(item, { base, dimensions: inner }, structs, path, refuse)
    return
  }
  if (value === undefined) refuse(path, 'is missing')
  if (structs.has(base)) checkTypedValue(value, base, structs, path, refuse)
  else if (!isAtom(value, base)) refuse(path, 'is no value of its type')
}

function isAtom(value: Json, type: string): boolean {
  if (type === 'bool') return typeof value === 'boolean'
  if (type === 'string') return typeof value === 'string' && !LONE_SURROGATE.test(value)
  if (type === 'address') return parseAddress(value) !== undefined
  if (type === 'bytes') return typeof value === 'string' && HEX.test(value)
  if (type.startsWith('bytes')) {
    return typeof value === 'string' && HEX.test(value) && value.length === 2 + 2 * Number(type.slice(5))
  }
  return isInteger(value, type)
}

/** Within the range that the type's bits span. A JSON number must be one that JSON carries exactly. */
function isInteger(value: Json, type: string): boolean {
  const exact =
    typeof value === 'number'
      ? Number.isSafeInteger(value)
      : typeof value === 'string' && (DECIMAL.test(value) || HEX_NUMBER.test(value))
  if (!exact) return false
  const number = BigInt(value as string | number)
  const signed = type.startsWith('int')
  const bits = BigInt(type.slice(signed ? 3 : 4))
  const limit = 1n << (signed ? bits - 1n : bits)
  return number < limit && number >= (signed ? -limit : 0n)
}
