/** More bytes came than were asked for. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/**
 * Reads a response's body, and gives it up at the first byte too many.
 *
 * @throws TooLargeError; what the stream throws
 */
export async function readCapped(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return join(chunks, total)
    total += value.length
    if (total > maxBytes) {
      await reader.cancel()
      throw new TooLargeError(`More than ${maxBytes} bytes`)
    }
    chunks.push(value)
  }
}

function join(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const bytes = new Uint8Array(total)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
