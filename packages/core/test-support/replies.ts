import { decodeBase64 } from '../src/bytes/base64.ts'
import { sealBox } from '../src/encryption/box.ts'
import type { Outcome, RequestFlow } from '../src/flows/flow.ts'
import { decodeJwt } from '../src/jwt/decode.ts'
import { signJwt } from '../src/jwt/encode.ts'
import type { Identity, Json, JsonObject, ReplyBody, ReplySender } from '../src/ports/index.ts'
import { NOW, type World } from './exchange-world.ts'

/** A sender that keeps what it was given. */
export class Outbox implements ReplySender {
  readonly mode: 'post' | 'redirect'
  readonly sent: { readonly target: string; readonly body: ReplyBody }[] = []

  constructor(mode: 'post' | 'redirect' = 'post') {
    this.mode = mode
  }

  async send(target: URL, body: ReplyBody): Promise<void> {
    this.sent.push({ target: target.href, body })
  }

  get last(): ReplyBody {
    const last = this.sent.at(-1)
    if (last === undefined) throw new Error('nothing was sent')
    return last.body
  }
}

/** Reply parameters as they are sent: sealed where the request gave a key. */
export function seal(jwt: string, params: JsonObject): ReplyBody {
  const boxPub = decodeJwt(jwt).payload['boxPub']
  if (typeof boxPub !== 'string') return params
  return { encrypted: { ...sealBox(JSON.stringify(params), decodeBase64(boxPub) ?? new Uint8Array()) } }
}

/** A token with the members a test wants; those that are undefined are left out. */
export function token(
  identity: Identity,
  claims: { readonly [name: string]: Json | undefined },
): Promise<string> {
  return signJwt(claims, identity, { now: NOW })
}

/** Makes a request of a flow in two steps, and judges crafted replies to it. */
export async function ask<Params, Result extends Outcome>(
  world: World,
  flow: RequestFlow<Result> &
    ((params: Params) => { readonly flow: RequestFlow; readonly payload: JsonObject }),
  params: Params,
) {
  const created = await world.requester.create(flow, params, { reply: 'local' })
  const { id, jwt } = created
  return {
    ...created,
    payload: decodeJwt(jwt).payload,
    verify: (reply: JsonObject): Promise<Result> => world.requester.verify(flow, id, seal(jwt, reply)),
  }
}
