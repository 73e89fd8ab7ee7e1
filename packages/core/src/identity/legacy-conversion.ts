import { encodeBase58 } from '../bytes/base58.ts'
import { encodeBase64 } from '../bytes/base64.ts'
import { encodeHex } from '../bytes/hex.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import { foldDid, parseDid } from './did.ts'
import {
  parseDidDocument,
  readEncryptionKey,
  readProfile,
  readVerificationKeys,
  type VerificationKey,
} from './did-document.ts'
import { isJsonObject } from './is-json-object.ts'
import { decodePointHex } from './key-material.ts'

const W3ID_CONTEXT = 'https://w3id.org/did/v1'
const W3C_CONTEXTS = Object.freeze([
  'https://www.w3.org/ns/did/v1',
  'https://w3id.org/security/suites/secp256k1recovery-2020/v2',
])
export interface CreateDidDocumentInput {
  readonly did: string
  /** A secp256k1 point, 33 or 65 bytes. */
  readonly publicKey: Uint8Array
  /** An x25519 key, 32 bytes. */
  readonly publicEncKey?: Uint8Array | undefined
  readonly profile?: JsonObject | undefined
}

/**
 * Builds a DID document in the w3id v1 vocabulary: `#keys-1` signs and authenticates, `#keys-2` receives sealed messages.
 *
 * @throws UportError `DID_INVALID`; TypeError where the key has another length or form
 */
export function createDidDocument(input: CreateDidDocumentInput): DidDocument {
  const publicKeyHex = encodeHex(input.publicKey)
  if (decodePointHex(publicKeyHex) === undefined)
    throw new TypeError('The public key is no point in 33 or 65 bytes.')
  return buildDocument({
    did: foldDid(input.did),
    publicKeyHex,
    publicKeyBase64: input.publicEncKey && encodeBase64(input.publicEncKey),
    profile: input.profile ?? {},
  })
}

/**
 * The DID document that stored JSON stands for: a w3id v1 document as it is, or the conversion of an identity document.
 * Every member of the profile is kept, whatever it is called.
 *
 * @param stored parsed JSON, hostile
 * @param did the DID, or DID URL of it, that the JSON was stored for; a bare MNID will do
 * @returns a deeply frozen document in the w3id v1 vocabulary
 * @throws UportError `DID_DOCUMENT_INVALID`: neither form; `DID_DOCUMENT_ID_MISMATCH`: a DID document of somebody else;
 * `DID_INVALID`
 */
export function toDidDocument(stored: unknown, did: string): DidDocument {
  const subject = subjectOf(did)
  if (!isJsonObject(stored)) throw documentError('not a JSON object')
  if (stored['@context'] === W3ID_CONTEXT) return parseDidDocument(stored, subject)
  const { publicKey, publicEncKey, ...profile } = stored
  if (typeof publicKey !== 'string') throw documentError('neither a DID document nor an identity document')
  if (decodePointHex(publicKey) === undefined) throw documentError('publicKey is no secp256k1 key in hex')
  return buildDocument({
    did: subject,
    publicKeyHex: publicKey.startsWith('0x') ? publicKey.slice(2) : publicKey,
    publicKeyBase64: typeof publicEncKey === 'string' ? publicEncKey : undefined,
    profile,
  })
}

/**
 * The document in the w3id v1 vocabulary (`publicKey`, `owner`, objects in `authentication`), which did-jwt up to 4 and
 * did-resolver up to 2 read. As the resolvers of that age did, it leaves out a profile that has no name, description and
 * image. A document of this vocabulary keeps its entries as they are.
 */
export function toLegacyDidDocument(document: DidDocument): DidDocument {
  const profile = readProfile(document)
  const shown = ['name', 'description', 'image'].some((member) => Boolean(profile[member]))
  const { uportProfile: _, ...members } = isLegacy(document) ? document : convertToLegacy(document)
  return freezeDocument({ ...members, id: document.id, ...(shown && { uportProfile: profile }) })
}

/**
 * The document in the vocabulary of W3C DID Core v1 (`verificationMethod`, `keyAgreement`, ids in `authentication`), which
 * did-jwt from 5 and did-resolver from 3 read. A document of this vocabulary comes back as it is.
 */
