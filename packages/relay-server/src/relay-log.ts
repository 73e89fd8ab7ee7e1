import {
  type Logger,
  type LogLine,
  logEvents,
  type RequestEvent,
  requestText,
} from '@uport-kit/server-operations'

/** What the relay tells its operator. Never an id, a body or a secret, nor an address. */
export type RelayEvent =
  | { readonly event: 'started'; readonly url: string }
  | { readonly event: 'stopped' }
  /** The operator's own address: metrics and health. */
  | { readonly event: 'operations'; readonly url: string }
  /**
   * A request or the removal of expired topics failed inside. `error` is the error's code, or its name; `id` the request's, where there
   * is one.
   */
  | { readonly event: 'failed'; readonly operation: string; readonly error: string; readonly id?: string }

export type RelayLog = (event: RelayEvent) => void

/** The relay's log into a logger of your own, such as pino; its access log, too. */
export function relayLog(logger: Logger): (event: RelayEvent | RequestEvent) => void {
  return logEvents(logger, relayLogLine)
}

function relayLogLine(event: RelayEvent | RequestEvent): LogLine {
  switch (event.event) {
    case 'started':
      return { level: 'info', message: `uport-relay listening on ${event.url}` }
    case 'stopped':
      return { level: 'info', message: 'uport-relay stopped' }
    case 'operations':
      return { level: 'info', message: `metrics and health on ${event.url}` }
    case 'request':
      return { level: 'debug', message: requestText(event) }
    case 'failed':
      return { level: 'error', message: `uport-relay: ${event.operation} failed: ${event.error}` }
  }
}

/** The part of a failure that may be logged: messages of a database may quote keys. */
export function failureName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
