import {
  decodeBase64,
  decodeJwt,
  type Identity,
  type Json,
  type JsonObject,
  sealBox,
  signJwt,
} from '@uport-kit/core'

/** Our side of a request as whoever saw it knows it. */
export interface SeenRequest {
  readonly jwt: string
  readonly callback: string
}

export function seenRequest(jwt: string): SeenRequest {
  return { jwt, callback: String(decodeJwt(jwt).payload['callback']) }
}

/** Seals parameters to the request's box key, as anybody can. */
export function seal({ jwt }: SeenRequest, params: JsonObject): JsonObject {
  const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub']))
  if (boxPub === undefined) throw new Error('the request carries no box key')
  return { encrypted: { ...sealBox(JSON.stringify(params), boxPub) } }
}

/** A reply that is right but for `changes`; a member set to null is left out. */
export async function craftReply(
  request: SeenRequest,
  by: Identity,
  changes: JsonObject = {},
): Promise<JsonObject> {
  const now = Math.floor(Date.now() / 1000)
  const claims: Record<string, Json | undefined> = {
    iat: now,
    exp: now + 600,
    type: 'shareResp',
    aud: decodeJwt(request.jwt).payload['iss'],
    req: request.jwt,
    own: { name: 'Ada' },
    ...changes,
  }
  for (const [name, value] of Object.entries(claims)) if (value === null) claims[name] = undefined
  return seal(request, { access_token: await signJwt(claims, by) })
}
