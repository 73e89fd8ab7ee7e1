import { createRequire } from 'node:module'
import {
  contractAccount,
  contractAccounts,
  IdentityManager,
  metaCaller,
  registerDocument,
} from '@uport-kit/account-contract'
import { PostReplySender, RelayClient, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  type Account,
  addressOf,
  createIdentityDocument,
  type Did,
  didFromMnid,
  encodeMnid,
  MemoryKeyStore,
  memoryBoxKeys,
  memoryRequestStore,
  memoryWalletStore,
  type ReplyBody,
  type ReplySender,
  Requester,
  systemClock,
} from '@uport-kit/core'
import { ChainReader, followTransaction, httpRpc, SponsorClient } from '@uport-kit/core/ethereum'
import type { Devnet } from '@uport-kit/devnet'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument } from '@uport-kit/resolver-uport/register'
import { defaultScreens, Wallet } from '@uport-kit/wallet'
import { createTransactionFollower, ethereumScreens } from '@uport-kit/wallet/ethereum'
import { ScriptedPrompt } from '@uport-kit/wallet/testing'
import { AbiCoder } from 'ethers'
import type { DevnetWorld, Registered } from '../../support/devnet-world.ts'

const FOLLOW = Object.freeze({ pollSeconds: 0.05 })

/** Seconds that the original managers make a recovered owner, and an administrator, wait. A minute more than they say. */
export const WAITS = Object.freeze({ owner: 3_660, administrator: 129_660 })

/** A key of the person that has no ether: others pay for what it does. */
export interface Device {
  readonly address: string
  /** Signs for the `TxRelay`, and has the sponsor bring it. */
  readonly caller: Awaited<ReturnType<typeof metaCaller>>
  readonly sponsor: SponsorClient
  readonly keys: MemoryKeyStore
}

/** A device that also holds the key with which the identity signs messages, and a wallet. */
export interface Phone extends Device {
  readonly wallet: Wallet
  readonly prompt: ScriptedPrompt
  /** What the wallet posted last. */
  readonly posted: () => ReplyBody
  /** The identity's account, as this phone may use it. */
  account(identity: string, manager?: IdentityManager): Promise<Account>
  /** Publishes a document with this phone's signing key, and has the proxy register it. */
  register(identity: string, name: string, manager?: IdentityManager): Promise<Did>
  /** Puts the identity into the phone's wallet. */
  enrol(did: Did, identity: string): Promise<void>
}

/** What the life of an identity takes place in: a chain with a sponsor, an app, shops that sell phones. */
export interface MobileLife {
  readonly app: Registered
  readonly requester: Requester
  readonly manager: IdentityManager
  device(): Promise<Device>
  phone(): Promise<Phone>
  didOf(identity: string): Did
  balance(address: string): Promise<bigint>
  /** The original `MetaIdentityManager` once more, under the same `TxRelay`. */
  deployManager(): Promise<IdentityManager>
  close(): Promise<void>
}

