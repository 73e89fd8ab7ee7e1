import { decodeBase64 } from '../bytes/base64.ts'
import { UportError } from '../errors/uport-error.ts'
import { type AccountReference, isAddress, parseAccountReference } from '../identity/account-reference.ts'
import { isCid } from '../identity/cid.ts'
import { parseIpfsLink } from '../identity/ipfs-link.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { encodeMnid } from '../identity/mnid.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { MESSAGE_LIMITS, member, optionalText, refuseReply, textList } from './members.ts'

/** An account as a reply names it. */
export interface NamedAccount extends AccountReference {
  readonly mnid: string
  readonly network: bigint
}

/** A disclosure response (`shareResp`), read. What the user wrote stays in `own`. */
export interface DisclosureResponse {
  /** Empty where `ownCid` is there: they are behind it. */
  readonly own: JsonObject
  /** CID of the own claims, where they were not sent along. */
  readonly ownCid?: string | undefined
  /** Credential JWTs, not verified yet. */
  readonly credentials: readonly string[]
  /** The account that was asked for, claimed by the user. */
  readonly account?: NamedAccount | undefined
  /** Address of the device key, claimed by the user; lower case. */
  readonly deviceKey?: string | undefined
  /** JWTs by which the user allows something, not verified yet. */
  readonly capabilities: readonly string[]
  /** The user's long-lived x25519 key, standard Base64 of 32 bytes. */
  readonly boxPub?: string | undefined
}

/** Names that only a proof may carry: an application that reads them from `own` would take a claim for a fact. */
const RESERVED: readonly string[] = ['did', 'iss', 'sub', 'mnid', 'verified']

/**
 * Reads the payload of a `shareResp`. Credentials come as `verified`, or as `vc` from peers that follow the
 * specification's text.
 *
 * @throws UportError `REPLY_MALFORMED`, `OWN_CLAIM_RESERVED`
 */
export function parseDisclosureResponse(payload: JsonObject): DisclosureResponse {
  const verified = textList(payload, 'verified', 'verified', refuseReply, MESSAGE_LIMITS.tokenLength)
  const vc = textList(payload, 'vc', 'vc', refuseReply, MESSAGE_LIMITS.tokenLength)
  return {
    ...parseOwn(member(payload, 'own')),
    credentials: [...new Set([...verified, ...vc])],
    account: parseAccount(payload),
    deviceKey: parseDeviceKey(payload),
    capabilities: textList(payload, 'capabilities', 'capabilities', refuseReply, MESSAGE_LIMITS.tokenLength),
    boxPub: parseBoxPub(payload),
  }
}

/**
 * Reads own claims, wherever they were kept.
 *
 * @throws UportError `REPLY_MALFORMED`, `OWN_CLAIM_RESERVED`
 */
export function parseOwnClaims(value: Json): JsonObject {
  if (!isJsonObject(value)) return refuseReply('own', 'is not an object')
  for (const name of RESERVED) {
    if (Object.hasOwn(value, name)) {
      throw new UportError(
        'OWN_CLAIM_RESERVED',
        `The reply claims ${name} for itself; only a proof may carry it.`,
        {
          data: { name },
        },
      )
    }
  }
  return value
}

function parseOwn(value: Json | undefined): Pick<DisclosureResponse, 'own' | 'ownCid'> {
  if (value === undefined || value === null) return { own: {} }
  if (typeof value !== 'string') return { own: parseOwnClaims(value) }
  const ownCid = isCid(value) ? value : parseIpfsLink(value)
  return ownCid === undefined ? refuseReply('own', 'is neither an object nor a CID') : { own: {}, ownCid }
}

function parseAccount(payload: JsonObject): NamedAccount | undefined {
  const text = optionalText(payload, 'nad', 'nad', refuseReply)
  if (text === undefined) return undefined
  const { address, network } = parseAccountReference(text) ?? refuseReply('nad', 'names no account')
  if (network === undefined) return refuseReply('nad', 'names no network')
  return { address, network, mnid: encodeMnid({ address, network }) }
}

function parseDeviceKey(payload: JsonObject): string | undefined {
  const text = optionalText(payload, 'dad', 'dad', refuseReply)
  if (text === undefined) return undefined
  return isAddress(text) ? text.toLowerCase() : refuseReply('dad', 'is not an address')
}

/** `publicEncKey` is what the earliest peers called it. */
function parseBoxPub(payload: JsonObject): string | undefined {
  const text =
    optionalText(payload, 'boxPub', 'boxPub', refuseReply) ??
    optionalText(payload, 'publicEncKey', 'publicEncKey', refuseReply)
  if (text === undefined) return undefined
  return decodeBase64(text)?.length === 32 ? text : refuseReply('boxPub', 'is not a Base64 key of 32 bytes')
}
