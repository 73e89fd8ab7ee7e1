import { concatBytes } from '../bytes/concat.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import type { JsonObject } from '../ports/json.ts'

/**
 * The bytes of a message that is to be signed: even hex behind `0x` is bytes, as the specification has it; anything else is
 * text in UTF-8, as wallets had it.
 */
export function personalMessageBytes(data: string): Uint8Array {
  return decodeHex(data, { prefix: 'required' }) ?? encodeUtf8(data)
}

/** What is hashed (EIP-191, version `0x45`): the prefix, the length in decimal digits, the bytes. */
export function personalMessagePreimage(message: Uint8Array): Uint8Array {
  return concatBytes(encodeUtf8(`\x19Ethereum Signed Message:\n${message.length}`), message)
}

/** The message in a form to show: as text where it is text, and always as hex. */
export function personalMessagePreview(message: Uint8Array): JsonObject {
  const text = decodeUtf8(message)
  const hex = `0x${encodeHex(message)}`
  return text === undefined ? { hex } : { text, hex }
}
