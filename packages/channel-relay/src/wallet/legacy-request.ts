/** How a text that holds a request looks: a JWT, or a request URI, which the reader of requests takes apart. */
const TEXT = /^[\x21-\x7e]+$/

/** Objects and JSON texts in one another: `{message: {content: '{"message": ...}'}}` is the deepest. */
const MAX_DEPTH = 5

/**
 * The request in what an old message server answers: bare, or in any of the envelopes that were in use:
 * `{request}`, `{message}`, `{message: {content}}`, or `content` that is the JSON text of one of these.
 *
 * @returns undefined where there is none
 */
export function parseLegacyRequest(text: string): string | undefined {
  return find(text, MAX_DEPTH)
}

function find(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return findInText(value.trim(), depth)
  if (depth === 0 || typeof value !== 'object' || value === null) return undefined
  for (const name of ['request', 'message', 'content']) {
    const found = find(new Map(Object.entries(value)).get(name), depth - 1)
    if (found !== undefined) return found
  }
  return undefined
}

function findInText(text: string, depth: number): string | undefined {
  if (!text.startsWith('{') && !text.startsWith('"')) return TEXT.test(text) ? text : undefined
  if (depth === 0) return undefined
  try {
    return find(JSON.parse(text), depth - 1)
  } catch {
    return undefined
  }
}
