import { isUportError } from '../errors/uport-error.ts'
import type { DatabaseLayout } from './database-options.ts'

/** Another try, or one after the user has made room, may succeed. */
const RETRYABLE: ReadonlySet<string> = new Set([
  'AbortError',
  'InvalidStateError',
  'QuotaExceededError',
  'TimeoutError',
  'TransactionInactiveError',
  'UnknownError',
  'aborted',
  'blocked',
  'timeout',
])

/** The store's error for a reason. */
export function failureOf(layout: DatabaseLayout, reason: string): Error {
  return layout.failure(reason, RETRYABLE.has(reason))
}

/** Gives a failure of IndexedDB the store's form. Its text is left out: browsers quote what they like. */
export function translated(layout: DatabaseLayout, error: unknown): unknown {
  if (isUportError(error) || !(error instanceof Error) || !isDatabaseError(error)) return error
  return failureOf(layout, error.name)
}

/** A DOMException by what it is, not by its class: that of a test's database may be another. */
function isDatabaseError(error: Error): boolean {
  return error.name !== 'TypeError' && /^[A-Z]\w{1,40}Error$/.test(error.name) && 'code' in error
}
