import { type Did, Requester, type RequestStore } from '@uport-kit/core'
import { httpRpc, type SubmittedTransaction, transaction } from '@uport-kit/core/ethereum'
import { BrowserBoxKeys } from '@uport-kit/key-store-browser'
import { createUportProvider, type UportProvider } from '@uport-kit/provider-eip1193'
import { UportResolver } from '@uport-kit/resolver-uport'
import { BrowserRequestStore } from '@uport-kit/store-browser'
import { QrTransport } from '@uport-kit/transport-qr'
import { EASY_TO_SCAN } from '../shared/ask-person.ts'
import type { Library } from './library.ts'
import { serverKeyStore } from './server-key-store.ts'

/** The name of the library's key on its server. */
const KEY = 'library'

export interface LibraryProvider {
  readonly provider: UportProvider
  /** After a reload: shows the code of a transaction that was asked for, and waits on for the wallet. */
  resume(requestId: string): Promise<SubmittedTransaction>
}

/**
 * The person's account as an Ethereum provider: ethers, viem and every dApp library work on it. Reads go to the node; what needs the
 * person goes to their wallet as a request, signed by the library's server and answered through the relay, sealed to this page.
 * Requests, and the keys that open their answers, are kept in the browser: they outlive the page.
 *
 * @param onAsked told of each request before it is shown
 */
export function openLibraryProvider(
  { config, visit, dialog, relay }: Library,
  onAsked: (requestId: string) => void,
): LibraryProvider {
  const { id, rpcUrl, registry } = config.network
  const networks = { [id]: { rpc: httpRpc(rpcUrl) } }
  const transactions = transaction({ networks })
  const store = new BrowserRequestStore()
  const requests: RequestStore = {
    put: async (record, options) => {
      await store.put(record, options)
      onAsked(record.id)
    },
    get: (requestId, options) => store.get(requestId, options),
    consume: (requestId, hash, options) => store.consume(requestId, hash, options),
  }
  const requester = new Requester({
    identity: {
      did: visit.library.did as Did,
      keyId: KEY,
      keys: serverKeyStore(KEY),
      boxKeys: new BrowserBoxKeys(),
    },
    resolver: new UportResolver({
      networks: { [id]: { rpcUrls: [rpcUrl], registry } },
      gateways: [config.gatewayUrl],
    }),
    requests,
    transports: [new QrTransport({ render: dialog.render, publisher: relay, inlineLimit: EASY_TO_SCAN })],
    replyChannels: [relay],
    links: { universal: `${config.walletUrl}/req/` },
  })
  const { person } = visit
  const accounts =
    person?.account === undefined ? [] : [{ chainId: id, address: person.account, proven: false }]
  const provider = createUportProvider({
    requester,
    via: 'qr',
    networks,
    transactions,
    // The login has told which account it is: nobody is asked for it again.
    sessions: {
      load: async () => person && { did: person.did, accounts },
      save: async () => {},
    },
  })
  return {
    provider,
    resume: async (requestId) => {
      const exchange = await requester.resume(transactions, requestId)
      const [sent] = await Promise.all([exchange.result, exchange.deliver('qr')])
      return sent
    },
  }
}
