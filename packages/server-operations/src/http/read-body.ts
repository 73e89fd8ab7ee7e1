import { concatBytes, decodeUtf8 } from '@uport-kit/core'

export type BodyProblem = 'BODY_TOO_LARGE' | 'BODY_INVALID'

/**
 * Reads a body of UTF-8 text and stops as soon as it is too large.
 *
 * @throws whatever the connection fails with
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly problem: BodyProblem }> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { problem: 'BODY_TOO_LARGE' }
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    size += part.value.length
    if (size > maxBytes) {
      await reader?.cancel()
      return { problem: 'BODY_TOO_LARGE' }
    }
    parts.push(part.value)
  }
  const text = decodeUtf8(concatBytes(...parts))
  return text === undefined ? { problem: 'BODY_INVALID' } : { text }
}

/** The value of a JSON object; undefined for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
