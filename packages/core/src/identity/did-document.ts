import { UportError } from '../errors/uport-error.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { copyJson } from './copy-json.ts'
import { foldDid } from './did.ts'
import { isJsonObject } from './is-json-object.ts'
import { type MethodMembers, namesItsCurve, readAddress, readKey32, readPoint } from './key-material.ts'

/** A key that can verify signatures, as its document states it. */
export interface VerificationKey {
  /** Absolute: a relative id such as `#keys-1` has the document's DID in front. */
  readonly id: string
  readonly type: string
  /** Whom the document names as the key's controller (`controller`, or `owner` in the older vocabulary). */
  readonly controller: string | undefined
  /** Whether the document lists the key for authentication. */
  readonly authentication: boolean
  /** A secp256k1 point, 33 or 65 bytes; not yet checked to be on the curve. */
  readonly publicKey?: Uint8Array | undefined
  /** `0x` and 40 lower-case hex digits. */
  readonly ethereumAddress?: string | undefined
  /** 32 bytes. */
  readonly ed25519?: Uint8Array | undefined
}

/** A document beyond these is refused. */
const LIMITS = { maxDepth: 16, maxSize: 262_144 }
const MAX_KEYS = 64
const MAX_MEMBERS = 64

/** Where keys that verify stand, and keys that seal. */
const VERIFYING_LISTS = ['verificationMethod', 'publicKey', 'authentication', 'assertionMethod'] as const
const SEALING_LISTS = ['verificationMethod', 'publicKey', 'keyAgreement'] as const
const KEY_LISTS = [...VERIFYING_LISTS, 'keyAgreement'] as const

const SECP256K1_TYPES: ReadonlySet<string> = new Set([
  'Secp256k1VerificationKey2018',
  'Secp256k1SignatureVerificationKey2018',
  'EcdsaPublicKeySecp256k1',
  'EcdsaSecp256k1VerificationKey2019',
  'EcdsaSecp256k1RecoveryMethod2020',
])
const ED25519_TYPES: ReadonlySet<string> = new Set([
  'ED25519SignatureVerification',
  'Ed25519VerificationKey2018',
  'Ed25519VerificationKey2020',
])
const X25519_TYPES: ReadonlySet<string> = new Set([
  'Curve25519EncryptionPublicKey',
  'X25519KeyAgreementKey2019',
  'X25519KeyAgreementKey2020',
])

/** What was read of documents that are frozen copies of this module. Gone with them. */
interface Reading {
  readonly did: Did
  keys?: readonly VerificationKey[]
}
const readings = new WeakMap<object, Reading>()

/**
 * Checks that a value is a DID document of `did`, in either vocabulary, and of bearable size.
 *
 * @returns a deeply frozen copy, or the value itself where it is one already; nothing is left out, and keys are not judged
 * here (`readVerificationKeys`)
 * @throws UportError `DID_DOCUMENT_INVALID`; `DID_DOCUMENT_ID_MISMATCH`: its `id` is another DID once both are folded;
 * `DID_INVALID`: `did` itself is none
 */
export function parseDidDocument(value: unknown, did: string): DidDocument {
  if (isReadAs(value, did)) return value
  const expected = foldDid(did)
  const document = copyJson(value, LIMITS)
  if (!isJsonObject(document)) throw documentError('not a JSON object of bearable size')
  if (Object.keys(document).length > MAX_MEMBERS) throw documentError('too many members')
  for (const list of KEY_LISTS) {
    const entries = document[list]
    if (Array.isArray(entries) && entries.length > MAX_KEYS) throw documentError('too many keys')
  }
  const id = document['id']
  if (typeof id !== 'string') throw documentError('no id')
  const found = foldOrUndefined(id)
  if (found !== expected) {
    throw new UportError(
      'DID_DOCUMENT_ID_MISMATCH',
      'The document speaks for another DID than the one asked for.',
      {
        data: { expected, found: id.slice(0, 256) },
      },
    )
  }
  const frozen = Object.freeze({ ...document, id: id.startsWith('did:') ? (id as Did) : expected })
  readings.set(frozen, { did: expected })
  return frozen
}

/** Whether the value is a document that `parseDidDocument` returned for this DID, which is folded then. */
function isReadAs(value: unknown, did: string): value is DidDocument {
  return typeof value === 'object' && value !== null && readings.get(value)?.did === did
}

/**
 * The keys of a document as `readVerificationKeys` gives them, read once where the document is frozen for good. Their
 * bytes are shared: not to be handed out.
 */
export function readFrozenKeys(document: DidDocument): readonly VerificationKey[] {
  const reading = readings.get(document)
  if (reading === undefined) return readVerificationKeys(document)
  reading.keys ??= readVerificationKeys(document)
  return reading.keys
}

