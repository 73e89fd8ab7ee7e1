import { RelayRequestFetcher } from '@uport-kit/channel-relay'
import { PushGrants, PushInbox } from '@uport-kit/transport-push'
import { Wallet } from '@uport-kit/wallet'
import { loadConfig } from '../assembly/load-config.ts'
import { openParts, type WalletParts } from '../assembly/open-parts.ts'

/** The wallet without a person: it takes requests in, and answers none. */
export interface WorkerWallet {
  readonly parts: WalletParts
  readonly wallet: Wallet
  readonly grants: PushGrants
  readonly inbox: PushInbox
  close(): void
}

/** Opens what the page has stored: the keys that sign for a mailbox, and the queue that its requests go into. */
export async function openWorkerWallet(): Promise<WorkerWallet> {
  const parts = await openParts(await loadConfig())
  const { config, store, keys, boxKeys, resolver, safeFetch } = parts
  const wallet = new Wallet({
    prompt: { ask: () => Promise.reject(new Error('The wallet answers in its window only.')) },
    store,
    keys,
    boxKeys,
    resolver,
    safeFetch,
    senders: [],
    fetchers: [new RelayRequestFetcher({ safeFetch })],
  })
  const grants = new PushGrants({
    url: config.pushUrl,
    store,
    identity: (did, options) => wallet.identities.open(did, options),
  })
  const close = (): void => {
    for (const part of [parts.records, keys, boxKeys]) part.close()
  }
  return { parts, wallet, grants, inbox: new PushInbox({ grants }), close }
}
