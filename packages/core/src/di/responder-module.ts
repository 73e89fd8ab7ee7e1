import { systemClock } from '../clock/system-clock.ts'
import { Responder } from '../exchange/responder.ts'
import type { ResponderParts } from '../exchange/responder-parts.ts'
import { memoryAnsweredRequests } from '../stores/memory-answered-requests.ts'
import { defineModule, type KitModule } from './module.ts'
import { optional } from './token.ts'
import { TOKENS } from './tokens.ts'

export type ResponderModuleOptions = Pick<
  ResponderParts,
  | 'skew'
  | 'replyLifetime'
  | 'requestsWithoutExp'
  | 'legacyTimes'
  | 'subjects'
  | 'engine'
  | 'algorithms'
  | 'randomBytes'
>

/**
 * Binds Responder, beside `coreModule`. Without AnsweredRequests, the answered requests are remembered in this process's
 * memory: a wallet that restarts within a request's life needs a store that outlives it. With SafeFetch, recipients can be
 * attested by their host; with ContentSource, what requesters link to of themselves is read.
 */
export function responderModule(options: ResponderModuleOptions = {}): KitModule {
  return defineModule('responder', (m) =>
    m.bind(
      TOKENS.Responder,
      {
        identity: TOKENS.Identity,
        resolver: TOKENS.DidResolver,
        flows: TOKENS.ReplyFlow,
        senders: TOKENS.ReplySender,
        fetchers: TOKENS.RequestFetcher,
        answered: optional(TOKENS.AnsweredRequests),
        middleware: TOKENS.Middleware,
        safeFetch: optional(TOKENS.SafeFetch),
        content: optional(TOKENS.ContentSource),
        clock: optional(TOKENS.Clock),
      },
      (parts) => {
        const clock = parts.clock ?? systemClock()
        const answered = parts.answered ?? memoryAnsweredRequests({ clock })
        return new Responder({ ...options, ...parts, clock, answered })
      },
    ),
  )
}
