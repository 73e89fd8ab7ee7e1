import type { JsonObject } from '../ports/json.ts'
import {
  type ClaimSpecs,
  type OwnClaimSpec,
  parseClaimSpecs,
  type VerifiableClaimSpec,
} from './claim-specs.ts'
import { member, optionalObject, optionalText, refuseRequest, textList } from './members.ts'

/**
 * Which account the app asks for: `segregated` and `keypair` are of that app alone; `devicekey` is the wallet's own key for
 * a private chain, given only where the wallet was told to (`deviceKeys`).
 */
export type AccountType = 'none' | 'general' | 'segregated' | 'keypair' | 'devicekey'

/** A disclosure request (`shareReq`), read. */
export interface DisclosureRequest {
  readonly type: 'shareReq'
  readonly own: readonly OwnClaimSpec[]
  readonly verifiable: readonly VerifiableClaimSpec[]
  readonly permissions: readonly string[]
  readonly accountType: AccountType
  /** `0x` hex as written. */
  readonly network?: string | undefined
  /** JSON-RPC endpoint of a private chain, named by the app. Nothing to contact before the person agrees, and for no one else. */
  readonly rpc?: string | undefined
}

export interface DisclosureRequestRules {
  /** Read `act: devicekey`, which most peers refuse. Default false. */
  readonly deviceKeys?: boolean | undefined
}

const ACCOUNT_TYPES: ReadonlySet<string> = new Set<AccountType>([
  'none',
  'general',
  'segregated',
  'keypair',
  'devicekey',
])
const MAX_URL_LENGTH = 1024

function isAccountType(value: string): value is AccountType {
  return ACCOUNT_TYPES.has(value)
}

function parseAccountType(payload: JsonObject, { deviceKeys }: DisclosureRequestRules): AccountType {
  const value = optionalText(payload, 'act', 'act', refuseRequest) ?? 'none'
  const known = isAccountType(value) && (value !== 'devicekey' || deviceKeys === true)
  return known ? value : refuseRequest('act', 'is not an account type known here')
}

function parseNetwork(payload: JsonObject): string | undefined {
  const value = optionalText(payload, 'net', 'net', refuseRequest)
  if (value === undefined || /^0x[0-9a-f]{1,16}$/i.test(value)) return value
  return refuseRequest('net', 'is not a 0x hexadecimal network id')
}

/** Without `net` an endpoint says nothing: a chain is known by its id, never by who answers for it. */
function parseRpc(payload: JsonObject): string | undefined {
  const value = optionalText(payload, 'rpc', 'rpc', refuseRequest)
  if (value === undefined) return undefined
  if (member(payload, 'net') === undefined) return refuseRequest('rpc', 'comes without net')
  const url = value.length <= MAX_URL_LENGTH && URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return value
  return refuseRequest('rpc', 'is not an http(s) URL')
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
export function parseDisclosureRequest(
  payload: JsonObject,
  rules: DisclosureRequestRules = {},
): DisclosureRequest {
  if (payload['type'] !== 'shareReq') return refuseRequest('type', 'is not shareReq')
  return {
    type: 'shareReq',
    ...parseClaims(payload),
    permissions: textList(payload, 'permissions', 'permissions', refuseRequest),
    accountType: parseAccountType(payload, rules),
    network: parseNetwork(payload),
    rpc: parseRpc(payload),
  }
}
