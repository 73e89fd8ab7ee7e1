import { decodeBase64url, decodeUtf8, type JsonObject } from '@uport-kit/core'

/** Header and payload of what is signed for a token: `<header>.<payload>` (RFC 7515, section 5.1). */
export interface TokenContent {
  readonly header: JsonObject
  readonly payload: JsonObject
}

/** The token that these bytes are the signing input of, or undefined where they are none. */
export function readToken(preimage: Uint8Array): TokenContent | undefined {
  const [header, payload, ...rest] = (decodeUtf8(preimage) ?? '').split('.').map(readSegment)
  return header === undefined || payload === undefined || rest.length > 0 ? undefined : { header, payload }
}

function readSegment(segment: string): JsonObject | undefined {
  const bytes = decodeBase64url(segment)
  const text = bytes === undefined ? undefined : decodeUtf8(bytes)
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
