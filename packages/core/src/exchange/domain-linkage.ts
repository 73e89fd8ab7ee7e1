import { decodeUtf8 } from '../bytes/utf8.ts'
import { copyJson } from '../identity/copy-json.ts'
import { sameDid } from '../identity/did.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { SafeFetch } from '../ports/safe-fetch.ts'

const PATH = '/.well-known/did-configuration.json'
const MAX_BYTES = 65_536
const MAX_LINKS = 16

/**
 * Whether an origin vouches for a DID: its `/.well-known/did-configuration.json` (DIF Well Known DID Configuration) holds a
 * domain linkage credential in JWT form that the DID itself signed for this origin and that has not expired. The answer
 * must come from that very origin: a redirect elsewhere says nothing about it.
 *
 * @throws UportError of the fetch; a document that cannot be read vouches for nobody
 */
export async function verifyDomainLinkage(
  did: Did,
  origin: string,
  safeFetch: SafeFetch,
  rules: VerifyJwtRules,
  options: Options,
): Promise<boolean> {
  const answer = await safeFetch.fetch(new URL(PATH, origin), { maxBytes: MAX_BYTES }, options)
  if (answer.status !== 200 || answer.url.origin !== origin) return false
  for (const jwt of linkedDids(answer.body)) {
    if (isLinkage(jwt, did, origin) && (await isSigned(jwt, did, rules, options))) return true
  }
  return false
}

function linkedDids(body: Uint8Array): readonly string[] {
  const text = decodeUtf8(body)
  const linked = text === undefined ? undefined : parseMember(text, 'linked_dids')
  return Array.isArray(linked)
    ? linked.slice(0, MAX_LINKS).filter((one): one is string => typeof one === 'string')
    : []
}

function parseMember(text: string, name: string): Json | undefined {
  try {
    const value = copyJson(JSON.parse(text), { maxDepth: 16, maxSize: MAX_BYTES })
    return isJsonObject(value) ? value[name] : undefined
  } catch {
    return undefined
  }
}

/** The credential's content, which costs nothing: only what speaks of this DID and origin is worth a resolution. */
function isLinkage(jwt: string, did: Did, origin: string): boolean {
  const payload = decodeOrUndefined(jwt)
  const vc = payload?.['vc']
  if (payload === undefined || !isJsonObject(vc)) return false
  const type = vc['type']
  const subject = vc['credentialSubject']
  if (!isJsonObject(subject) || !Array.isArray(type) || !type.includes('DomainLinkageCredential'))
    return false
  return (
    [payload['iss'], payload['sub'], subject['id']].every((one) => isSame(one, did)) &&
    isOrigin(subject, origin)
  )
}

function isSame(value: Json | undefined, did: Did): boolean {
  return typeof value === 'string' && sameDid(value, did)
}

function isOrigin(subject: JsonObject, origin: string): boolean {
  const linked = subject['origin']
  return typeof linked === 'string' && URL.canParse(linked) && new URL(linked).origin === origin
}

function decodeOrUndefined(jwt: string): JsonObject | undefined {
  try {
    return decodeJwt(jwt).payload
  } catch {
    return undefined
  }
}

async function isSigned(jwt: string, did: Did, rules: VerifyJwtRules, options: Options): Promise<boolean> {
  try {
    return sameDid((await verifyJwt(jwt, { ...rules, requireExpiry: true }, options)).issuer, did)
  } catch {
    options.signal?.throwIfAborted()
    return false
  }
}
