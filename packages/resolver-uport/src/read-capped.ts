import { readBounded, UportError } from '@uport-kit/core'

/**
 * Reads a response's body, and gives it up at the first byte too many.
 *
 * @throws UportError `FETCH_TOO_LARGE`; what the stream throws
 */
export async function readCapped(
  response: Response,
  { maxBytes, host }: { readonly maxBytes: number; readonly host: string },
): Promise<Uint8Array> {
  const bytes = await readBounded(response, maxBytes)
  if (bytes !== undefined) return bytes
  throw new UportError('FETCH_TOO_LARGE', 'Too large', {
    data: { maxBytes, host, status: response.status },
  })
}
