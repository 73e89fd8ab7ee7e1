import {
  BOX_VERSION,
  type BoxEnvelope,
  decodeUtf8,
  encodeUtf8,
  isUportError,
  padWithSpaces,
  parseBoxEnvelope,
  parseLegacyBox,
  sealBox,
} from '@uport-kit/core'

/** What is read of a pushed message, sealed or not. */
const MAX_TEXT_LENGTH = 65_536

/** A request on its way into an envelope. */
export interface PushContent {
  /** The request's JWT: what wallets have read since mid 2018. */
  readonly jwt: string
  /** The request as a URI, which says how to reply too: what wallets read before, and ours prefer. */
  readonly uri: string
}

/**
 * Seals a request for a wallet. The JSON text is padded with spaces to a multiple of 50 bytes, and the box adds NULs to a multiple
 * of 64, as old wallets expect.
 *
 * @param boxKey the wallet's x25519 key, 32 bytes
 * @throws UportError `BOX_MALFORMED` where that is no key
 */
export function sealPush(
  { jwt, uri }: PushContent,
  boxKey: Uint8Array,
  randomBytes?: (length: number) => Uint8Array,
): BoxEnvelope {
  const text = JSON.stringify({ message: jwt, url: uri })
  return sealBox(padWithSpaces(encodeUtf8(text)), boxKey, { randomBytes })
}

/**
 * Reads the sealed form of any generation. The one from before mid 2018, `{"from", "nonce", "ciphertext"}`, is the same NaCl box by
 * other names.
 *
 * @param value hostile
 * @returns undefined for anything else
 */
export function parsePushBox(value: unknown): BoxEnvelope | undefined {
  try {
    if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'version'))
      return parseBoxEnvelope(value)
    const { from, nonce, ciphertext } = parseLegacyBox(value)
    return { version: BOX_VERSION, nonce, ephemPublicKey: from, ciphertext }
  } catch (error) {
    if (isUportError(error)) return undefined
    throw error
  }
}

/**
 * Reads an opened envelope of any generation: `{"message": <JWT>}`, `{"url": <request URI>}` or both, padded with spaces, with NULs,
 * with both or with neither. The URI wins, for it says how to reply.
 *
 * @param plaintext hostile
 * @returns the request as text; undefined where there is none
 */
export function parsePushMessage(plaintext: Uint8Array): string | undefined {
  const text = decodeUtf8(plaintext.subarray(0, endOf(plaintext)))
  if (text === undefined || text.length > MAX_TEXT_LENGTH) return undefined
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  return [members.get('url'), members.get('message')].find(
    (member): member is string => typeof member === 'string' && member !== '',
  )
}

/** Where the padding begins. */
function endOf(bytes: Uint8Array): number {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--
  return end
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
