import { decodeHex } from '../bytes/hex.ts'
import { jsonInvalid } from './json-invalid.ts'

export type JsonMembers = Readonly<Record<string, unknown>>

/** @throws UportError `KEYSTORE_JSON_INVALID` when the text is no JSON object */
export function parseJsonObject(text: string): JsonMembers {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The cause is left out: it quotes the text.
    throw jsonInvalid('it is not JSON')
  }
  return asObject(value, 'it')
}

/** @throws UportError `KEYSTORE_JSON_INVALID` */
export function objectMember(object: JsonMembers, name: string): JsonMembers {
  return asObject(object[name], name)
}

/** @throws UportError `KEYSTORE_JSON_INVALID` */
export function textMember(object: JsonMembers, name: string): string {
  const value = object[name]
  if (typeof value !== 'string') throw jsonInvalid(`${name} is not a string`)
  return value
}

/** @throws UportError `KEYSTORE_JSON_INVALID` */
export function integerMember(object: JsonMembers, name: string): number {
  const value = object[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw jsonInvalid(`${name} is not an integer`)
  return value
}

/** Hex of any case, with or without `0x`: writers differ. @throws UportError `KEYSTORE_JSON_INVALID` */
export function hexMember(object: JsonMembers, name: string, minBytes: number, maxBytes: number): Uint8Array {
  const bytes = decodeHex(textMember(object, name))
  if (bytes === undefined) throw jsonInvalid(`${name} is not hex`)
  if (bytes.length < minBytes || bytes.length > maxBytes) throw jsonInvalid(`${name} has the wrong length`)
  return bytes
}

function asObject(value: unknown, name: string): JsonMembers {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw jsonInvalid(`${name} is not an object`)
  }
  return value as JsonMembers
}
