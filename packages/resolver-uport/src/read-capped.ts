import { concatBytes, UportError } from '@uport-kit/core'

/**
 * Reads a response's body, and gives it up at the first byte too many.
 *
 * @throws UportError `FETCH_TOO_LARGE`; what the stream throws
 */
export async function readCapped(
  { body, status }: Response,
  { maxBytes, host }: { readonly maxBytes: number; readonly host: string },
): Promise<Uint8Array> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let total = 0
  while (reader !== undefined) {
    const { done, value } = await reader.read()
    if (done) break
    total += value.length
    if (total > maxBytes) {
      await reader.cancel()
      throw new UportError('FETCH_TOO_LARGE', 'Too large', {
        data: { maxBytes, host, status },
      })
    }
    chunks.push(value)
  }
  return concatBytes(...chunks)
}
