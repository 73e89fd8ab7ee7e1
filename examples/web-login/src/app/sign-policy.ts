import { decodeJwt, type JsonObject } from '@uport-kit/core'

export interface SignRules {
  readonly did: string
  /** The one contract that a page may ask to call. */
  readonly guestBook: string
  /** Where the answers to a page's requests go. */
  readonly relayUrl: string
  /** Unix seconds. */
  readonly now: number
}

const MAX_INPUT = 8192
const MAX_SECONDS = 600
/** All that a request to call a contract consists of. */
const MEMBERS: ReadonlySet<string> = new Set([
  'iat',
  'exp',
  'type',
  'iss',
  'callback',
  'boxPub',
  'net',
  'to',
  'from',
  'fn',
  'data',
  'value',
  'gas',
  'gasPrice',
])

/**
 * Whether the library lends its signature to what a page made: a short-lived request to write into the guest book, without
 * money, answered through the library's relay. Whatever script got into the page could ask for nothing else.
 *
 * @param input what a JWS signature covers: header and payload, base64url
 * @returns the payload; undefined where it is refused
 */
export function judgeSigningInput(input: unknown, rules: SignRules): JsonObject | undefined {
  if (typeof input !== 'string' || input.length > MAX_INPUT) return undefined
  const payload = payloadOf(input)
  if (payload === undefined || !Object.keys(payload).every((name) => MEMBERS.has(name))) return undefined
  const { iss, type, iat, exp, to, value = '0x0', callback } = payload
  const isOurs = iss === rules.did && type === 'ethtx'
  const isShort =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    exp <= rules.now + MAX_SECONDS &&
    iat <= rules.now + 60
  const isGuestBook = typeof to === 'string' && to.toLowerCase() === rules.guestBook && value === '0x0'
  const isAnsweredHere = typeof callback === 'string' && callback.startsWith(`${rules.relayUrl}/t/`)
  return isOurs && isShort && isGuestBook && isAnsweredHere ? payload : undefined
}

function payloadOf(input: string): JsonObject | undefined {
  try {
    // A token is complete with a signature of any kind: nothing is verified here.
    return decodeJwt(`${input}.AA`).payload
  } catch {
    return undefined
  }
}
