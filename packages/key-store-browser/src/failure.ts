import { UportError } from '@uport-kit/core'

/** What a user is told of the database; any other reason is the name of the browser's error. */
const DATABASE_FAILURES: ReadonlyMap<string, string> = new Map([
  ['blocked', 'Another tab holds the keys with another version of the page: close or reload it'],
  ['timeout', "The browser's database does not answer: try again, or restart the browser"],
  ['newer-version', 'A newer version of this page has made the keys: reload the page'],
  ['foreign', 'The database of this name is not one of keys: choose another databaseName'],
  ['closed', 'The key store was closed: open it anew'],
  ['aborted', 'The browser ended the call: try again'],
  ['QuotaExceededError', 'The browser has no room for keys: free storage of this site, then try again'],
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

/** The framework's error for a failure of the database. */
export function databaseFailure(reason: string, retryable: boolean): UportError {
  if (reason === 'no-indexeddb' || reason === 'refused') return unavailable(reason)
  // Private windows of some browsers have a database that takes everything but keys of Web Cryptography.
  if (reason === 'DataCloneError') return unavailable('refused')
  const message =
    DATABASE_FAILURES.get(reason) ?? `The browser's database failed (${reason}): reload the page`
  return storeFailed(reason, message, { retryable })
}

export function keyNotFound(keyId: string): UportError<'KEY_NOT_FOUND'> {
  const message = 'The store holds no key of this id: create or import it'
  return new UportError('KEY_NOT_FOUND', message, { data: { keyId } })
}

export function keyExists(keyId: string): UportError<'KEY_EXISTS'> {
  const message = 'A key of this id is there already: choose another id, or delete it first'
  return new UportError('KEY_EXISTS', message, { data: { keyId } })
}
