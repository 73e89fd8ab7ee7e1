import type { PendingRequest } from '@uport-kit/core'
import { IDBFactory } from 'fake-indexeddb'
import { BrowserAnsweredRequests } from '../src/browser-answered-requests.ts'
import { BrowserRequestStore } from '../src/browser-request-store.ts'
import type { BrowserStoreOptions } from '../src/browser-store.ts'
import { BrowserWalletStore } from '../src/browser-wallet-store.ts'

export const NOW = 1_700_000_000

/** One origin's storage, and tabs on it. */
export function createOrigin() {
  const indexedDB = new IDBFactory()
  // News go to every store of the process under one name: each origin has its own.
  const options = { indexedDB, databaseName: `test ${crypto.randomUUID()}` }
  return {
    ...options,
    requests: (more: BrowserStoreOptions = {}) => new BrowserRequestStore({ ...options, ...more }),
    answered: (more: BrowserStoreOptions = {}) => new BrowserAnsweredRequests({ ...options, ...more }),
    wallet: (more: BrowserStoreOptions = {}) => new BrowserWalletStore({ ...options, ...more }),
    rows: (store: string) => inStore(options, store, (rows) => rows.getAll()),
    putRow: (store: string, row: object) => inStore(options, store, (rows) => rows.put(row)),
  }
}

/** Works on an object store as a script of the page does. */
async function inStore<T>(
  { indexedDB, databaseName }: { readonly indexedDB: IDBFactory; readonly databaseName: string },
  store: string,
  work: (rows: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await settled(indexedDB.open(databaseName))
  const transaction = database.transaction(store, 'readwrite')
  const result = await settled(work(transaction.objectStore(store)))
  database.close()
  return result
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export function pending(id: string, expiresAt = NOW + 120): PendingRequest {
  return {
    id,
    issuer: 'did:uport:x',
    requestType: 'shareReq',
    jwt: 'a.b.c',
    expiresAt,
    reply: { channel: 'relay', callback: 'https://relay.example/t/x', state: { secret: 's3cret' } },
    appState: { returnTo: '/' },
  }
}
