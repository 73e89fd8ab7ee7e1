import { type SignContext, sha256 } from '@uport-kit/core'
import { IDBFactory } from 'fake-indexeddb'
import { BrowserBoxKeys } from '../src/browser-box-keys.ts'
import { BrowserKeyStore } from '../src/browser-key-store.ts'
import type { BrowserKeyStoreOptions } from '../src/browser-store-options.ts'
import { keyDatabase } from '../src/key-database.ts'

export const scrypt = { n: 2 }

/** One origin's storage, and tabs on it. */
export function createOrigin() {
  const indexedDB = new IDBFactory()
  const options = { indexedDB, scrypt }
  return {
    indexedDB,
    tab: (more: BrowserKeyStoreOptions = {}) => new BrowserKeyStore({ ...options, ...more }),
    boxTab: (more: BrowserKeyStoreOptions = {}) => new BrowserBoxKeys({ ...options, ...more }),
    rows: (store: string) => readRows(indexedDB, store),
    put: (store: string, row: object) => putRow(indexedDB, store, row),
  }
}

export const preimage = new TextEncoder().encode('header.payload')
export const digest = sha256(preimage)
export const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }

export async function listed(store: BrowserKeyStore): Promise<string[]> {
  const names: string[] = []
  for await (const { keyId } of store.list()) names.push(keyId)
  return names
}

type Row = Record<string, unknown>

async function inDatabase<T>(
  indexedDB: IDBFactory,
  work: (transaction: IDBTransaction) => IDBRequest<T>,
): Promise<T> {
  const database = keyDatabase({ indexedDB })
  const request = await database.transact('readwrite', async (transaction) => work(transaction))
  database.close()
  return request.result
}

function readRows(factory: IDBFactory, store: string): Promise<Row[]> {
  return inDatabase(factory, (transaction) => transaction.objectStore(store).getAll())
}

async function putRow(factory: IDBFactory, store: string, row: object): Promise<void> {
  await inDatabase(factory, (transaction) => transaction.objectStore(store).put(row))
}
