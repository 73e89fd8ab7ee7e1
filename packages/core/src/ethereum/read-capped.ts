/** The body is larger than the caller reads. */
export class TooLarge extends Error {}

/**
 * Reads a body, and no more of it than allowed.
 *
 * @throws TooLarge, or whatever the connection fails with
 */
export async function readCapped(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done) break
    size += chunk.value.length
    if (size > maxBytes) {
      void reader?.cancel().catch(() => {})
      throw new TooLarge()
    }
    chunks.push(chunk.value)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
