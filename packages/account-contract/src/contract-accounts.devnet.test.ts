import { createIdentityDocument, MemoryKeyStore, memoryBoxKeys, memoryWalletStore } from '@uport-kit/core'
import { KuboPublisher, UportResolver } from '@uport-kit/resolver-uport'
import { publishIdentityDocument } from '@uport-kit/resolver-uport/register'
import { Wallet } from '@uport-kit/wallet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChainWorld, FOLLOW, type Party, refusal, startChainWorld } from '../test-support/chain-world.ts'
import { type ContractNetwork, contractAccounts } from './contract-accounts.ts'
import { payingSender } from './paying-sender.ts'
import { registerDocument } from './register-document.ts'

const APP = 'did:web:app.example'
const USER = 'did:web:user.example'

let world: ChainWorld
let payer: Party

beforeAll(async () => {
  world = await startChainWorld()
  payer = await world.party()
}, 60_000)
afterAll(() => world.close())

function wallet(network: Partial<ContractNetwork> = {}) {
  const { rpcUrl: rpc, identityContracts } = world.devnet
  const keys = new MemoryKeyStore()
  const manager = { kind: 'meta', address: identityContracts.metaIdentityManager } as const
  const relay = { address: identityContracts.txRelay, sender: () => payingSender(payer.account) }
  const { deployAccount, openAccount } = contractAccounts({
    keys,
    networks: { '0x7a69': { rpc, manager, relay, ...network } },
    recoveryKey: () => payer.address,
  })
  const parts = {
    store: memoryWalletStore(),
    keys,
    boxKeys: memoryBoxKeys(),
    resolver: { methods: ['web'], resolve: () => expect.fail('resolved') },
    prompt: { ask: () => expect.fail('asked') },
    senders: [],
    networks: [{ id: '0x7a69', rpcUrl: rpc }],
    accountKeys: keys,
    deployAccount,
    openAccount,
  }
  return { keys, openAccount, wallet: new Wallet(parts) }
}

describe('contract identities in a wallet', () => {
  it('are made for one app, without ether, and send, register and resolve', async () => {
    const { keys, wallet: agent } = wallet()
    const wish = { kind: 'segregated', network: '0x7a69', requester: APP, owner: USER } as const
    const record = await agent.accounts.ensure(wish)
    expect(await agent.accounts.ensure(wish)).toEqual(record)
    const account = await agent.accounts.open(record, APP)
    expect(account).toMatchObject({ kind: 'meta', address: record.address, chainId: 31337n })
    expect(await agent.accounts.open(record, APP)).toBe(account)

    const { rpcUrl: rpc, registry, networkId, gatewayUrl, ipfsApiUrl } = world.devnet
    const { publicKey } = await keys.create({ keyId: 'signs messages' })
    const document = createIdentityDocument({ type: 'Person', publicKey, name: 'Ann' })
    const cid = await publishIdentityDocument(document, new KuboPublisher({ url: ipfsApiUrl }))
    const { did } = await registerDocument({ account, rpc, registry, cid }, FOLLOW)
    expect(did).toBe(`did:uport:${record.mnid}`)
    const resolver = new UportResolver({
      networks: { [networkId]: { rpcUrls: [rpc], registry } },
      gateways: [gatewayUrl],
    })
    const resolution = await resolver.resolve(did)
    expect(JSON.stringify(resolution)).toContain('"Ann"')
  })

  it('pay for themselves where nobody else does, beside key pair accounts', async () => {
    const { identityManager } = world.devnet.identityContracts
    const own = wallet({ manager: { kind: 'identity', address: identityManager }, relay: undefined })
    const { keys, openAccount, wallet: agent } = own
    const { keyId } = await keys.create({ keyId: 'device' })
    const opened = await agent.accounts.ensure({
      kind: 'keypair',
      network: '0x7a69',
      requester: APP,
      owner: USER,
    })
    const pair = await agent.accounts.open(opened, APP)
    expect(pair.kind).toBe('keypair')
    await world.devnet.fund(pair.address)
    const wish = { kind: 'segregated', network: '0x7a69', requester: APP, owner: USER } as const
    expect(await refusal(agent.accounts.ensure(wish))).toMatchObject({ code: 'ACCOUNT_FUNDS_INSUFFICIENT' })
    const unknown = openAccount({ keyId, address: payer.address }, { id: '0x1' })
    expect(await refusal(unknown)).toBeInstanceOf(TypeError)
    const missing = openAccount({ keyId: 'none', address: payer.address }, { id: '0x7a69' })
    expect(await refusal(missing)).toEqual({ code: 'KEY_NOT_FOUND', keyId: 'none' })
    const wrong = openAccount({ keyId, address: payer.address }, { id: '0x7a69' })
    expect(await refusal(wrong)).toMatchObject({ code: 'ACCOUNT_IDENTITY_INVALID' })
  })
})

describe('registerDocument', () => {
  it('refuses what is no CID, and notices that the registry holds something else', async () => {
    const { rpcUrl: rpc, registry } = world.devnet
    const account = payer.account
    const parts = { account, rpc, registry, cid: 'nonsense' }
    expect(await refusal(registerDocument(parts))).toMatchObject({ code: 'CID_INVALID' })
    const cid = 'QmWzBDtv8m21ph1aM57yVDWxdG7LdQd3rNf5xrRiiV2D2E'
    const idle = {
      kind: account.kind,
      chainId: account.chainId,
      address: account.address,
      send: () => account.send({ to: account.address, value: 1n }),
    }
    expect(await refusal(registerDocument({ ...parts, cid, account: idle }, FOLLOW))).toMatchObject({
      code: 'ACCOUNT_REGISTRATION_MISMATCH',
    })
  })
})
