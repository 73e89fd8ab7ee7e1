/** Longer argument lists overflow the stack of some engines. */
const CHUNK = 4096

/** The text whose char codes these are; every code is below 128. */
export function asciiText(codes: Uint8Array): string {
  if (codes.length <= CHUNK) return String.fromCharCode(...codes)
  let text = ''
  for (let start = 0; start < codes.length; start += CHUNK) {
    text += String.fromCharCode(...codes.subarray(start, start + CHUNK))
  }
  return text
}

/** Char code to digit value of an alphabet; 255 where the code is no digit. Codes above 127 are the caller's to refuse. */
export function digitTable(alphabet: string): Uint8Array {
  const table = new Uint8Array(128).fill(255)
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value
  return table
}

/** The char codes of an alphabet, by digit value. */
export function codeTable(alphabet: string): Uint8Array {
  return Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
}
