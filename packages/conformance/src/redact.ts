const LONGEST = 300

/** What may be key material, a digest or a token, wherever it stands in a text. */
const SENSITIVE: readonly RegExp[] = [
  // A JWS, in compact form.
  /\beyJ[\w-]*(?:\.[\w-]*){1,4}/g,
  // 16 bytes and more in hexadecimal.
  /(?:0x)?[0-9a-f]{32,}/gi,
  // 16 bytes and more as a list of numbers.
  /\b\d{1,3}(?:,\s?\d{1,3}){15,}/g,
  // 24 bytes and more in Base64, which mixes letters and digits.
  /(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{32,}={0,2}/g,
  // What a URL says beside where it leads.
  /(?<=:\/\/)[^/\s@]+(?=@)/g,
  /(?<=:\/\/[^\s?#'"]{1,200}[?#])[^\s'"]+/g,
]

/**
 * A text from a subject in a form to print: one line without control characters, at most 300 characters, and without
 * what looks like a key, a digest, a token, or the credentials and query of a URL. A secret that is a word is not seen.
 */
export function redact(text: string): string {
  // Bounded before it is searched: a subject may throw anything.
  const line = text
    .slice(0, LONGEST * 4)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal would act upon
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const clean = SENSITIVE.reduce((rest, pattern) => rest.replace(pattern, '[…]'), line)
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean
}

/** What was thrown, in a form to print. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return redact(`${typeof error} was thrown: ${safeString(error)}`)
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  const kind = error.name === 'ConformanceFailure' ? '' : `${error.name}${code}: `
  return redact(`${kind}${error.message}`)
}

function safeString(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'a value without a text'
  }
}
