import { concatBytes } from '@uport-kit/core'

/** One frame's content: some fragments of a message, mixed by XOR. */
export interface FountainPart {
  /** From 1; those up to `count` carry one fragment each. */
  readonly sequence: number
  /** Fragments of the whole message. */
  readonly count: number
  readonly messageLength: number
  /** CRC-32 of the message. */
  readonly checksum: number
  readonly data: Uint8Array
}

const [UNSIGNED, BYTE_STRING, ARRAY] = [0, 2, 4] as const

/** As CBOR (RFC 8949): an array of four numbers and a byte string (BCR-2024-001). */
export function encodeFountainPart(part: FountainPart): Uint8Array {
  return concatBytes(
    head(ARRAY, 5),
    head(UNSIGNED, part.sequence),
    head(UNSIGNED, part.count),
    head(UNSIGNED, part.messageLength),
    head(UNSIGNED, part.checksum),
    encodeByteString(part.data),
  )
}

/** @returns undefined where the bytes are anything else */
export function decodeFountainPart(bytes: Uint8Array): FountainPart | undefined {
  const reader = new CborReader(bytes)
  if (reader.head(ARRAY) !== 5) return undefined
  const sequence = reader.head(UNSIGNED)
  const count = reader.head(UNSIGNED)
  const messageLength = reader.head(UNSIGNED)
  const checksum = reader.head(UNSIGNED)
  const data = reader.lastByteString()
  if (sequence === undefined || count === undefined || data === undefined) return undefined
  if (messageLength === undefined || checksum === undefined) return undefined
  return { sequence, count, messageLength, checksum, data }
}

export function encodeByteString(bytes: Uint8Array): Uint8Array {
  return concatBytes(head(BYTE_STRING, bytes.length), bytes)
}

/** @returns the one byte string that the CBOR consists of; undefined where it is anything else */
export function decodeByteString(bytes: Uint8Array): Uint8Array | undefined {
  return new CborReader(bytes).lastByteString()
}

/** Type and argument in the fewest bytes; numbers of 32 bits at most. */
function head(type: number, value: number): Uint8Array {
  const major = type << 5
  if (value < 24) return Uint8Array.of(major | value)
  if (value < 0x100) return Uint8Array.of(major | 24, value)
  if (value < 0x10000) return Uint8Array.of(major | 25, value >>> 8, value & 0xff)
  return Uint8Array.of(major | 26, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
}

class CborReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The argument of the next item; undefined where its type is another, or the argument takes more than 32 bits. */
  head(type: number): number | undefined {
    const first = this.#bytes[this.#at]
    if (first === undefined || first >>> 5 !== type) return undefined
    const info = first & 0x1f
    this.#at++
    if (info < 24) return info
    if (info > 26) return undefined
    const width = 1 << (info - 24)
    if (this.#at + width > this.#bytes.length) return undefined
    let value = 0
    for (let end = this.#at + width; this.#at < end; this.#at++)
      value = value * 256 + (this.#bytes[this.#at] ?? 0)
    return value
  }

  /** The next item, which must be a byte string and end with the input. */
  lastByteString(): Uint8Array | undefined {
    const length = this.head(BYTE_STRING)
    if (length === undefined || this.#at + length !== this.#bytes.length) return undefined
    return this.#bytes.slice(this.#at)
  }
}
