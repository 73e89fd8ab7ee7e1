import { inspect } from 'node:util'
import { vi } from 'vitest'

/** Secrets that were put where only some code may see them, and the search for them where everybody can. */
export class Canaries {
  readonly #needles = new Map<string, string>()

  /** A key, a digest, a signature: found in hex, Base64, decimal, as a list of bytes, and in parts of these. */
  bytes(name: string, value: Uint8Array): Uint8Array {
    const buffer = Buffer.from(value)
    const hex = buffer.toString('hex')
    this.#ends(`${name} in hex`, hex)
    this.#ends(`${name} in upper-case hex`, hex.toUpperCase())
    this.#ends(`${name} in Base64`, buffer.toString('base64').replace(/=+$/, ''))
    this.#ends(`${name} in Base64url`, buffer.toString('base64url'))
    this.#ends(`${name} in decimal`, BigInt(`0x${hex || '0'}`).toString())
    const [first, last] = [[...buffer.subarray(0, 8)], [...buffer.subarray(-8)]]
    this.#add(`the first bytes of ${name}`, first.join(','))
    this.#add(`the last bytes of ${name}`, last.join(','))
    this.#add(`${name} as JSON of its bytes`, first.map((byte, index) => `"${index}":${byte}`).join(','))
    return value
  }

  /** A passphrase, words, a claim: found as it is, escaped, and as the bytes of its text. */
  text(name: string, value: string): string {
    this.#ends(name, value)
    this.#ends(`${name}, escaped`, encodeURIComponent(value))
    this.#ends(`${name}, as JSON`, JSON.stringify(value).slice(1, -1))
    this.bytes(name, Buffer.from(value))
    return value
  }

  /** A token of three segments: found by any of them. */
  token(name: string, value: string): string {
    this.#ends(name, value)
    for (const [index, segment] of value.split('.').entries())
      this.#ends(`segment ${index} of ${name}`, segment)
    return value
  }

  /** The names of what is in there, in the order in which they were hidden. */
  search(text: string): readonly string[] {
    const dense = text.replace(/\s+/g, '')
    const found = [...this.#needles].filter(([needle]) => text.includes(needle) || dense.includes(needle))
    return [...new Set(found.map(([, name]) => name))]
  }

  get size(): number {
    return this.#needles.size
  }

  /** Sixteen characters are enough to go on guessing from, so a part counts as the whole. */
  #ends(name: string, form: string): void {
    this.#add(name, form.slice(0, 16))
    this.#add(`the end of ${name}`, form.slice(-16))
  }

  #add(name: string, needle: string): void {
    if (needle.length < 8) throw new TypeError(`${name} is too short to be found for certain`)
    if (!this.#needles.has(needle)) this.#needles.set(needle, name)
  }
}

/** All that a program can print of a value: an error with its causes, a store, an answer. */
export function everythingOf(value: unknown): string {
  const views = [render(value), tryText(() => String(value)), tryText(() => JSON.stringify(value) ?? '')]
  for (let error = value, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth++) {
    views.push(
      error.message,
      error.stack ?? '',
      tryText(() => JSON.stringify(Object.entries(error as object))),
    )
    views.push(tryText(() => JSON.stringify(Object.getOwnPropertyDescriptors(error))))
  }
  return views.join('\n')
}

/** What was printed while this ran, on the console, the standard streams and as warnings. */
export async function capturePrinted<T>(work: () => Promise<T>): Promise<{ result: T; printed: string }> {
  const lines: string[] = []
  const note = (...values: unknown[]): void => void lines.push(values.map(render).join(' '))
  const spies = [
    ...(['debug', 'error', 'info', 'log', 'trace', 'warn', 'dir', 'table'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(note),
    ),
    vi.spyOn(process, 'emitWarning').mockImplementation(note),
    ...[process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        note(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
        return true
      }),
    ),
  ]
  try {
    return { result: await work(), printed: lines.join('\n') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** What a call fails with; it must fail. */
export async function failureOf(call: () => unknown, what = 'it'): Promise<unknown> {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error(`${what} was to fail and did not`)
}

/** What a call ends with, where it may also succeed: then a word without what it gave. */
export async function endOf(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return 'no error'
  } catch (error) {
    return error
  }
}

function render(value: unknown): string {
  if (typeof value === 'string') return value
  return inspect(value, { depth: 12, showHidden: true, maxArrayLength: 4096, maxStringLength: 1_000_000 })
}

function tryText(make: () => string): string {
  try {
    return make()
  } catch {
    return ''
  }
}
