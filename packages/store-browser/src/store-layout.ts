import { UportError } from '@uport-kit/core'
import type { DatabaseLayout } from '@uport-kit/core/indexeddb'
import type {} from './errors.ts'

const UNAVAILABLE = {
  'no-indexeddb': 'This page has no IndexedDB: nothing outlives it',
  refused: 'The browser stores nothing for this site: allow it, or leave the private window',
} as const

/** What a user is told of the database; any other reason is the name of the browser's error. */
const FAILURES: ReadonlyMap<string, string> = new Map([
  ['blocked', 'Another tab holds the records with another version of the page: close or reload it'],
  ['timeout', "The browser's database does not answer: try again, or restart the browser"],
  ['newer-version', 'A newer version of this page has made the records: reload the page'],
  ['foreign', 'The database of this name is not one of these stores: choose another databaseName'],
  ['closed', 'The store was closed: open it anew'],
  ['aborted', 'The browser ended the call: try again'],
  ['QuotaExceededError', 'The browser has no room for more: free storage of this site, then try again'],
])

/**
 * Requests that wait, requests that were answered, and the records of a wallet. Their ids and keys are keys of the database
 * as they are: it compares them by UTF-16 code units, and a lone surrogate is as good as any.
 */
export const STORE_LAYOUT: DatabaseLayout = {
  defaultName: 'uport-kit',
  version: 1,
  stores: ['requests', 'answered', 'wallet'],
  upgrade(database, oldVersion) {
    if (oldVersion >= 1) return
    database.createObjectStore('requests', { keyPath: 'id' }).createIndex('until', 'until')
    database.createObjectStore('answered', { keyPath: 'id' }).createIndex('until', 'until')
    const wallet = database.createObjectStore('wallet', { keyPath: ['collection', 'key'] })
    wallet.createIndex('collection', 'collection')
  },
  failure(reason, retryable) {
    if (reason === 'no-indexeddb' || reason === 'refused') {
      return new UportError('BROWSER_STORAGE_UNAVAILABLE', UNAVAILABLE[reason], { data: { reason } })
    }
    const message = FAILURES.get(reason) ?? `The browser's database failed (${reason}): reload the page`
    return new UportError('BROWSER_STORE_FAILED', message, { data: { reason }, retryable })
  },
}

/** A record that was altered or cut. Its text is left out: it may hold the secret of a reply address. */
export function damaged(): UportError<'BROWSER_STORE_FAILED'> {
  const message = 'A stored record is damaged: delete it, or restore the records from a backup'
  return new UportError('BROWSER_STORE_FAILED', message, { data: { reason: 'damaged' } })
}
