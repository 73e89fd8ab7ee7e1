import { decodeBase64url } from '../bytes/base64url.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { DidJwtMethod } from './did-jwt-method.ts'

/** Lists of a document that may hold P-256 keys; longer ones are cut. */
const LISTS = ['verificationMethod', 'publicKey', 'authentication', 'assertionMethod'] as const
const MAX_KEYS = 64

/**
 * The NIST P-256 keys of a document that are written as JWK (RFC 7517), which is how they occur; `VerificationKey` has no
 * member for their material, so `p256Method` finds it again by the id.
 */
export function readP256Keys(document: DidDocument): readonly VerificationKey[] {
  const authentication = authenticationIds(document)
  return methodsOf(document).map((method) => {
    const { id, type, controller } = method
    return Object.freeze({
      id: absolute(id, document),
      type: typeof type === 'string' ? type : '',
      controller: typeof controller === 'string' ? controller : undefined,
      authentication: authentication.has(absolute(id, document)),
    })
  })
}

/** The method behind a key of `readP256Keys`, in the one form that did-jwt reads. */
export function p256Method(key: VerificationKey, document: DidDocument): DidJwtMethod {
  const method = methodsOf(document).find(({ id }) => absolute(id, document) === key.id)
  return {
    id: key.id,
    type: 'JsonWebKey2020',
    controller: key.controller ?? '',
    publicKeyJwk: { ...method?.publicKeyJwk },
  }
}

interface P256Method extends JsonObject {
  readonly id: string
  readonly publicKeyJwk: JsonObject
}

function methodsOf(document: DidDocument): readonly P256Method[] {
  return LISTS.flatMap((list) => listOf(document[list])).filter(isP256Method)
}

function isP256Method(value: Json): value is P256Method {
  if (!isObject(value) || typeof value['id'] !== 'string') return false
  const jwk = value['publicKeyJwk']
  if (!isObject(jwk) || jwk['kty'] !== 'EC' || jwk['crv'] !== 'P-256') return false
  return isCoordinate(jwk['x']) && isCoordinate(jwk['y'])
}

function isCoordinate(value: Json | undefined): boolean {
  return typeof value === 'string' && value.length === 43 && decodeBase64url(value) !== undefined
}

function authenticationIds(document: DidDocument): ReadonlySet<string> {
  const ids = listOf(document['authentication']).map((entry) => (isObject(entry) ? entry['id'] : entry))
  return new Set(ids.filter((id) => typeof id === 'string').map((id) => absolute(id, document)))
}

function absolute(id: string, document: DidDocument): string {
  return id.startsWith('#') ? `${document.id}${id}` : id
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value.slice(0, MAX_KEYS) : []
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
