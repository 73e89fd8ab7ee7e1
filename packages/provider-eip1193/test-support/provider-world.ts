import { RelayClient } from '@uport-kit/channel-relay'
import {
  type Delivery,
  memoryRequestStore,
  type OutgoingRequest,
  Requester,
  systemClock,
  type Transport,
} from '@uport-kit/core'
import { transaction } from '@uport-kit/core/ethereum'
import { defaultScreens } from '@uport-kit/wallet'
import { ethereumScreens, openKeyPairAccounts } from '@uport-kit/wallet/ethereum'
import { createTestWallet, type TestWallet } from '@uport-kit/wallet/testing'
import { type DevnetWorld, type Registered, startDevnetWorld } from '../../../test/support/devnet-world.ts'
import type { UportProviderOptions } from '../src/provider-options.ts'
import { createUportProvider, type UportProvider } from '../src/uport-provider.ts'

/** Hands each request to a wallet in this process; `failures` keeps what the wallet said about the ones it did not answer. */
export class WalletTransport implements Transport {
  readonly id = 'wallet'
  readonly replyModes = ['post'] as const
  readonly failures: unknown[] = []
  readonly types: string[] = []
  readonly #wallet: TestWallet

  constructor(wallet: TestWallet) {
    this.#wallet = wallet
  }

  async deliver(request: OutgoingRequest): Promise<Delivery> {
    const payload: { type: string } = JSON.parse(
      Buffer.from(request.jwt.split('.')[1] ?? '', 'base64url').toString(),
    )
    this.types.push(payload.type)
    this.#wallet.answer(request.uri()).catch((error: unknown) => this.failures.push(error))
    const close = async (): Promise<void> => {}
    return { ended: new Promise(() => {}), close, [Symbol.asyncDispose]: close }
  }
}

/** A dApp's provider and a person's wallet over a real chain, registry, IPFS and relay. */
export interface ProviderWorld {
  readonly world: DevnetWorld
  readonly user: Registered
  readonly person: TestWallet
  readonly transport: WalletTransport
  readonly requester: Requester
  readonly options: UportProviderOptions
  provider(changes?: Partial<UportProviderOptions>): UportProvider
  close(): Promise<void>
}

export async function createProviderWorld(): Promise<ProviderWorld> {
  const world = await startDevnetWorld()
  const [app, user] = (await Promise.all(['app', 'user'].map((name) => world.register(name)))) as [
    Registered,
    Registered,
  ]
  const { rpcUrl, networkId, chainId, relayUrl } = world.devnet
  const person = await createTestWallet({
    identity: user.identity,
    resolver: world.resolver(),
    safeFetch: world.safeFetch,
    parts: {
      screens: [...defaultScreens, ...ethereumScreens],
      networks: [{ id: networkId, rpcUrl, name: 'Devnet' }],
      accountKeys: user.keys,
      openAccount: openKeyPairAccounts({ keys: user.keys }),
    },
  })
  const { did, keyId } = user.identity
  await person.wallet.accounts.add({
    kind: 'general',
    network: chainId,
    address: user.address,
    keyId,
    owner: did,
  })
  const relay = new RelayClient({ url: relayUrl })
  const transport = new WalletTransport(person)
  const requester = new Requester({
    identity: app.identity,
    resolver: world.resolver(),
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [relay],
    transports: [transport],
  })
  const networks = { [networkId]: { rpc: rpcUrl } }
  const options: UportProviderOptions = {
    requester,
    networks,
    via: 'wallet',
    transactions: transaction({ networks, pollSeconds: 0.05 }),
  }
  const opened: UportProvider[] = []
  return {
    world,
    user,
    person,
    transport,
    requester,
    options,
    provider(changes = {}) {
      const provider = createUportProvider({ ...options, ...changes })
      opened.push(provider)
      return provider
    },
    async close() {
      await Promise.all(opened.map((provider) => provider.close()))
      await requester.close()
      await relay[Symbol.asyncDispose]()
      await world.close()
    },
  }
}
