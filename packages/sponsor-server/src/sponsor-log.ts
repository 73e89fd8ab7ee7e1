import { nodeErrorOf } from '@uport-kit/core/ethereum'
import {
  type Logger,
  type LogLine,
  logEvents,
  type RequestEvent,
  requestText,
} from '@uport-kit/server-operations'
import type { PaymentKind } from './outbox/outbox-entry.ts'

/** What the sponsor tells its operator. Never a token, a key, a network address or what a transaction says. */
export type SponsorEvent =
  | { readonly event: 'started'; readonly url: string; readonly address: string; readonly dryRun: boolean }
  | { readonly event: 'stopped' }
  | { readonly event: 'sent'; readonly kind: PaymentKind; readonly nonce: number; readonly hash: string }
  /** `cost` in wei: gas and ether. */
  | {
      readonly event: 'included'
      readonly kind: PaymentKind
      readonly nonce: number
      readonly hash: string
      readonly succeeded: boolean
      readonly cost: string
    }
  | { readonly event: 'replaced'; readonly nonce: number; readonly hash: string }
  /** It waits for a block, and may not pay more. Everything behind it waits too. */
  | { readonly event: 'stuck'; readonly nonce: number; readonly hash: string }
  /** A transaction that is not this sponsor's took the nonce: something else uses its key. */
  | { readonly event: 'lost'; readonly nonce: number; readonly hash: string }
  /** The operator's own address: metrics and health. */
  | { readonly event: 'operations'; readonly url: string }
  /** `id` is the request's. */
  | { readonly event: 'refused'; readonly operation: string; readonly code: string; readonly id?: string }
  /** `error` is the error's code, or its name; `id` the request's, where there is one. */
  | { readonly event: 'failed'; readonly operation: string; readonly error: string; readonly id?: string }

export type SponsorLog = (event: SponsorEvent) => void

/** The sponsor's log into a logger of your own, such as pino; its access log, too. */
export function sponsorLog(logger: Logger): (event: SponsorEvent | RequestEvent) => void {
  return logEvents(logger, sponsorLogLine)
}

function sponsorLogLine(event: SponsorEvent | RequestEvent): LogLine {
  switch (event.event) {
    case 'started':
      return {
        level: 'info',
        message: `uport-sponsor listening on ${event.url}, paying from ${event.address}${event.dryRun ? ' (dry run: nothing is sent)' : ''}`,
      }
    case 'stopped':
      return { level: 'info', message: 'uport-sponsor stopped' }
    case 'operations':
      return { level: 'info', message: `metrics and health on ${event.url}` }
    case 'sent':
      return { level: 'info', message: `sent ${event.kind} ${event.hash} (nonce ${event.nonce})` }
    case 'included':
      return {
        level: 'info',
        message: `${event.succeeded ? 'included' : 'reverted'} ${event.kind} ${event.hash} (nonce ${event.nonce}, ${event.cost} wei)`,
      }
    case 'replaced':
      return { level: 'info', message: `replaced nonce ${event.nonce} by ${event.hash}` }
    case 'stuck':
      return { level: 'warn', message: `stuck at nonce ${event.nonce}: ${event.hash} may not pay more` }
    case 'lost':
      return {
        level: 'error',
        message: `lost nonce ${event.nonce}: something else sends from this account`,
      }
    case 'refused':
      return { level: 'info', message: `refused ${event.operation}: ${event.code}` }
    case 'request':
      return { level: 'debug', message: requestText(event) }
    case 'failed':
      return { level: 'error', message: `uport-sponsor: ${event.operation} failed: ${event.error}` }
  }
}

/** The part of a failure that may be logged: messages may quote what they are about. */
export function failureName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  const answered = nodeErrorOf(cause)
  if (answered !== undefined) return `node error ${answered.code}`
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
