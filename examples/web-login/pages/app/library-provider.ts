import { type Did, memoryBoxKeys, memoryRequestStore, Requester, systemClock } from '@uport-kit/core'
import { httpRpc } from '@uport-kit/core/ethereum'
import { createUportProvider, type UportProvider } from '@uport-kit/provider-eip1193'
import { UportResolver } from '@uport-kit/resolver-uport'
import { QrTransport } from '@uport-kit/transport-qr'
import { EASY_TO_SCAN } from '../shared/ask-person.ts'
import type { Library } from './library.ts'
import { serverKeyStore } from './server-key-store.ts'

/** The name of the library's key on its server. */
const KEY = 'library'

/**
 * The person's account as an Ethereum provider: ethers, viem and every dApp library work on it. Reads go to the node; what needs the
 * person goes to their wallet as a request, signed by the library's server and answered through the relay, sealed to this page.
 */
export function openLibraryProvider({ config, visit, dialog, relay }: Library): UportProvider {
  const { id, rpcUrl, registry } = config.network
  const requester = new Requester({
    identity: {
      did: visit.library.did as Did,
      keyId: KEY,
      keys: serverKeyStore(KEY),
      boxKeys: memoryBoxKeys(),
    },
    resolver: new UportResolver({
      networks: { [id]: { rpcUrls: [rpcUrl], registry } },
      gateways: [config.gatewayUrl],
    }),
    requests: memoryRequestStore({ clock: systemClock() }),
    transports: [new QrTransport({ render: dialog.render, publisher: relay, inlineLimit: EASY_TO_SCAN })],
    replyChannels: [relay],
    links: { universal: `${config.walletUrl}/req/` },
  })
  const { person } = visit
  const accounts =
    person?.account === undefined ? [] : [{ chainId: id, address: person.account, proven: false }]
  return createUportProvider({
    requester,
    via: 'qr',
    networks: { [id]: { rpc: httpRpc(rpcUrl) } },
    // The login has told which account it is: nobody is asked for it again.
    sessions: {
      load: async () => person && { did: person.did, accounts },
      save: async () => {},
    },
  })
}
