import { decodeUtf8, readBounded } from '@uport-kit/core'

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
  const bytes = await readBounded(request, maxBytes)
  if (bytes === undefined) return { problem: 'BODY_TOO_LARGE' }
  const text = decodeUtf8(bytes)
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
