import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { UportError } from '@uport-kit/core'

/** What an encoded body may be larger than its content: headers and trailers of the coding. */
const CODING_OVERHEAD = 1024

type Decode = (packed: Uint8Array, limit: { readonly maxOutputLength: number }) => Promise<Uint8Array>

const DECODERS: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['identity', async (packed) => packed],
  ['', async (packed) => packed],
])

export interface BodyLimit {
  readonly maxBytes: number
  /** For the error. */
  readonly host: string
}

export interface Decoder {
  /** Bytes of the body as it arrives, at most. */
  readonly maxPacked: number
  /** @throws UportError `FETCH_TOO_LARGE` at the first byte too many that it unpacks to; Error where the coding is broken */
  readonly decode: (packed: Uint8Array) => Promise<Uint8Array>
}

/**
 * @param encoding the `content-encoding` of an answer
 * @param status of the answer, for the error
 * @returns undefined where the coding is unknown
 */
export function decoderOf(encoding: string, limit: BodyLimit, status: number): Decoder | undefined {
  const decode = DECODERS.get(encoding.trim().toLowerCase())
  if (decode === undefined) return undefined
  return {
    maxPacked: limit.maxBytes + CODING_OVERHEAD,
    async decode(packed) {
      const body = await unpacked(decode, packed, limit, status)
      if (body.length > limit.maxBytes) throw tooLarge(limit, status)
      return body
    },
  }
}

async function unpacked(
  decode: Decode,
  packed: Uint8Array,
  limit: BodyLimit,
  status: number,
): Promise<Uint8Array> {
  try {
    // The platform takes no limit of none.
    const body = await decode(packed, { maxOutputLength: Math.max(1, limit.maxBytes) })
    return new Uint8Array(body)
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge ? tooLarge(limit, status) : error
  }
}

export function tooLarge({ maxBytes, host }: BodyLimit, status: number): UportError<'FETCH_TOO_LARGE'> {
  const message = `The answer is larger than ${maxBytes} bytes: raise the limit or refuse it`
  return new UportError('FETCH_TOO_LARGE', message, { data: { maxBytes, host, status } })
}
