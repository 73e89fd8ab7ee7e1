import type { JsonObject } from '../ports/json.ts'

/** Where an answer is to go, and whether the requester signed that. */
export interface Callback {
  readonly url: URL
  readonly signed: boolean
}

const MAX_LENGTH = 2048

/**
 * The address that a request names: `callback`, in credentials of old issuers also `callbackUrl`.
 *
 * @param unsigned the address beside the token. Whoever passed the link on may have put it there, so it counts for a
 * credential alone, which names none and whose acceptance tells nothing but that it was accepted
 */
export function readCallback(payload: JsonObject, unsigned: string | undefined): Callback | undefined {
  const isCredential = payload['type'] === undefined
  const signed = payload['callback'] ?? (isCredential ? payload['callbackUrl'] : undefined)
  const url = parseCallback(signed ?? (isCredential ? unsigned : undefined))
  return url === undefined ? undefined : { url, signed: signed !== undefined }
}

/** An http(s) URL of bearable length. */
function parseCallback(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}
