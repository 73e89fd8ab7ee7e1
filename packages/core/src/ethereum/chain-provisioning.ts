import { foldDid } from '../identity/did.ts'
import { member, optionalText, type Refuse, refuseRequest } from '../messages/members.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'
import { parseAddress } from './address.ts'

/** A token that hands a wallet its account on a private chain (`chainProv`, given up by the originals in 2018), read. */
export interface ChainProvisioning {
  readonly type: 'chainProv'
  /** The service that signed. */
  readonly issuer: Did
  /** The identity it is for. */
  readonly audience: Did
  /** The identity on the private chain. */
  readonly subject: Did
  /** The device key that controls it, lower case. */
  readonly deviceKey: string
  /** Its MetaIdentityManager, lower case. */
  readonly controller: string
  readonly registry?: string | undefined
  /** The service that relays transactions. */
  readonly relay?: URL | undefined
  /** The service that pays for them. */
  readonly fuel?: URL | undefined
  /** Bearer token for the two. A secret. */
  readonly accessToken: string
}

const MAX_TOKEN = 8192

/**
 * Reads the payload of a `chainProv` token; verify the token first. Every member must have its exact form, and nothing
 * that it names is contacted.
 *
 * @throws UportError `REQUEST_INVALID` naming the member
 */
export function parseChainProvisioning(payload: JsonObject): ChainProvisioning {
  if (payload['type'] !== 'chainProv') return refuseRequest('type', 'is not chainProv')
  return Object.freeze({
    type: 'chainProv',
    issuer: readDid(payload, 'iss'),
    audience: readDid(payload, 'aud'),
    subject: readDid(payload, 'sub'),
    deviceKey: readAddress(payload, 'dad') ?? refuseRequest('dad', 'is missing'),
    controller: readAddress(payload, 'ctl') ?? refuseRequest('ctl', 'is missing'),
    registry: readAddress(payload, 'reg'),
    relay: readUrl(payload, 'rel', refuseRequest),
    fuel: readUrl(payload, 'fct', refuseRequest),
    accessToken: readToken(payload),
  })
}

function readDid(payload: JsonObject, name: string): Did {
  const text = optionalText(payload, name, name, refuseRequest)
  if (text === undefined) return refuseRequest(name, 'is missing')
  try {
    return foldDid(text)
  } catch {
    return refuseRequest(name, 'is neither a DID nor an MNID')
  }
}

function readAddress(payload: JsonObject, name: string): string | undefined {
  const text = optionalText(payload, name, name, refuseRequest)
  if (text === undefined) return undefined
  return parseAddress(text) ?? refuseRequest(name, 'is not an address')
}

function readUrl(payload: JsonObject, name: string, refuse: Refuse): URL | undefined {
  const text = optionalText(payload, name, name, refuse)
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const plain = url?.protocol === 'https:' && url.username === '' && url.password === ''
  return url !== undefined && plain ? url : refuse(name, 'is not an https address without credentials')
}

function readToken(payload: JsonObject): string {
  const token = member(payload, 'acc')
  if (typeof token === 'string' && token.length <= MAX_TOKEN && /^[\w.~+/=-]+$/.test(token)) return token
  return refuseRequest('acc', 'is not a bearer token')
}