export async function createMobileLife(world: DevnetWorld): Promise<MobileLife> {
  const { devnet, safeFetch } = world
  const { rpcUrl: rpc, chainId, registry, networkId, identityContracts } = devnet
  const relay = identityContracts.txRelay
  const chain = new ChainReader(rpc)
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const channel = new RelayClient({ url: devnet.relayUrl })
  const app = await world.register('app')
  const managerAt = (address: string) =>
    new IdentityManager({ kind: 'meta', address, rpc, chainId, follow: FOLLOW })
  const manager = managerAt(identityContracts.metaIdentityManager)

  async function device(): Promise<Device> {
    const keys = new MemoryKeyStore()
    const { publicKey } = await keys.create({ keyId: 'device' })
    const address = addressOf(publicKey)
    const sponsor = sponsorClient(devnet, address)
    const caller = await metaCaller({ keys, keyId: 'device', rpc, chainId, relay, sender: sponsor })
    return { address, caller, sponsor, keys }
  }

  async function phone(): Promise<Phone> {
    const own = await device()
    const { keys } = own
    const { publicKey } = await keys.create({ keyId: 'messages' })
    const prompt = new ScriptedPrompt('approve')
    const sender = recording(new PostReplySender({ safeFetch }))
    const { openAccount } = contractAccounts({
      keys,
      networks: {
        [networkId]: { rpc, manager: manager.contract, relay: { address: relay, sender: () => own.sponsor } },
      },
      recoveryKey: () => own.address,
    })
    const wallet = new Wallet({
      prompt,
      store: memoryWalletStore(),
      keys,
      boxKeys: memoryBoxKeys(),
      resolver: world.resolver(),
      safeFetch,
      senders: [sender],
      fetchers: [new RelayRequestFetcher({ safeFetch })],
      screens: [...defaultScreens, ...ethereumScreens],
      networks: [{ id: networkId, rpcUrl: rpc }],
      openAccount,
      followTransaction: createTransactionFollower(FOLLOW),
    })
    const account: Phone['account'] = (identity, under = manager) =>
      contractAccount({ rpc, manager: under.contract, identity, caller: own.caller })
    return {
      ...own,
      wallet,
      prompt,
      posted: sender.posted,
      account,
      async register(identity, name, under) {
        const document = createIdentityDocument({ type: 'Person', publicKey, name })
        const cid = await publishIdentityDocument(document, publisher)
        const registration = { account: await account(identity, under), rpc, registry, cid }
        return (await registerDocument(registration, FOLLOW)).did
      },
      async enrol(did, identity) {
        await wallet.identities.add({ did, keyId: 'messages', claims: { name: 'Ada Lovelace' } })
        const general = { kind: 'general', network: networkId, address: identity, keyId: 'device' } as const
        await wallet.accounts.add({ ...general, owner: did })
      },
    }
  }

  return {
    app,
    requester: new Requester({
      identity: app.identity,
      resolver: world.resolver(),
      requests: memoryRequestStore({ clock: systemClock() }),
      replyChannels: [channel],
    }),
    manager,
    device,
    phone,
    didOf: (address) => didFromMnid(encodeMnid({ network: chainId, address })),
    balance: (address) => chain.balance(address, 'latest', {}),
    deployManager: async () => managerAt(await deployManager(devnet)),
    close: () => channel[Symbol.asyncDispose](),
  }
}

/** The same sender, which remembers what it was given. */
function recording(sender: ReplySender): ReplySender & { readonly posted: () => ReplyBody } {
  let last: ReplyBody | undefined
  return {
    mode: sender.mode,
    async send(target, body, options) {
      last = body
      await sender.send(target, body, options)
    },
    posted() {
      if (last === undefined) throw new Error('nothing was posted')
      return last
    },
  }
}

function sponsorClient({ sponsor, chainId }: Devnet, address: string): SponsorClient {
  if (sponsor === undefined) throw new Error('the devnet has no sponsor')
  return new SponsorClient({ url: sponsor.url, chainId, token: () => sponsor.fuelToken(address) })
}

async function deployManager({ rpcUrl, accounts, identityContracts }: Devnet): Promise<string> {
  const require = createRequire(new URL('../../../packages/devnet/package.json', import.meta.url))
  const { unlinked_binary } = require('uport-identity/build/contracts/MetaIdentityManager.json')
  const args = AbiCoder.defaultAbiCoder().encode(
    ['uint256', 'uint256', 'uint256', 'address'],
    [3_600, 129_600, 1_200, identityContracts.txRelay],
  )
  const transaction = {
    from: accounts[9]?.address ?? '',
    data: unlinked_binary + args.slice(2),
    gas: '0x300000',
  }
  const hash = await httpRpc(rpcUrl).request({ method: 'eth_sendTransaction', params: [transaction] })
  const { contractAddress } = await followTransaction(new ChainReader(rpcUrl), String(hash), FOLLOW)
  if (contractAddress === undefined) throw new Error('the manager was not deployed')
  return contractAddress
}
