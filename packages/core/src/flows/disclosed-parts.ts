import { decodeUtf8 } from '../bytes/utf8.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { copyJson } from '../identity/copy-json.ts'
import { mnidFromDid, sameDid } from '../identity/did.ts'
import { networkToHex } from '../identity/network-id.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { addressOf } from '../keys/address.ts'
import {
  type DisclosureResponse,
  type NamedAccount,
  parseOwnClaims,
} from '../messages/disclosure-response.ts'
import { refuseReply } from '../messages/members.ts'
import { PUSH_CAPABILITY, parsePushCapability } from '../messages/push-capability.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { VerifiedReply, VerifiedStatement, VerifyContext } from './flow.ts'

/** An account as the reply names it. */
export interface DisclosedAccount {
  readonly mnid: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** `0x` hex without leading zeros. */
  readonly network: string
  /** False: the person says so, nothing proves control. */
  readonly proven: boolean
}

/** A device key as the reply names it. */
export interface DisclosedKey {
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** False: the person says so, nothing proves control. */
  readonly proven: boolean
}

/** The person's leave to push messages to their wallet. Plain JSON, to be stored. */
export interface PushGrant {
  /** The capability itself: what the push server asks for. */
  readonly jwt: string
  /** Opaque: the push server knows it. */
  readonly endpoint: string
  /** Unix seconds. */
  readonly expiresAt: number
  /** The wallet's key, Base64 of 32 bytes: messages are sealed to it. */
  readonly boxPub?: string | undefined
}

const MAX_OWN_BYTES = 65_536

/** Only one kind of capability was ever defined. */
const MAX_CAPABILITIES = 4

/** The own claims, read by their hash where the reply names only that. */
export async function readOwnClaims(
  { own, ownCid }: DisclosureResponse,
  { content, signal }: VerifyContext,
): Promise<JsonObject> {
  if (ownCid === undefined) return own
  if (content === undefined) {
    throw new UportError('CONTENT_SOURCE_MISSING', 'Assemble a content source to read own claims by hash.', {
      data: { cid: ownCid },
    })
  }
  const text = decodeUtf8(await content.get(ownCid, { maxBytes: MAX_OWN_BYTES }, { signal }))
  const claims = text === undefined ? undefined : parseJson(text)
  return claims === undefined ? refuseReply('own', 'is not JSON behind its hash') : parseOwnClaims(claims)
}

function parseJson(text: string): Json | undefined {
  try {
    return copyJson(JSON.parse(text), { maxDepth: 64, maxSize: MAX_OWN_BYTES })
  } catch {
    return undefined
  }
}

/**
 * Whether the answering identity controls an account: it is the account of the very key that signed the reply, or the one
 * inside the identity's own MNID, which alone may write to the registry what we resolved. A mere listing in the document
 * proves nothing: its owner writes into it what they like.
 */
export function judgeAccount(account: NamedAccount, reply: VerifiedStatement): DisclosedAccount {
  const { mnid, address, network } = account
  const proven = isSigningAddress(address, reply) || isOwnMnid(account, reply)
  return { mnid, address, network: networkToHex(network), proven }
}

export function judgeDeviceKey(address: string, reply: VerifiedStatement): DisclosedKey {
  return { address, proven: isSigningAddress(address, reply) }
}

function isSigningAddress(address: string, { key }: VerifiedStatement): boolean {
  const signed = key.publicKey === undefined ? key.ethereumAddress : addressOf(key.publicKey)
  return signed === address
}

function isOwnMnid({ address, network }: NamedAccount, { issuer }: VerifiedStatement): boolean {
  if (!issuer.startsWith('did:uport:')) return false
  const own = mnidFromDid(issuer)
  return own.address === address && own.network === network
}

/**
 * The first capability by which the answering identity allows us to push. One that does not verify allows nothing, and
 * spoils nothing else.
 */
export async function judgePush(
  { capabilities, boxPub }: DisclosureResponse,
  { issuer }: VerifiedReply,
  context: VerifyContext,
): Promise<PushGrant | undefined> {
  for (const jwt of capabilities.slice(0, MAX_CAPABILITIES)) {
    try {
      // Before anything is resolved: a reply must not make us look up strangers.
      if (!sameDid(String(decodeJwt(jwt).payload['iss']), issuer)) continue
      const rules = { type: PUSH_CAPABILITY, echo: false, unbound: true }
      const { payload } = await context.verifyReplyJwt(jwt, rules)
      const capability = parsePushCapability(payload)
      return { boxPub, ...capability, jwt, expiresAt: Number(payload['exp']) }
    } catch (error) {
      context.signal?.throwIfAborted()
      if (!isUportError(error)) throw error
    }
  }
  return undefined
}
