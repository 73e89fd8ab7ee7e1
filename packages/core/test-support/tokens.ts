import { encodeBase64url } from '../src/bytes/base64url.ts'
import { concatBytes } from '../src/bytes/concat.ts'
import { sha256 } from '../src/bytes/hash.ts'
import { encodeHex } from '../src/bytes/hex.ts'
import { encodeUtf8 } from '../src/bytes/utf8.ts'
import { UportError } from '../src/errors/uport-error.ts'
import { foldDid } from '../src/identity/did.ts'
import { createNobleEngine } from '../src/jwt/noble-engine.ts'
import { pointToAddress } from '../src/jwt/points.ts'
import type { Did, DidDocument, DidResolver, JsonObject } from '../src/ports/index.ts'

export const NOW = 1_700_000_000

const engine = createNobleEngine()

export interface TestKey {
  readonly privateKey: Uint8Array
  /** 33 bytes. */
  readonly publicKey: Uint8Array
  /** 65 bytes. */
  readonly uncompressed: Uint8Array
  readonly address: string
}

/** The same name, the same key. */
export function testKey(name: string): TestKey {
  const privateKey = sha256(encodeUtf8(`test key ${name}`))
  const publicKey = engine.publicKeyOf(privateKey)
  const uncompressed = engine.decompress(publicKey)!
  return { privateKey, publicKey, uncompressed, address: pointToAddress(uncompressed) }
}

export function hexMethod(id: string, key: TestKey, form: 'compressed' | 'uncompressed' = 'compressed') {
  const bytes = form === 'compressed' ? key.publicKey : key.uncompressed
  return { id, type: 'Secp256k1VerificationKey2018', owner: 'did:test:owner', publicKeyHex: encodeHex(bytes) }
}

export function addressMethod(id: string, key: TestKey) {
  return {
    id,
    type: 'Secp256k1VerificationKey2018',
    owner: 'did:test:owner',
    ethereumAddress: key.address,
  }
}

export function testDocument(did: Did, methods: readonly JsonObject[], more: JsonObject = {}): DidDocument {
  return { '@context': 'https://w3id.org/did/v1', id: did, publicKey: methods, ...more }
}

/** Answers with these documents and notes what it was asked. */
export class TestResolver implements DidResolver {
  readonly methods = ['ethr', 'uport', 'test']
  readonly asked: { readonly did: Did; readonly fresh: boolean | undefined }[] = []
  readonly #documents: ReadonlyMap<string, DidDocument>

  constructor(...documents: readonly DidDocument[]) {
    this.#documents = new Map(documents.map((document) => [foldDid(document.id), document]))
  }

  async resolve(did: Did, options: { readonly fresh?: boolean | undefined } = {}) {
    this.asked.push({ did, fresh: options.fresh })
    const document = this.#documents.get(did)
    if (document === undefined) throw new UportError('DID_NOT_FOUND', 'No such DID', { data: { did } })
    return { did, document, versionId: 'v1' }
  }
}

/** Base64url of a text, or of the JSON text of a value. */
export function part(value: unknown): string {
  return encodeBase64url(encodeUtf8(typeof value === 'string' ? value : JSON.stringify(value)))
}

/** A token with any header and payload, signed by the definition. */
export function forgeToken(
  header: unknown,
  payload: unknown,
  key: TestKey,
  form: 'ES256K' | 'ES256K-R' = 'ES256K',
): string {
  const signingInput = `${part(header)}.${part(payload)}`
  const { r, s, recovery } = engine.sign(sha256(encodeUtf8(signingInput)), key.privateKey)
  const signature = form === 'ES256K' ? concatBytes(r, s) : concatBytes(r, s, Uint8Array.of(recovery))
  return `${signingInput}.${encodeBase64url(signature)}`
}
