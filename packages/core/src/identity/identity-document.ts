import { secp256k1 } from '@noble/curves/secp256k1.js'
import { decodeBase64, encodeBase64 } from '../bytes/base64.ts'
import { encodeHex } from '../bytes/hex.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { isCid } from './cid.ts'
import { copyJson } from './copy-json.ts'
import { parseIpfsLink } from './ipfs-link.ts'
import { isJsonObject } from './is-json-object.ts'
import { decodePointHex } from './key-material.ts'

export type IdentityDocumentType = 'Person' | 'App' | 'Organization'

/**
 * The identity document that the registry points to: JSON-LD in the vocabulary of schema.org, older than DID documents.
 * Everything in it is public.
 */
export interface IdentityDocument {
  /** Hex of the identity's secp256k1 point. Published ones are `0x04…`; `decodeIdentityKey` reads every spelling in use. */
  readonly publicKey: string
  /** Base64 of the x25519 key to seal messages with. */
  readonly publicEncKey?: string | undefined
  readonly [member: string]: Json | undefined
}

export interface CreateIdentityDocumentInput {
  readonly type: IdentityDocumentType
  /** A secp256k1 point, 33 or 65 bytes. */
  readonly publicKey: Uint8Array
  /** An x25519 key, 32 bytes. */
  readonly publicEncKey?: Uint8Array | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** The avatar or logo: a CIDv0, or a link `/ipfs/<CIDv0>`. */
  readonly image?: string | undefined
  readonly url?: string | undefined
  /** Further public members, written last and in this order. */
  readonly profile?: JsonObject | undefined
}

const CONTEXT = 'http://schema.org'
const TYPES: ReadonlySet<string> = new Set<IdentityDocumentType>(['Person', 'App', 'Organization'])
const RESERVED: ReadonlySet<string> = new Set([
  '@context',
  '@type',
  'publicKey',
  'publicEncKey',
  'name',
  'description',
  'image',
  'url',
])

const MAX_BYTES = 65_536
const LIMITS = { maxDepth: 16, maxSize: MAX_BYTES }
const MAX_MEMBERS = 64

/**
 * Builds the identity document to publish. Members stand in the published order (`@context`, `@type`, `publicKey`,
 * `publicEncKey`, the rest), so that the same input always gives the same bytes and the same address.
 *
 * @throws TypeError where a key is none, the image is no CIDv0 or IPFS link, or `profile` names a member set otherwise
 */
export function createIdentityDocument(input: CreateIdentityDocumentInput): IdentityDocument {
  if (!TYPES.has(input.type)) throw new TypeError('The type is Person, App or Organization.')
  const profile = copyProfile(input.profile)
  return Object.freeze({
    '@context': CONTEXT,
    '@type': input.type,
    publicKey: `0x${encodeHex(uncompressed(input.publicKey))}`,
    ...(input.publicEncKey && { publicEncKey: encodeEncryptionKey(input.publicEncKey) }),
    ...(input.name !== undefined && { name: input.name }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.image !== undefined && { image: imageObject(input.image) }),
    ...(input.url !== undefined && { url: input.url }),
    ...profile,
  })
}

/** The bytes to publish: compact JSON in UTF-8, members in the order of the document. */
export function serializeIdentityDocument(document: IdentityDocument): Uint8Array {
  return encodeUtf8(JSON.stringify(document))
}

/**
 * Reads an identity document of any age: context and type may be missing, unknown members are kept, and the public key
 * may be compressed or not, in hex of any case, with or without `0x`.
 *
 * @param source bytes of JSON, or the value already parsed
 * @returns a deeply frozen copy with its members as they stood
 * @throws UportError `IDENTITY_DOCUMENT_INVALID`
 */
export function parseIdentityDocument(source: unknown): IdentityDocument {
  const value = copyJson(source instanceof Uint8Array ? parseJson(source) : source, LIMITS)
  if (!isJsonObject(value)) throw documentError('not a JSON object of bearable size')
  if (Object.keys(value).length > MAX_MEMBERS) throw documentError('too many members')
  const { publicKey, publicEncKey } = value
  if (typeof publicKey !== 'string' || decodePointHex(publicKey) === undefined) {
    throw documentError('publicKey is no secp256k1 key in hex')
  }
  if (publicEncKey === undefined) return Object.freeze({ ...value, publicKey })
  if (typeof publicEncKey !== 'string' || decodeBase64(publicEncKey)?.length !== 32) {
    throw documentError('publicEncKey is no x25519 key in Base64')
  }
  return Object.freeze({ ...value, publicKey, publicEncKey })
}

/**
 * The secp256k1 point of an identity document, 33 or 65 bytes; not yet checked to be on the curve.
 *
 * @throws UportError `IDENTITY_DOCUMENT_INVALID`
 */
export function decodeIdentityKey(document: IdentityDocument): Uint8Array {
  const point = decodePointHex(document.publicKey)
  if (point === undefined) throw documentError('publicKey is no secp256k1 key in hex')
  return point
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES) throw documentError('too large')
  const text = decodeUtf8(bytes)
  if (text === undefined) throw documentError('not UTF-8')
  try {
    return JSON.parse(text)
  } catch {
    throw documentError('not JSON')
  }
}

function uncompressed(publicKey: Uint8Array): Uint8Array {
  try {
    return secp256k1.Point.fromBytes(publicKey).toBytes(false)
  } catch {
    throw new TypeError('The public key is not a point of secp256k1 in 33 or 65 bytes.')
  }
}

function encodeEncryptionKey(key: Uint8Array): string {
  if (key.length !== 32) throw new TypeError('The public encryption key is not 32 bytes.')
  return encodeBase64(key)
}

function imageObject(image: string): JsonObject {
  const cid = isCid(image) ? image : parseIpfsLink(image)
  if (cid === undefined) throw new TypeError('The image is neither a CIDv0 nor a link /ipfs/<CIDv0>.')
  return Object.freeze({ '@type': 'ImageObject', name: 'avatar', contentUrl: `/ipfs/${cid}` })
}

function copyProfile(profile: JsonObject | undefined): JsonObject {
  const copy = copyJson(profile ?? {}, LIMITS)
  if (!isJsonObject(copy)) throw new TypeError('The profile is not a JSON object of bearable size.')
  for (const member of Object.keys(copy)) {
    if (RESERVED.has(member)) throw new TypeError(`Set ${member} by its own option, not in the profile.`)
  }
  return copy
}

function documentError(reason: string): UportError<'IDENTITY_DOCUMENT_INVALID'> {
  return new UportError('IDENTITY_DOCUMENT_INVALID', `The identity document is invalid (${reason}).`, {
    data: { reason },
  })
}
