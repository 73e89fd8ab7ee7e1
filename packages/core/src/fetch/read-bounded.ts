/**
 * Reads a body (Fetch standard, section "Body mixin") and gives it up at the first byte too many. It keeps the bytes alone:
 * whatever arrived around a piece of them is let go, and any number of pieces is read.
 *
 * @param source a request or an answer whose body nobody has read
 * @param maxBytes of the body, as it is handed on
 * @returns `undefined` where the body is larger; no bytes where there is none
 * @throws whatever the connection fails with
 */
export async function readBounded(
  { body }: Pick<Response, 'body'>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const reader = body?.getReader()
  let bytes = new Uint8Array(0)
  let size = 0
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read()) {
    const end = size + piece.value.length
    if (end > maxBytes) {
      // Not waited for: whoever sends has no say in when this ends.
      reader?.cancel().catch(() => undefined)
      return undefined
    }
    if (end > bytes.length) bytes = resized(bytes, Math.min(maxBytes, Math.max(end, 2 * bytes.length)))
    bytes.set(piece.value, size)
    size = end
  }
  return size === bytes.length ? bytes : bytes.slice(0, size)
}

function resized(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(bytes)
  return larger
}
