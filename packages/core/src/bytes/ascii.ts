// Never used for streaming, so it keeps no state between calls. Faster than String.fromCharCode at every length.
const decoder = new TextDecoder()

/** The text whose char codes these are; every code is below 128. */
export function asciiText(codes: Uint8Array): string {
  return decoder.decode(codes)
}

/** Char code to digit value of an alphabet; 255 where the code is no digit. Codes above 127 are the caller's to refuse. */
export function digitTable(alphabet: string): Uint8Array {
  const table = new Uint8Array(128).fill(255)
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value
  return table
}

/** The char codes of a text, all of them below 256; of an alphabet by digit value. */
export function charCodes(text: string): Uint8Array {
  const codes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) codes[index] = text.charCodeAt(index)
  return codes
}
