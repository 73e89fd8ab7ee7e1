import { decodeBase58 } from '../bytes/base58.ts'
import { decodeBase64 } from '../bytes/base64.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import { concatBytes } from '../bytes/concat.ts'
import { decodeHex } from '../bytes/hex.ts'
import type { JsonObject } from '../ports/json.ts'
import { isJsonObject } from './is-json-object.ts'

/** What a verification method says of its key, before anybody believes it. */
export type MethodMembers = Readonly<Record<string, unknown>>

type Curve = 'secp256k1' | 'Ed25519' | 'X25519'

/** Multicodec prefixes, as unsigned varints. */
const MULTICODEC: ReadonlyMap<Curve, readonly [number, number]> = new Map([
  ['secp256k1', [0xe7, 0x01]],
  ['Ed25519', [0xed, 0x01]],
  ['X25519', [0xec, 0x01]],
])

/** Types that name no curve: the key material does. */
const SELF_DESCRIBING: ReadonlySet<string> = new Set(['JsonWebKey2020', 'JsonWebKey', 'Multikey'])

/** Longer texts hold no key of any curve here. */
const MAX_TEXT = 256
const ACCOUNT = /^(?:eip155:[0-9]{1,32}:(0x[0-9a-fA-F]{40})|(0x[0-9a-fA-F]{40})@eip155:[0-9]{1,32})$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/**
 * Decodes hex of a secp256k1 point: with or without `0x`, of any case, compressed (33 bytes) or not (65 bytes). Whether
 * the point lies on the curve is for the engine to judge.
 */
export function decodePointHex(text: unknown): Uint8Array | undefined {
  return typeof text === 'string' && text.length <= MAX_TEXT ? asPoint(decodeHex(text)) : undefined
}

/** Whether a type leaves it to the key material to name its curve, so that unmarked bytes count for nothing. */
export function namesItsCurve(type: string): boolean {
  return SELF_DESCRIBING.has(type)
}

/** The secp256k1 point of a verification method, in whichever of the usual members it stands. */
export function readPoint(method: MethodMembers): Uint8Array | undefined {
  return asPoint(readBytes(method, 'secp256k1')) ?? readJwkPoint(jwkOf(method))
}

/** The 32-byte key of a verification method on one of the Edwards or Montgomery curves. */
export function readKey32(method: MethodMembers, curve: 'Ed25519' | 'X25519'): Uint8Array | undefined {
  const jwk = jwkOf(method)
  const bytes =
    readBytes(method, curve) ??
    (jwk?.['kty'] === 'OKP' && jwk['crv'] === curve ? decode(jwk['x'], decodeBase64url) : undefined)
  return bytes?.length === 32 ? bytes : undefined
}

/** The Ethereum address of a verification method (`ethereumAddress`, or `blockchainAccountId` in either CAIP-10 order). */
export function readAddress(method: MethodMembers): string | undefined {
  const address = method['ethereumAddress']
  if (typeof address === 'string' && ADDRESS.test(address)) return address.toLowerCase()
  const account = method['blockchainAccountId']
  const match = typeof account === 'string' && account.length <= MAX_TEXT ? ACCOUNT.exec(account) : null
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

function readBytes(method: MethodMembers, curve: Curve): Uint8Array | undefined {
  const selfDescribing = typeof method['type'] === 'string' && namesItsCurve(method['type'])
  const multikey = decode(method['publicKeyMultibase'], (text) => decodeMultikey(text, curve, selfDescribing))
  if (selfDescribing) return multikey
  return (
    decode(method['publicKeyHex'], decodeHex) ??
    decode(method['publicKeyBase64'], decodeAnyBase64) ??
    decode(method['publicKeyBase58'], decodeBase58) ??
    multikey
  )
}

function decode(text: unknown, decoder: (text: string) => Uint8Array | undefined): Uint8Array | undefined {
  return typeof text === 'string' && text.length <= MAX_TEXT ? decoder(text) : undefined
}

function decodeAnyBase64(text: string): Uint8Array | undefined {
  return decodeBase64(text) ?? decodeBase64url(text)
}

/** Multibase (z, f, u or m) of a multicodec key; old documents left the codec out. */
function decodeMultikey(text: string, curve: Curve, codecRequired: boolean): Uint8Array | undefined {
  const bytes = decodeMultibase(text)
  const [first, second] = MULTICODEC.get(curve)!
  if (bytes?.[0] === first && bytes[1] === second) return bytes.slice(2)
  return codecRequired ? undefined : bytes
}

function decodeMultibase(text: string): Uint8Array | undefined {
  const body = text.slice(1)
  switch (text[0]) {
    case 'z':
      return decodeBase58(body)
    case 'f':
      return decodeHex(body, { prefix: 'none' })
    case 'u':
      return decodeBase64url(body)
    case 'm':
      return decodeBase64(body)
    default:
      return undefined
  }
}

function jwkOf(method: MethodMembers): JsonObject | undefined {
  const jwk = method['publicKeyJwk']
  return isJsonObject(jwk) ? jwk : undefined
}

function readJwkPoint(jwk: JsonObject | undefined): Uint8Array | undefined {
  if (jwk?.['kty'] !== 'EC' || (jwk['crv'] !== 'secp256k1' && jwk['crv'] !== 'P-256K')) return undefined
  const x = decode(jwk['x'], decodeBase64url)
  const y = decode(jwk['y'], decodeBase64url)
  return x?.length === 32 && y?.length === 32 ? concatBytes(Uint8Array.of(4), x, y) : undefined
}

function asPoint(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes?.length === 33) return bytes[0] === 2 || bytes[0] === 3 ? bytes : undefined
  return bytes?.length === 65 && bytes[0] === 4 ? bytes : undefined
}
