// Runs inside the browser: what the tests call there.

import { openBox, type PublicKeyInfo, type SignContext, sealBox, sha256 } from '@uport-kit/core'
import { createConformanceTools, keyManagerCases, keyStoreCases } from '@uport-kit/core/conformance'
import {
  type BrowserKeyStore,
  deleteBrowserKeys,
  openBrowserBoxKeys,
  openBrowserKeyStore,
} from '@uport-kit/key-store-browser'
import { failureOf } from '../../../test/support/failure-of.ts'

const preimage = new TextEncoder().encode('header.payload')
const digest = sha256(preimage)
const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }

/** Runs one case of the port's suite against a store of its own; the reason where the case does not apply. */
async function runCase(id: string): Promise<string | undefined> {
  const one = [...keyStoreCases, ...keyManagerCases].find((candidate) => candidate.id === id)
  if (one === undefined) throw new Error(`no case ${id}`)
  const databaseName = `case-${id}`
  const store = await openBrowserKeyStore({ databaseName })
  try {
    await store.create({ keyId: 'key' })
    const subject = { store, keyId: 'key', manager: store, importer: store }
    const reason = one.skip?.(subject)
    if (reason === undefined) await one.run(subject, createConformanceTools())
    return reason
  } finally {
    store.close()
    await deleteBrowserKeys({ databaseName })
  }
}

async function signOnce(store: BrowserKeyStore, keyId: string): Promise<string> {
  const { r, s } = await store.sign(keyId, digest, context)
  return hex(r) + hex(s)
}

async function listKeys(store: BrowserKeyStore): Promise<string[]> {
  const keys: PublicKeyInfo[] = []
  for await (const key of store.list()) keys.push(key)
  return keys.map(({ keyId, publicKey }) => `${keyId} ${hex(publicKey)}`)
}

/** Every row of every store, as a script of the page gets it. */
async function readRows(databaseName = 'uport-kit-keys'): Promise<Map<string, Record<string, unknown>[]>> {
  const database = await settled(indexedDB.open(databaseName))
  const rows = new Map<string, Record<string, unknown>[]>()
  for (const name of database.objectStoreNames) {
    rows.set(name, await settled(database.transaction(name).objectStore(name).getAll()))
  }
  database.close()
  return rows
}

/** The same as text, bytes as hex. */
async function dump(): Promise<string> {
  return JSON.stringify([...(await readRows())], (_name, value) =>
    ArrayBuffer.isView(value) ? hex(new Uint8Array(value.buffer)) : value,
  )
}

async function wrappingKey(): Promise<CryptoKey> {
  const key = (await readRows()).get('wrapping-key')?.[0]?.['key']
  if (key instanceof CryptoKey) return key
  throw new Error('there is no wrapping key')
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const keyStorePage = {
  openBrowserKeyStore,
  openBrowserBoxKeys,
  deleteBrowserKeys,
  openBox,
  sealBox,
  runCase,
  signOnce,
  listKeys,
  failureOf,
  readRows,
  dump,
  wrappingKey,
  settled,
  hex,
}

declare global {
  var keyStore: typeof keyStorePage
}
globalThis.keyStore = keyStorePage
