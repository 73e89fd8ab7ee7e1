import { concatBytes } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'

const PREFIX = encodeUtf8('\x19Ethereum Signed Message:\n')

/** The bytes whose Keccak-256 is signed for a message (EIP-191, version 0x45): prefix, decimal length, message. */
export function personalMessagePreimage(message: Uint8Array): Uint8Array {
  return concatBytes(PREFIX, encodeUtf8(String(message.length)), message)
}

/** The message in such bytes; undefined where they are none. */
export function messageOfPreimage(preimage: Uint8Array): Uint8Array | undefined {
  // The decimal length may run into a message of digits, so every split is tried against the definition.
  for (let digits = 1; digits <= 8; digits++) {
    const message = preimage.slice(PREFIX.length + digits)
    if (equalBytes(personalMessagePreimage(message), preimage)) return message
  }
  return undefined
}
