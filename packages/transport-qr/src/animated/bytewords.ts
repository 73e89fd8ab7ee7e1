import { concatBytes } from '@uport-kit/core'
import { crc32, uint32 } from '../crc32.ts'

/** First and last letter of each of the 256 words: the minimal style (Blockchain Commons BCR-2020-012). */
const PAIRS =
  'aeadaoaxaaahamatayasbkbdbnbtbabsbebybgbwbbbzcmchcscfcycwcecackctcxclcpcndkdadsdidedtdrdndwdpdmdl' +
  'dyeheyeoeeecenemetesftfrfnfsfmfhfzfpfwfxfyfefgflfdgagegrgsgtglgwgdgygmgughgohfhghdhkhthphhhlhyhe' +
  'hnhsidiaieihiyioisinimjejzjnjtjljojsjpjkjykpkoktkskkknkgkekikblblalylflslrlplnltloldlelulklgmnmy' +
  'mhmemomumwmdmtmsmknlnyndnsntnnnenboyoeotoxonolospdptpkpypspmplpepfpaprqdqzrerprlrorhrdrkrfryrnrs' +
  'rtsesasrssskswstspsosgsbsfsntotktitttdtetytltbtstptatnuyuoutueurvtvyvovlvevwvavdvswlwdwmwpwewyws' +
  'wtwnwzwfwkykynylyaytzszoztzczezm'

const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [PAIRS.slice(2 * byte, 2 * byte + 2), byte]),
)
const CHECKSUM_BYTES = 4

/** Two lowercase letters for each byte, those of a CRC-32 at the end. */
export function encodeBytewords(bytes: Uint8Array): string {
  let text = ''
  for (const byte of concatBytes(bytes, uint32(crc32(bytes)))) text += PAIRS.slice(2 * byte, 2 * byte + 2)
  return text
}

/** @returns undefined where a pair is none of the words', or the checksum is wrong */
export function decodeBytewords(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || text.length <= 2 * CHECKSUM_BYTES) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    const byte = BYTES.get(text.slice(2 * at, 2 * at + 2))
    if (byte === undefined) return undefined
    bytes[at] = byte
  }
  const end = bytes.length - CHECKSUM_BYTES
  const body = bytes.subarray(0, end)
  const expected = uint32(crc32(body))
  return expected.every((byte, at) => bytes[end + at] === byte) ? body : undefined
}
