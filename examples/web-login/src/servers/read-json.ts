import { concatBytes, decodeUtf8, type JsonObject } from '@uport-kit/core'

/** The largest body of a page's own request. */
const MAX_PAGE_BODY = 16_384

/**
 * Reads a body that is a JSON object, and stops as soon as it is too large.
 *
 * @returns `too-large`; undefined where it is no JSON object
 */
export async function readJson(
  request: Request,
  maxBytes = MAX_PAGE_BODY,
): Promise<JsonObject | 'too-large' | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    size += part.value.length
    if (size > maxBytes) {
      await reader?.cancel()
      return 'too-large'
    }
    parts.push(part.value)
  }
  return parseObject(decodeUtf8(concatBytes(...parts)) ?? '')
}

/** A member of a body that is a text; undefined for anything else. */
export function textMember(body: JsonObject | 'too-large' | undefined, name: string): string | undefined {
  if (typeof body !== 'object' || !Object.hasOwn(body, name)) return undefined
  const value = body[name]
  return typeof value === 'string' ? value : undefined
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
