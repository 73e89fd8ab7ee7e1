import { isUportError, UportError } from '@uport-kit/core'

/** Another try, or one after the user has made room, may succeed. */
const RETRYABLE: ReadonlySet<string> = new Set([
  'AbortError',
  'InvalidStateError',
  'QuotaExceededError',
  'TimeoutError',
  'TransactionInactiveError',
  'UnknownError',
])

const UNAVAILABLE = {
  'insecure-context': 'Web Cryptography is missing here: serve the page over HTTPS',
  'no-indexeddb': 'This page has no IndexedDB: keep no keys here',
  refused: 'The browser stores no keys for this site: allow it, or leave the private window',
} as const

export function storeFailed(
  reason: string,
  message: string,
  more: { readonly keyId?: string; readonly retryable?: boolean } = {},
): UportError<'KEY_STORE_FAILED'> {
  const { keyId, retryable = false } = more
  const data = keyId === undefined ? { reason } : { reason, keyId }
  return new UportError('KEY_STORE_FAILED', message, { data, retryable })
}

/** Why a page has no place for keys. */
export function unavailable(
  reason: 'insecure-context' | 'no-indexeddb' | 'refused',
): UportError<'KEY_STORAGE_UNAVAILABLE'> {
  return new UportError('KEY_STORAGE_UNAVAILABLE', UNAVAILABLE[reason], { data: { reason } })
}

/** A record that was altered, exchanged or cut: it opens no more. */
export function damaged(keyId: string): UportError<'KEY_STORE_FAILED'> {
  const message = 'The record of this key is damaged or was exchanged: delete it and import its backup'
  return storeFailed('damaged', message, { keyId })
}

/** Other tabs changed the store again and again while this call wanted to. */
export function busy(): UportError<'KEY_STORE_FAILED'> {
  return storeFailed('busy', 'Other tabs keep changing the keys: try again', { retryable: true })
}

/** Gives a failure of IndexedDB the framework's form. Its text is left out: browsers quote what they like. */
export function databaseFailure(error: unknown): unknown {
  if (isUportError(error) || !(error instanceof Error) || !isDatabaseError(error)) return error
  // Private windows of some browsers have a database that takes everything but keys of Web Cryptography.
  if (error.name === 'DataCloneError') return unavailable('refused')
  const message =
    error.name === 'QuotaExceededError'
      ? 'The browser has no room for keys: free storage of this site, then try again'
      : `The browser's database failed (${error.name}): reload the page`
  return storeFailed(error.name, message, { retryable: RETRYABLE.has(error.name) })
}

/** A DOMException by what it is, not by its class: that of a test's database may be another. */
function isDatabaseError(error: Error): boolean {
  return error.name !== 'TypeError' && /^[A-Z]\w{1,40}Error$/.test(error.name) && 'code' in error
}

export function keyNotFound(keyId: string): UportError<'KEY_NOT_FOUND'> {
  const message = 'The store holds no key of this id: create or import it'
  return new UportError('KEY_NOT_FOUND', message, { data: { keyId } })
}

export function keyExists(keyId: string): UportError<'KEY_EXISTS'> {
  const message = 'A key of this id is there already: choose another id, or delete it first'
  return new UportError('KEY_EXISTS', message, { data: { keyId } })
}
