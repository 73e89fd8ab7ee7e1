import { readFileSync } from 'node:fs'
import {
  type Did,
  type DidDocument,
  type DidResolver,
  decodeBase64url,
  decodeHex,
  encodeBase64url,
  encodeHex,
  type Json,
  type JsonObject,
  UportError,
} from '@uport-kit/core'

export function readVectors<File>(name: string): File {
  return JSON.parse(readFileSync(new URL(`../../../test/vectors/${name}.json`, import.meta.url), 'utf8'))
}

export interface MessageVector {
  readonly id: string
  readonly call: string
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of many methods, as recorded
  readonly args: readonly any[]
  readonly expect: {
    readonly ok: boolean
    readonly jwt?: string
    readonly payload?: JsonObject
    readonly error?: string
    readonly did?: string
    readonly alg?: string
    readonly methods?: readonly string[]
  }
}

export interface MessagesFile {
  readonly issuer: { readonly did: string; readonly privateKey: string }
  readonly user: { readonly did: string; readonly privateKey: string }
  readonly clock: number
  readonly vectors: readonly MessageVector[]
}

export interface DisclosureVector {
  readonly id: string
  readonly class: 'conformance' | 'weakness'
  readonly method: 'authenticateDisclosureResponse' | 'verifyDisclosure'
  readonly token: string
  readonly verifier: { readonly did: string }
  readonly at: number
  readonly didDocuments: Readonly<Record<string, DidDocument>>
  readonly expect: {
    readonly ok: boolean
    readonly profile?: Readonly<Record<string, Json>>
    readonly error?: string
  }
}

export interface DisclosureFile {
  readonly vectors: readonly DisclosureVector[]
}

/** Answers with these documents; `failing` fails like a network. */
export class DocumentResolver implements DidResolver {
  readonly methods = ['ethr', 'uport']
  readonly failing = new Set<string>()
  readonly #documents: ReadonlyMap<string, DidDocument>

  constructor(documents: Readonly<Record<string, DidDocument>>) {
    this.#documents = new Map(Object.entries(documents))
  }

  async resolve(did: Did) {
    if (this.failing.has(did)) {
      throw new UportError('DID_RESOLUTION_FAILED', 'no network', { data: { did }, retryable: true })
    }
    const document = this.#documents.get(did)
    if (document === undefined) throw new UportError('DID_NOT_FOUND', 'nobody', { data: { did } })
    return { did, document }
  }
}

/** The document of a did:ethr that has changed nothing. */
export function ethrDocument(did: string, profile?: JsonObject): DidDocument {
  const key = `${did}#owner`
  return {
    '@context': 'https://w3id.org/did/v1',
    id: did as Did,
    publicKey: [
      {
        id: key,
        type: 'Secp256k1VerificationKey2018',
        owner: did,
        ethereumAddress: did.slice('did:ethr:'.length),
      },
    ],
    authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: key }],
    ...(profile === undefined ? {} : { uportProfile: profile }),
  }
}

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** A token with the low one of its two signatures; header, payload and signing input stay byte for byte. */
export function lowS(jwt: string): string {
  const [header, payload, signature = ''] = jwt.split('.')
  const bytes = decodeBase64url(signature)?.slice() ?? new Uint8Array()
  const s = BigInt(`0x${encodeHex(bytes.subarray(32, 64))}`)
  if (s > ORDER / 2n) {
    bytes.set(decodeHex((ORDER - s).toString(16).padStart(64, '0')) ?? [], 32)
    if (bytes.length === 65) bytes[64] = 1 - (bytes[64] ?? 0)
  }
  return `${header}.${payload}.${encodeBase64url(bytes)}`
}
