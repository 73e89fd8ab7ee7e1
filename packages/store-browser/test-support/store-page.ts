// Runs inside the browser: what the tests call there.

import { ManualClock, type PendingRequest } from '@uport-kit/core'
import { createConformanceTools, requestStoreCases, walletStoreCases } from '@uport-kit/core/conformance'
import {
  type BrowserWalletStore,
  deleteBrowserStores,
  openBrowserAnsweredRequests,
  openBrowserRequestStore,
  openBrowserWalletStore,
} from '@uport-kit/store-browser'
import { failureOf } from '../../../test/support/failure-of.ts'

const NOW = 1_700_000_000
const tools = () => createConformanceTools()

/** Runs one case of a port's suite against a store of its own; the reason where the case does not apply. */
async function runCase(id: string): Promise<string | undefined> {
  const databaseName = `case-${id}`
  try {
    return id.startsWith('RQ')
      ? await runRequestCase(id, databaseName)
      : await runWalletCase(id, databaseName)
  } finally {
    await deleteBrowserStores({ databaseName })
  }
}

async function runRequestCase(id: string, databaseName: string): Promise<string | undefined> {
  const one = found(requestStoreCases, id)
  const clock = new ManualClock(NOW)
  await using store = await openBrowserRequestStore({ databaseName, clock })
  const subject = { store, now: () => clock.now(), advance: (seconds: number) => clock.advance(seconds) }
  const reason = one.skip?.(subject)
  if (reason === undefined) await one.run(subject, tools())
  return reason
}

async function runWalletCase(id: string, databaseName: string): Promise<string | undefined> {
  const one = found(walletStoreCases, id)
  await using store = await openBrowserWalletStore({ databaseName })
  const reopen = () => {
    store.close()
    return openBrowserWalletStore({ databaseName })
  }
  const reason = one.skip?.({ store, reopen })
  if (reason === undefined) await one.run({ store, reopen }, tools())
  return reason
}

function found<Case extends { readonly id: string }>(cases: readonly Case[], id: string): Case {
  const one = cases.find((candidate) => candidate.id === id)
  if (one === undefined) throw new Error(`no case ${id}`)
  return one
}

function pending(id: string): PendingRequest {
  return {
    id,
    issuer: 'did:uport:x',
    requestType: 'shareReq',
    jwt: 'a.b.c',
    expiresAt: Math.floor(Date.now() / 1000) + 120,
    reply: { channel: 'relay', callback: 'https://relay.example/t/x', state: { secret: 's' } },
  }
}

/** Resolves with the key of the next change that another tab makes. */
function nextChange(store: BrowserWalletStore): Promise<string | undefined> {
  return new Promise((resolve) => {
    const stop = store.watch(({ key }) => {
      stop()
      resolve(key)
    })
  })
}

const storePage = {
  runCase,
  pending,
  failureOf,
  nextChange,
  deleteBrowserStores,
  openBrowserAnsweredRequests,
  openBrowserRequestStore,
  openBrowserWalletStore,
}

declare global {
  var stores: typeof storePage
}
globalThis.stores = storePage