/** The key to hand out: a copy where it is one of those that `readFrozenKeys` shares. */
export function toOwnKey(document: DidDocument, key: VerificationKey): VerificationKey {
  if (readings.get(document)?.keys?.includes(key) !== true) return key
  const { publicKey, ed25519 } = key
  return Object.freeze({
    ...key,
    ...(publicKey && { publicKey: publicKey.slice() }),
    ...(ed25519 && { ed25519: ed25519.slice() }),
  })
}

/**
 * The keys of a document that can verify signatures: secp256k1 points, Ethereum addresses, Ed25519 keys; in the order of
 * the document, at most 64. An entry that cannot be read is passed over, so that one odd key never hides the others. Two
 * entries may share an id: old registries numbered keys so.
 */
export function readVerificationKeys(document: DidDocument): readonly VerificationKey[] {
  const authentication = authenticationIds(document)
  return methodsOf(document, VERIFYING_LISTS).flatMap(
    (method) => readVerificationKey(method, document, authentication) ?? [],
  )
}

/**
 * The x25519 key to seal messages to the subject with.
 *
 * @returns 32 bytes, or `undefined` where the document has none that can be read
 */
export function readEncryptionKey(document: DidDocument): Uint8Array | undefined {
  for (const method of methodsOf(document, SEALING_LISTS)) {
    const type = method['type']
    if (typeof type !== 'string' || !(X25519_TYPES.has(type) || namesItsCurve(type))) continue
    const key = readKey32(method, 'X25519')
    if (key !== undefined) return key
  }
  return undefined
}

/** The public profile of a document (`uportProfile`): what the subject says of itself, proven by nobody. Empty where there is none. */
export function readProfile(document: DidDocument): JsonObject {
  const profile = document['uportProfile']
  return isJsonObject(profile) ? profile : Object.freeze({})
}

function readVerificationKey(
  method: MethodMembers,
  document: DidDocument,
  authentication: ReadonlySet<string>,
): VerificationKey | undefined {
  const { id, type } = method
  if (typeof id !== 'string' || typeof type !== 'string') return undefined
  const material = readMaterial(type, method)
  if (material === undefined) return undefined
  const controller = method['controller'] ?? method['owner']
  const absolute = absoluteId(id, document)
  return Object.freeze({
    id: absolute,
    type,
    controller: typeof controller === 'string' ? controller : undefined,
    authentication: authentication.has(absolute),
    ...material,
  })
}

type Material = Pick<VerificationKey, 'publicKey' | 'ethereumAddress' | 'ed25519'>

function readMaterial(type: string, method: MethodMembers): Material | undefined {
  if (SECP256K1_TYPES.has(type) || namesItsCurve(type)) {
    const publicKey = readPoint(method)
    const ethereumAddress = readAddress(method)
    if (publicKey !== undefined || ethereumAddress !== undefined) {
      return { ...(publicKey && { publicKey }), ...(ethereumAddress && { ethereumAddress }) }
    }
  }
  if (ED25519_TYPES.has(type) || namesItsCurve(type)) {
    const ed25519 = readKey32(method, 'Ed25519')
    if (ed25519 !== undefined) return { ed25519 }
  }
  return undefined
}

/** Every object in these lists, which may be a verification method. */
function methodsOf(document: DidDocument, lists: readonly string[]): readonly MethodMembers[] {
  return lists.flatMap((list) => listOf(document[list]).filter(isJsonObject)).slice(0, MAX_KEYS)
}

/** Ids listed for authentication: as text, as a reference object of the older vocabulary, or of an embedded method. */
function authenticationIds(document: DidDocument): ReadonlySet<string> {
  const ids = listOf(document['authentication']).flatMap((entry) => {
    if (!isJsonObject(entry)) return [entry]
    const references = entry['publicKey']
    return [...listOf(references), references, entry['id']]
  })
  return new Set(ids.filter((id) => typeof id === 'string').map((id) => absoluteId(id, document)))
}

function absoluteId(id: string, document: DidDocument): string {
  return id.startsWith('#') ? `${document.id}${id}` : id
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value.slice(0, MAX_KEYS) : []
}

function foldOrUndefined(text: string): Did | undefined {
  try {
    return foldDid(text)
  } catch {
    return undefined
  }
}

function documentError(reason: string): UportError<'DID_DOCUMENT_INVALID'> {
  return new UportError(
    'DID_DOCUMENT_INVALID',
    `The DID document is invalid (${reason}). Its publisher must correct it.`,
    {
      data: { reason },
    },
  )
}
