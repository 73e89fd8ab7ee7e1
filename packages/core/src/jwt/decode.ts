import { decodeBase64url, encodeBase64url, viewBase64url } from '../bytes/base64url.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { deepFreeze } from './deep-freeze.ts'

/** Bytes of a token that are read unless told otherwise. */
const DEFAULT_MAX_JWT_BYTES = 65_536

/** Levels of objects and arrays; what walks a payload recursively is safe with as many. */
const MAX_DEPTH = 64

/** A JOSE header (RFC 7515, section 4). */
export type JwtHeader = JsonObject & { readonly alg: string }

/** A token taken apart. Nothing in it is proven. */
export interface DecodedJwt {
  /** The token as given. */
  readonly jwt: string
  /** Deep-frozen. */
  readonly header: JwtHeader
  /** Deep-frozen. A member named `__proto__` is an ordinary own member. */
  readonly payload: JsonObject
  readonly signature: Uint8Array
  /** `header.payload` as it was sent: what the signature covers. */
  readonly signingInput: string
}

export interface DecodeJwtOptions {
  /** Longer tokens are refused unread. Default 65 536. */
  readonly maxBytes?: number | undefined
}

/**
 * Takes a JWT in compact form (RFC 7519, RFC 7515 section 7.1) apart, without judging it: use `verifyJwt` to trust it.
 *
 * Strict: three non-empty parts, base64url without padding whose unused bits are zero (so a signature has one spelling),
 * UTF-8, JSON objects nested 64 levels at most, a textual `alg`. Time grows linearly with the length.
 *
 * @throws UportError `JWT_MALFORMED`, `JWT_TOO_LARGE`
 */
export function decodeJwt(jwt: unknown, options: DecodeJwtOptions = {}): DecodedJwt {
  if (typeof jwt !== 'string') throw malformed('not text')
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_JWT_BYTES
  if (jwt.length > maxBytes) {
    throw new UportError(
      'JWT_TOO_LARGE',
      `The token is longer than ${maxBytes} bytes: raise maxBytes if you expect it`,
      {
        data: { bytes: jwt.length, maxBytes },
      },
    )
  }
  const firstDot = jwt.indexOf('.')
  const secondDot = jwt.indexOf('.', firstDot + 1)
  if (secondDot < 0 || jwt.includes('.', secondDot + 1)) throw malformed('not three parts')
  const encodedHeader = jwt.slice(0, firstDot)
  const header = USUAL_HEADERS.get(encodedHeader) ?? decodeObject(encodedHeader, 'header')
  if (!hasAlgorithm(header)) throw malformed('header names no algorithm')
  const payload = decodeObject(jwt.slice(firstDot + 1, secondDot), 'payload')
  const signature = decodePart(jwt.slice(secondDot + 1), 'signature', decodeBase64url)
  return Object.freeze({ jwt, header, payload, signature, signingInput: jwt.slice(0, secondDot) })
}

/** Headers of nearly all tokens, by their encoding: read once, at the start. */
const USUAL_HEADERS: ReadonlyMap<string, JwtHeader> = new Map(
  ['ES256K', 'ES256K-R'].flatMap((alg) =>
    [
      { typ: 'JWT', alg },
      { alg, typ: 'JWT' },
    ].map((header) => [encodeBase64url(encodeUtf8(JSON.stringify(header))), Object.freeze(header)] as const),
  ),
)

type Part = 'header' | 'payload' | 'signature'

function decodePart(text: string, part: Part, decode: typeof decodeBase64url): Uint8Array {
  if (text === '') throw malformed(`${part} is empty`)
  const bytes = decode(text)
  if (bytes === undefined) throw malformed(`${part} is not canonical base64url`)
  return bytes
}

function decodeObject(encoded: string, part: Part): JsonObject {
  const text = decodeUtf8(decodePart(encoded, part, viewBase64url))
  if (text === undefined) throw malformed(`${part} is not UTF-8`)
  const value = parseJson(text)
  if (!isJsonObject(value)) throw malformed(`${part} is not a JSON object`)
  if (!deepFreeze(value, MAX_DEPTH)) throw malformed(`${part} is nested too deeply`)
  return value
}

/** The parser's own error quotes the text, so it goes no further. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasAlgorithm(header: JsonObject): header is JwtHeader {
  return typeof header['alg'] === 'string'
}

function malformed(reason: string): UportError<'JWT_MALFORMED'> {
  return new UportError('JWT_MALFORMED', `This is not a JWT (${reason}): check that it was copied whole`, {
    data: { reason },
  })
}
