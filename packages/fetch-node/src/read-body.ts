import { Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { UportError } from '@uport-kit/core'

/** What an encoded body may be larger than its content: headers and trailers of the coding. */
const CODING_OVERHEAD = 1024

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/**
 * Reads a body to its end, decoded, and stops at the first byte too many: of what arrives and of what it unpacks to.
 *
 * @param encoding the `content-encoding` of the answer, if any
 * @throws UportError `FETCH_TOO_LARGE`; Error where the coding is unknown or broken
 */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  limit: { readonly maxBytes: number; readonly host: string },
): Promise<Uint8Array> {
  // A body that is given up reports its own end as an error; nobody else would hear it.
  body.on('error', () => undefined)
  const coding = encoding?.trim().toLowerCase() ?? ''
  if (coding === '' || coding === 'identity') return collect(body, limit.maxBytes, limit)
  const createDecoder = DECODERS.get(coding)
  if (createDecoder === undefined) {
    body.destroy()
    throw new Error('The content encoding of the answer is not one that is read here')
  }
  // Async iteration end to end: whichever side fails, the other is destroyed with it.
  const decoded = Readable.from(capped(body, limit.maxBytes + CODING_OVERHEAD, limit), { objectMode: false })
  const decoder = createDecoder()
  decoded.on('error', (error) => decoder.destroy(error))
  try {
    return await collect(decoded.pipe(decoder), limit.maxBytes, limit)
  } finally {
    decoded.destroy()
    body.destroy()
  }
}

/** By events: for a small body, iterating over it would take longer than to receive it. */
function collect(
  source: Readable,
  maxBytes: number,
  limit: { readonly maxBytes: number; readonly host: string },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let total = 0
    source.on('data', (chunk: Uint8Array) => {
      total += chunk.length
      chunks.push(chunk)
      if (total <= maxBytes) return
      reject(tooLarge(limit))
      source.destroy()
    })
    source.once('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    source.once('error', reject)
    source.once('close', () => reject(new Error('The answer ended before its body did')))
  })
}

async function* capped(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  limit: { readonly maxBytes: number; readonly host: string },
): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const chunk of source) {
    total += chunk.length
    if (total > maxBytes) throw tooLarge(limit)
    yield chunk
  }
}

function tooLarge({ maxBytes, host }: { readonly maxBytes: number; readonly host: string }): UportError {
  const message = `The answer is larger than ${maxBytes} bytes: raise the limit or refuse it`
  return new UportError('FETCH_TOO_LARGE', message, { data: { maxBytes, host } })
}
