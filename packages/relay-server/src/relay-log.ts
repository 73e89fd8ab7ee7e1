import {
  type Logger,
  type LogLine,
  logEvents,
  type RequestEvent,
  requestText,
} from '@uport-kit/server-operations'

/** What the relay tells its operator. Never an id, a body or a secret, nor an address. */
export type RelayEvent =
  /** `bound` is what it listens on, where clients reach it by another address. */
  | { readonly event: 'started'; readonly url: string; readonly bound?: string }
  | { readonly event: 'stopped' }
  /** Push inboxes are kept for wallets and applications of these DID methods. */
  | { readonly event: 'push'; readonly methods: readonly string[] }
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
      return {
        level: 'info',
        message:
          event.bound === undefined
            ? `uport-relay listening on ${event.url}`
            : `uport-relay listening on ${event.bound} (clients reach it at ${event.url})`,
      }
    case 'push':
      return pushLine(event.methods)
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

/** Nothing else tells an operator who forgot the chain: most wallets would be refused, each by itself. */
function pushLine(methods: readonly string[]): LogLine {
  const kept = `push inboxes for ${methods.map((method) => `did:${method}`).join(', ')}`
  if (methods.includes('uport')) return { level: 'info', message: kept }
  return { level: 'warn', message: `uport-relay: ${kept} alone; give --network and --gateway for did:uport` }
}

/** The part of a failure that may be logged: messages of a database may quote keys. */
export function failureName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
