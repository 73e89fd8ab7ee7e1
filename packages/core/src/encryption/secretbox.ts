import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { equalBytes } from '../bytes/equal.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'

const TAG_BYTES = 16
/** The key stream begins with the key of the authenticator. */
const AUTH_KEY_BYTES = 32
const BLOCK_BYTES = 64
const SIGMA = toWords(encodeUtf8('expand 32-byte k'))

/**
 * NaCl `secretbox`: XSalsa20, and Poly1305 over the ciphertext.
 *
 * @param key 32 bytes
 * @param nonce 24 bytes
 * @returns the tag, then the ciphertext
 */
export function sealSecretbox(plaintext: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  const stream = new Uint8Array(AUTH_KEY_BYTES + plaintext.length)
  stream.set(plaintext, AUTH_KEY_BYTES)
  applyXsalsa20(stream, nonce, key)
  const tag = poly1305(stream.subarray(AUTH_KEY_BYTES), stream.subarray(0, AUTH_KEY_BYTES))
  const box = stream.slice(AUTH_KEY_BYTES - TAG_BYTES)
  box.set(tag)
  stream.fill(0, 0, AUTH_KEY_BYTES)
  return box
}

/** The inverse. @returns `undefined` where the tag is not that of the ciphertext */
export function openSecretbox(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const ciphertext = box.subarray(TAG_BYTES)
  const authKey = new Uint8Array(AUTH_KEY_BYTES)
  applyXsalsa20(authKey, nonce, key)
  const tag = poly1305(ciphertext, authKey)
  authKey.fill(0)
  if (!equalBytes(tag, box.subarray(0, TAG_BYTES))) return undefined
  const stream = new Uint8Array(AUTH_KEY_BYTES + ciphertext.length)
  stream.set(ciphertext, AUTH_KEY_BYTES)
  applyXsalsa20(stream, nonce, key)
  stream.fill(0, 0, AUTH_KEY_BYTES)
  return stream.subarray(AUTH_KEY_BYTES)
}

/**
 * HSalsa20: a key of 32 bytes from another one.
 *
 * @param input 16 bytes
 */
export function hsalsa20(key: Uint8Array, input: Uint8Array): Uint8Array {
  const state = createState(toWords(key), toWords(input))
  permute(state)
  const derived = new DataView(new ArrayBuffer(32))
  for (const [index, word] of [0, 5, 10, 15, 6, 7, 8, 9].entries()) {
    derived.setInt32(index * 4, state[word]!, true)
  }
  state.fill(0)
  return new Uint8Array(derived.buffer)
}

/** Adds the key stream to the bytes, in place. */
function applyXsalsa20(bytes: Uint8Array, nonce: Uint8Array, key: Uint8Array): void {
  const derived = hsalsa20(key, nonce.subarray(0, 16))
  const start = createState(toWords(derived), toWords(nonce.subarray(16)))
  derived.fill(0)
  const state = new Int32Array(16)
  for (let offset = 0; offset < bytes.length; offset += BLOCK_BYTES) {
    // 2^32 blocks are more than any array holds, so the counter's upper half stays zero.
    start[8] = offset / BLOCK_BYTES
    state.set(start)
    permute(state)
    const size = Math.min(BLOCK_BYTES, bytes.length - offset)
    for (let index = 0; index < size; index++) {
      const word = index >>> 2
      bytes[offset + index]! ^= (state[word]! + start[word]!) >>> ((index & 3) * 8)
    }
  }
  start.fill(0)
  state.fill(0)
}

function createState(key: Int32Array, input: Int32Array): Int32Array {
  const state = new Int32Array(16)
  for (let index = 0; index < 4; index++) state[index * 5] = SIGMA[index]!
  state.set(key.subarray(0, 4), 1)
  state.set(input, 6)
  state.set(key.subarray(4), 11)
  key.fill(0)
  return state
}

/** Words are little-endian, whatever the machine is. */
function toWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(index * 4, true))
}

/** Twenty rounds of Salsa20, columns and rows in turn. */
function permute(state: Int32Array): void {
  for (let round = 0; round < 20; round += 2) {
    quarter(state, 0, 4, 8, 12)
    quarter(state, 5, 9, 13, 1)
    quarter(state, 10, 14, 2, 6)
    quarter(state, 15, 3, 7, 11)
    quarter(state, 0, 1, 2, 3)
    quarter(state, 5, 6, 7, 4)
    quarter(state, 10, 11, 8, 9)
    quarter(state, 15, 12, 13, 14)
  }
}

function quarter(state: Int32Array, a: number, b: number, c: number, d: number): void {
  state[b]! ^= rotated(state[a]! + state[d]!, 7)
  state[c]! ^= rotated(state[b]! + state[a]!, 9)
  state[d]! ^= rotated(state[c]! + state[b]!, 13)
  state[a]! ^= rotated(state[d]! + state[c]!, 18)
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
