import type { JsonObject } from '../ports/json.ts'
import {
  type ClaimSpecs,
  type OwnClaimSpec,
  parseClaimSpecs,
  type VerifiableClaimSpec,
} from './claim-specs.ts'
import { optionalObject, optionalText, refuseRequest, textList } from './members.ts'

/** Which account the app asks for: `segregated` and `keypair` are of that app alone. */
export type AccountType = 'none' | 'general' | 'segregated' | 'keypair'

/** A disclosure request (`shareReq`), read. */
export interface DisclosureRequest {
  readonly type: 'shareReq'
  readonly own: readonly OwnClaimSpec[]
  readonly verifiable: readonly VerifiableClaimSpec[]
  readonly permissions: readonly string[]
  readonly accountType: AccountType
  /** `0x` hex as written. */
  readonly network?: string | undefined
}

const ACCOUNT_TYPES: ReadonlySet<string> = new Set<AccountType>(['none', 'general', 'segregated', 'keypair'])

function isAccountType(value: string): value is AccountType {
  return ACCOUNT_TYPES.has(value)
}

function parseAccountType(payload: JsonObject): AccountType {
  const value = optionalText(payload, 'act', 'act', refuseRequest) ?? 'none'
  return isAccountType(value) ? value : refuseRequest('act', 'is not an account type known here')
}

function parseNetwork(payload: JsonObject): string | undefined {
  const value = optionalText(payload, 'net', 'net', refuseRequest)
  if (value === undefined || /^0x[0-9a-f]{1,16}$/i.test(value)) return value
  return refuseRequest('net', 'is not a 0x hexadecimal network id')
}

/** The deprecated `requested` and `verified` lists count only where `claims` is absent. */
function parseClaims(payload: JsonObject): ClaimSpecs {
  const claims = optionalObject(payload, 'claims', 'claims', refuseRequest)
  if (claims !== undefined) return parseClaimSpecs(claims)
  const own = textList(payload, 'requested', 'requested', refuseRequest)
  const verifiable = textList(payload, 'verified', 'verified', refuseRequest)
  return {
    own: own.map((name) => ({ name, essential: false })),
    verifiable: verifiable.map((type) => ({ type, essential: false, issuers: [] })),
  }
}

/**
 * Reads the payload of a `shareReq`.
 *
 * @throws UportError `REQUEST_INVALID` naming the member
 */
export function parseDisclosureRequest(payload: JsonObject): DisclosureRequest {
  if (payload['type'] !== 'shareReq') return refuseRequest('type', 'is not shareReq')
  return {
    type: 'shareReq',
    ...parseClaims(payload),
    permissions: textList(payload, 'permissions', 'permissions', refuseRequest),
    accountType: parseAccountType(payload),
    network: parseNetwork(payload),
  }
}