export function toW3cDidDocument(document: DidDocument): DidDocument {
  if (Array.isArray(document['verificationMethod'])) return document
  const keys = readVerificationKeys(document)
  const sealing = readEncryptionKey(document)
  const { '@context': _, id, publicKey: __, authentication: ___, ...others } = document
  const authentication = keys.filter((key) => key.authentication).map((key) => key.id)
  return freezeDocument({
    '@context': W3C_CONTEXTS,
    id,
    verificationMethod: keys.map((key) => toW3cMethod(key, id)),
    authentication: [...new Set(authentication)],
    assertionMethod: [...new Set(keys.map((key) => key.id))],
    ...(sealing && { keyAgreement: [toKeyAgreement(sealing, id)] }),
    ...others,
  })
}

interface DocumentParts {
  readonly did: Did
  readonly publicKeyHex: string
  readonly publicKeyBase64: string | undefined
  readonly profile: JsonObject
}

function buildDocument({ did, publicKeyHex, publicKeyBase64, profile }: DocumentParts): DidDocument {
  const signing = `${did}#keys-1`
  return freezeDocument({
    '@context': W3ID_CONTEXT,
    id: did,
    publicKey: [
      { id: signing, type: 'Secp256k1VerificationKey2018', owner: did, publicKeyHex },
      ...(publicKeyBase64 === undefined ? [] : [legacyEncryptionKey(publicKeyBase64, did)]),
    ],
    authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: signing }],
    ...(Object.keys(profile).length > 0 && { uportProfile: profile }),
  })
}

function isLegacy(document: DidDocument): boolean {
  return Array.isArray(document['publicKey']) && !Array.isArray(document['verificationMethod'])
}

function convertToLegacy(document: DidDocument): DidDocument {
  const { id, service } = document
  const keys = readVerificationKeys(document)
  const sealing = readEncryptionKey(document)
  return {
    '@context': W3ID_CONTEXT,
    id,
    publicKey: [
      ...keys.map((key) => toLegacyKey(key, id)),
      ...(sealing ? [legacyEncryptionKey(encodeBase64(sealing), id)] : []),
    ],
    authentication: keys.filter((key) => key.authentication).map(toLegacyAuthentication),
    ...(service !== undefined && { service }),
  }
}

function legacyEncryptionKey(publicKeyBase64: string, did: Did): JsonObject {
  return { id: `${did}#keys-2`, type: 'Curve25519EncryptionPublicKey', owner: did, publicKeyBase64 }
}

function toLegacyKey(key: VerificationKey, did: Did): JsonObject {
  const common = { id: key.id, owner: key.controller ?? did }
  if (key.ed25519 !== undefined) {
    return { ...common, type: 'ED25519SignatureVerification', publicKeyBase64: encodeBase64(key.ed25519) }
  }
  return { ...common, type: 'Secp256k1VerificationKey2018', ...secp256k1Members(key) }
}

function toLegacyAuthentication(key: VerificationKey): JsonObject {
  const curve =
    key.ed25519 === undefined ? 'Secp256k1SignatureAuthentication2018' : 'ED25519SigningAuthentication'
  return { type: curve, publicKey: key.id }
}

function toW3cMethod(key: VerificationKey, did: Did): JsonObject {
  const common = { id: key.id, controller: key.controller ?? did }
  if (key.ed25519 !== undefined) {
    return { ...common, type: 'Ed25519VerificationKey2018', publicKeyBase58: encodeBase58(key.ed25519) }
  }
  const type =
    key.publicKey === undefined ? 'EcdsaSecp256k1RecoveryMethod2020' : 'EcdsaSecp256k1VerificationKey2019'
  return { ...common, type, ...secp256k1Members(key) }
}

function toKeyAgreement(key: Uint8Array, did: Did): JsonObject {
  return {
    id: `${did}#keys-2`,
    type: 'X25519KeyAgreementKey2019',
    controller: did,
    publicKeyBase58: encodeBase58(key),
  }
}

/** One of the two: readers of either vocabulary take an entry with an address for one without a key. */
function secp256k1Members({ publicKey, ethereumAddress }: VerificationKey): JsonObject {
  if (publicKey !== undefined) return { publicKeyHex: encodeHex(publicKey) }
  return ethereumAddress === undefined ? {} : { ethereumAddress }
}

/** The folded DID without what a DID URL has behind it. */
function subjectOf(did: string): Did {
  return foldDid(typeof did === 'string' && did.startsWith('did:') ? parseDid(did).did : did)
}

/** Bounds, copies and freezes: parts of the document may come from a stranger. */
function freezeDocument(document: DidDocument): DidDocument {
  return parseDidDocument(document, document.id)
}

function documentError(reason: string): UportError<'DID_DOCUMENT_INVALID'> {
  return new UportError(
    'DID_DOCUMENT_INVALID',
    `The stored document is invalid (${reason}). Its publisher must correct it.`,
    {
      data: { reason },
    },
  )
}
