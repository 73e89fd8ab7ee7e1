import { decodeHex, encodeHex } from '@uport-kit/core'

/** `get(bytes32,address,address)` of the uPort registry. */
const GET_SELECTOR = '447885f0'
/** `set(bytes32,address,bytes32)`; the issuer is whoever sends the transaction. */
const SET_SELECTOR = 'd79d8e6c'
/** `uPortProfileIPFS1220` in ASCII, padded with zeros. `1220` is the multihash prefix that the stored digests lack. */
const PROFILE_KEY = '75506f727450726f66696c654950465331323230'.padEnd(64, '0')
const WORD = /^0x[0-9a-f]{64}$/
const NOTHING = /^0x0{64}$/

/**
 * The call data that reads an identity's own profile: issuer and subject are the identity itself.
 *
 * @param address `0x` and 40 lower-case hex digits
 */
export function profileCallData(address: string): string {
  const word = addressWord(address)
  return `0x${GET_SELECTOR}${PROFILE_KEY}${word}${word}`
}

/**
 * The call data that registers an identity's own profile, to be sent by the identity itself.
 *
 * @param address `0x` and 40 lower-case hex digits
 * @param digest 32 bytes
 */
export function registrationCallData(address: string, digest: Uint8Array): string {
  return `0x${SET_SELECTOR}${PROFILE_KEY}${addressWord(address)}${encodeHex(digest)}`
}

/**
 * Checks the result of a registry call.
 *
 * @returns 32 bytes in lower-case hex with `0x`, or `0x` alone: nothing answered at the address
 * @throws Error where it is neither
 */
export function parseWord(result: unknown): string {
  const word = typeof result === 'string' ? result.toLowerCase() : ''
  if (word === '0x' || WORD.test(word)) return word
  throw new Error('The result is not one word')
}

/**
 * The SHA2-256 digest that a word of the registry holds.
 *
 * @param word as `parseWord` returns it
 * @returns 32 bytes, or undefined where nothing is registered
 */
export function digestFromWord(word: string): Uint8Array | undefined {
  return NOTHING.test(word) ? undefined : decodeHex(word, { prefix: 'required' })
}

function addressWord(address: string): string {
  return address.slice(2).padStart(64, '0')
}
