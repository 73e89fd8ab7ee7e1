import { isJsonObject } from '../identity/is-json-object.ts'
import type { Did } from '../ports/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import {
  MESSAGE_LIMITS,
  member,
  optionalFlag,
  optionalObject,
  optionalText,
  refuseRequest,
} from './members.ts'

/** One own claim that is asked for. */
export interface OwnClaimSpec {
  readonly name: string
  /** No reply is of use without it. */
  readonly essential: boolean
  readonly reason?: string | undefined
}

/** One kind of credential that is asked for. */
export interface VerifiableClaimSpec {
  /** The claim's name inside the credential. */
  readonly type: string
  readonly essential: boolean
  readonly reason?: string | undefined
  /** DIDs or MNIDs whose credentials count, as written; empty: anybody's. */
  readonly issuers: readonly (Did | string)[]
}

export interface ClaimSpecs {
  readonly own: readonly OwnClaimSpec[]
  readonly verifiable: readonly VerifiableClaimSpec[]
}

function entriesOf(object: JsonObject, path: string): readonly (readonly [string, Json])[] {
  const entries = Object.entries(object)
  if (entries.length > MESSAGE_LIMITS.listItems) return refuseRequest(path, 'asks for too many claims')
  for (const [name] of entries) {
    if (name.length === 0 || name.length > MESSAGE_LIMITS.nameLength) {
      return refuseRequest(path, 'has an empty or overlong claim name')
    }
  }
  return entries
}

function specObject(value: Json, path: string): JsonObject {
  if (value === null) return {}
  return isJsonObject(value) ? value : refuseRequest(path, 'is neither an object nor null')
}

function parseIssuers(spec: JsonObject, path: string): readonly string[] {
  const value = member(spec, 'iss')
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return refuseRequest(path, 'is not a list')
  const list: readonly Json[] = value
  if (list.length > MESSAGE_LIMITS.listItems) return refuseRequest(path, 'has too many items')
  return list.map((item) => {
    const did = isJsonObject(item) ? member(item, 'did') : undefined
    if (typeof did !== 'string' || did.length === 0 || did.length > MESSAGE_LIMITS.nameLength) {
      return refuseRequest(path, 'holds an issuer without a did')
    }
    return did
  })
}

/** Reads the `claims` member of a disclosure request. */
export function parseClaimSpecs(claims: JsonObject): ClaimSpecs {
  const userInfo = optionalObject(claims, 'user_info', 'claims.user_info', refuseRequest) ?? {}
  const verifiable = optionalObject(claims, 'verifiable', 'claims.verifiable', refuseRequest) ?? {}
  return {
    own: entriesOf(userInfo, 'claims.user_info').map(([name, value]) => {
      const path = 'claims.user_info'
      const spec = specObject(value, path)
      return {
        name,
        essential: optionalFlag(spec, 'essential', path, refuseRequest),
        reason: optionalText(spec, 'reason', path, refuseRequest),
      }
    }),
    verifiable: entriesOf(verifiable, 'claims.verifiable').map(([type, value]) => {
      const path = 'claims.verifiable'
      const spec = specObject(value, path)
      return {
        type,
        essential: optionalFlag(spec, 'essential', path, refuseRequest),
        reason: optionalText(spec, 'reason', path, refuseRequest),
        issuers: parseIssuers(spec, `${path}.iss`),
      }
    }),
  }
}
