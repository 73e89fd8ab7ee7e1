import { decodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { isCid } from '../identity/cid.ts'
import { copyJson } from '../identity/copy-json.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { decodePointHex } from '../identity/key-material.ts'
import type { ContentSource } from '../ports/content.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import {
  type DescribedDid,
  idInvalid,
  type MethodDid,
  selfDescribingResolver,
} from './self-describing-resolver.ts'

export interface MuportDidResolverOptions {
  /** Where documents are read. What it returns was hashed, so it need not be trusted. */
  readonly content: ContentSource
  /** Bytes of a document; more is `CONTENT_TOO_LARGE`. Default 65 536. */
  readonly maxBytes?: number | undefined
}

const DOCUMENT_LIMITS = { maxDepth: 12, maxSize: 131_072 }
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/**
 * Resolves did:muport: the id is the IPFS hash of a µPort document (version 1), which never changes. `#signingKey` signs
 * and authenticates, `#managementKey` is an address or a key, `#encryptionKey` receives sealed messages; `uportProfile` is
 * the public profile, proven by nobody.
 */
export class MuportDidResolver implements DidResolver {
  readonly methods: readonly string[] = Object.freeze(['muport'])
  readonly #content: ContentSource
  readonly #maxBytes: number
  readonly #resolver: DidResolver

  constructor(options: MuportDidResolverOptions) {
    this.#content = options.content
    this.#maxBytes = options.maxBytes ?? 65_536
    this.#resolver = selfDescribingResolver('muport', (did, abort) => this.#describe(did, abort))
  }

  /**
   * @throws UportError `DID_INVALID`, `DID_METHOD_UNSUPPORTED`, `DID_VERSION_UNSUPPORTED`; `CONTENT_NOT_FOUND` (retryable),
   * `CONTENT_MISMATCH`, `CONTENT_TOO_LARGE`; `DID_DOCUMENT_INVALID`: the content is no µPort document
   */
  resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    return this.#resolver.resolve(did, options)
  }

  async #describe(did: MethodDid, options: Options): Promise<DescribedDid> {
    if (!isCid(did.id)) throw idInvalid('muport', 'an IPFS hash that begins with Qm')
    const bytes = await this.#content.get(did.id, { maxBytes: this.#maxBytes }, options)
    return { document: toDocument(did.did, parseMuport(bytes)), versionId: did.id }
  }
}

interface MuportDocument {
  readonly signingKey: string
  readonly managementKey: string
  readonly asymEncryptionKey: string
  readonly publicProfile: JsonObject | undefined
  readonly symEncryptedData: Json | undefined
  readonly recoveryNetwork: Json | undefined
}

function parseMuport(bytes: Uint8Array): MuportDocument {
  const document = copyJson(parseJson(bytes), DOCUMENT_LIMITS)
  if (!isJsonObject(document)) throw documentError('not a JSON object of bearable size')
  if (document['version'] !== 1) throw documentError('version is not 1')
  const { publicProfile, symEncryptedData, recoveryNetwork } = document
  return {
    signingKey: requireText(document, 'signingKey', isKey),
    // An odd key here is passed over by whoever reads the document; it must not hide the one that signs.
    managementKey: requireText(document, 'managementKey', isPresent),
    asymEncryptionKey: requireText(document, 'asymEncryptionKey', isPresent),
    publicProfile: isJsonObject(publicProfile) ? publicProfile : undefined,
    symEncryptedData,
    recoveryNetwork,
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    throw documentError('not JSON in UTF-8')
  }
}

function requireText(document: JsonObject, member: string, isForm: (text: string) => boolean): string {
  const text = document[member]
  if (typeof text === 'string' && isForm(text)) return text
  throw documentError(`${member} is missing or no key`)
}

function isKey(text: string): boolean {
  return decodePointHex(text) !== undefined
}

function isPresent(text: string): boolean {
  return text !== ''
}

function toDocument(did: Did, muport: MuportDocument): JsonObject {
  const { publicProfile, symEncryptedData, recoveryNetwork } = muport
  const signing = { ...keyHead(did, 'signingKey'), publicKeyHex: withoutPrefix(muport.signingKey) }
  const sealing = {
    ...keyHead(did, 'encryptionKey', 'Curve25519EncryptionPublicKey'),
    publicKeyBase64: muport.asymEncryptionKey,
  }
  return {
    '@context': 'https://w3id.org/did/v1',
    id: did,
    publicKey: [signing, managementKey(did, muport.managementKey), sealing],
    authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: signing.id }],
    muportData: {
      ...(symEncryptedData !== undefined && { symEncryptedData }),
      ...(recoveryNetwork !== undefined && { recoveryNetwork }),
    },
    ...(publicProfile !== undefined && { uportProfile: publicProfile }),
  }
}

function managementKey(did: Did, key: string): JsonObject {
  const head = keyHead(did, 'managementKey')
  return ADDRESS.test(key) ? { ...head, ethereumAddress: key } : { ...head, publicKeyHex: withoutPrefix(key) }
}

function keyHead(did: Did, fragment: string, type = 'Secp256k1VerificationKey2018') {
  return { id: `${did}#${fragment}`, type, owner: did }
}

function withoutPrefix(hex: string): string {
  return hex.startsWith('0x') ? hex.slice(2) : hex
}

function documentError(reason: string): UportError<'DID_DOCUMENT_INVALID'> {
  const message = `The µPort document is invalid (${reason}). Its owner must publish another.`
  return new UportError('DID_DOCUMENT_INVALID', message, { data: { reason } })
}
