import type { DeferrableEngine, DidResolver } from '@uport-kit/core'
import type { Context, Handler } from 'hono'
import type { Rates } from '../limits/rates.ts'
import { type RefusalCode, refuse } from '../refuse.ts'
import type { Relay, RelayEnv } from '../relay.ts'
import type { WebPushSender } from './web-push.ts'

/** What the push routes share, beside the relay. */
export interface PushRelay extends Relay {
  readonly resolver: DidResolver
  readonly engine?: DeferrableEngine | undefined
  /** The address by which clients reach this server: what tokens must be addressed to. */
  readonly url: () => string
  readonly pushRates: Rates
  /** Of requests from one address; what costs as much as several counts as several. */
  readonly addressRates: Rates
  /** Whether the old push server's routes are served, too. */
  readonly isLegacy: boolean
  readonly webPush?: WebPushSender | undefined
}

/** Why a push request goes no further. */
export class PushRefusal extends Error {
  override readonly name = 'PushRefusal'
  readonly code: RefusalCode
  readonly retryAfter: number | undefined

  constructor(code: RefusalCode, retryAfter?: number) {
    super(code)
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** A handler whose refusals become answers. */
export function refusing<Path extends string>(
  handle: (c: Context<RelayEnv, Path>) => Promise<Response>,
): Handler<RelayEnv, Path> {
  return async (c) => {
    try {
      return await handle(c)
    } catch (cause) {
      if (cause instanceof PushRefusal) return refuse(c, cause.code, cause.retryAfter)
      throw cause
    }
  }
}

/** The token of an `Authorization` header (RFC 6750, section 2.1). @throws PushRefusal */
export function bearerToken(c: Context<RelayEnv>): string {
  const token = /^bearer ([\w.-]{1,8192})$/i.exec(c.req.header('authorization') ?? '')?.[1]
  if (token === undefined) throw new PushRefusal('TOKEN_INVALID')
  return token
}
