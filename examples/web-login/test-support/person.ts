import {
  MemoryKeyStore,
  memoryBoxKeys,
  memoryWalletStore,
  mnidFromDid,
  type WalletStore,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { UportResolver } from '@uport-kit/resolver-uport'
import { PushGrants, PushInbox } from '@uport-kit/transport-push'
import { createDisclosureScreen, defaultScreens, disclosureScreen, type Wallet } from '@uport-kit/wallet'
import { ethereumScreens, openKeyPairAccounts } from '@uport-kit/wallet/ethereum'
import { createTestWallet, type TestWallet } from '@uport-kit/wallet/testing'
import { registerParty } from '../src/launch/register-party.ts'
import type { Web } from '../src/launch/start-web.ts'

/** Somebody with an identity in the example's world, and a wallet that a script answers for. */
export interface Person extends TestWallet {
  readonly store: WalletStore
  /** Opens a link on this device, as a tap on it does. */
  open(uri: string): ReturnType<TestWallet['answer']>
  /** The wallet runs, and takes pushes, until `task` has ended. */
  whileRunning<T>(task: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Registers a person; their wallet allows pushes and has an account with ether. */
export async function createPerson(web: Web, name: string): Promise<Person> {
  const { devnet, config } = web
  const keys = new MemoryKeyStore()
  const profile = { type: 'Person', name, description: '', url: config.walletUrl } as const
  const boxSecret = crypto.getRandomValues(new Uint8Array(32))
  const registered = await registerParty(devnet, { keys, keyId: name, boxSecret }, profile)
  const identity = { ...registered, boxKeys: memoryBoxKeys() }
  const origins = [config.relayUrl, config.appUrl, config.issuerUrl, config.network.rpcUrl]
  const safeFetch = createSafeFetch({ allowOrigins: origins.map((url) => new URL(url).origin) })
  const networks = {
    [config.network.id]: { rpcUrls: [config.network.rpcUrl], registry: config.network.registry },
  }
  const store = memoryWalletStore()
  const grants = new PushGrants({
    url: config.pushUrl,
    store,
    identity: (did, options) => wallet.identities.open(did, options),
  })
  const made = await createTestWallet({
    identity,
    resolver: new UportResolver({ networks, gateways: [config.gatewayUrl] }),
    safeFetch,
    claims: { name, email: `${name.toLowerCase()}@example.com` },
    store,
    script: ({ details }) => ({
      decision: 'approve',
      ...(details.kind === 'disclosure' ? { push: details.push === true } : {}),
    }),
    parts: {
      intakes: [new PushInbox({ grants, wait: 2, retry: 0.2 })],
      networks: [{ id: config.network.id, rpcUrl: config.network.rpcUrl }],
      openAccount: openKeyPairAccounts({ keys, safeFetch }),
      screens: [
        createDisclosureScreen({ pushGrants: grants }),
        ...defaultScreens.filter((screen) => screen !== disclosureScreen),
        ...ethereumScreens,
      ],
    },
  })
  const wallet: Wallet = made.wallet
  const { address } = mnidFromDid(registered.did)
  await wallet.accounts.add({
    kind: 'general',
    network: config.network.id,
    address,
    keyId: name,
    owner: registered.did,
  })
  return {
    ...made,
    store,
    async open(uri) {
      const [outcome] = await wallet.handle({ text: uri, arrival: 'link', acknowledge: async () => {} })
      if (outcome === undefined) throw new Error('the link holds no request')
      return outcome
    },
    async whileRunning(task) {
      const stop = new AbortController()
      const running = wallet.run({ signal: stop.signal })
      try {
        return await task()
      } finally {
        stop.abort()
        await running
      }
    },
    close: () => safeFetch.close(),
  }
}
