/** What the relay tells its operator. Never an id, a body, a secret or an address. */
export type RelayEvent =
  | { readonly event: 'started'; readonly url: string }
  | { readonly event: 'stopped' }
  /** A request or the removal of expired topics failed inside. `error` is the error's code, or its name. */
  | { readonly event: 'failed'; readonly operation: string; readonly error: string }

export type RelayLog = (event: RelayEvent) => void

/** The part of a failure that may be logged: messages of a database may quote keys. */
export function failureName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
