import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChainWorld, refusal, startChainWorld } from '../test-support/chain-world.ts'
import { contractAccount } from './contract-account.ts'
import { registrationCall } from './register-document.ts'

const CID = 'QmWzBDtv8m21ph1aM57yVDWxdG7LdQd3rNf5xrRiiV2D2E'
const LOCKS = [3_600, 129_600, 1_200]

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
}, 60_000)
afterAll(() => world.close())

describe('managers of version 1', () => {
  it.each(['identity', 'meta'] as const)('keep identities and tell who acts for them: %s', async (kind) => {
    const name = kind === 'meta' ? 'MetaIdentityManager' : 'IdentityManager'
    const { identityContracts, registry, rpcUrl: rpc } = world.devnet
    const relay = kind === 'meta' ? [identityContracts.txRelay] : []
    const address = await world.deployOriginal(`versions/v1/${name}`, ...LOCKS, ...relay)
    const manager = world.manager(kind, address)
    const owner = await world.party()
    const device = await world.penniless()
    const keys = { owner: owner.address, recoveryKey: device.address }
    const { identity } = await manager.create(owner.direct, keys)
    await manager.addOwner(owner.direct, identity, device.address)
    expect(await manager.owners(identity)).toEqual([
      { address: owner.address, rank: 'olderOwner' },
      { address: device.address, rank: 'owner' },
    ])
    const caller = kind === 'meta' ? device.meta : owner.direct
    const account = await contractAccount({ rpc, manager: manager.contract, identity, caller })
    await world.mined(await account.send(registrationCall(registry, identity, CID)))
  })

  it('create no identity with a first call', async () => {
    const manager = world.manager(
      'identity',
      await world.deployOriginal('versions/v1/IdentityManager', ...LOCKS),
    )
    const owner = await world.party()
    const keys = { owner: owner.address, recoveryKey: owner.address }
    const firstCall = registrationCall(world.devnet.registry, owner.address, CID)
    expect(await refusal(manager.create(owner.direct, { ...keys, firstCall }))).toMatchObject({
      code: 'TRANSACTION_FAILED',
    })
  })
})

describe('the first TxRelay', () => {
  it('is not one that meta-transactions are sent to', async () => {
    const relay = await world.deployOriginal('versions/v1/TxRelay')
    const device = await world.penniless(relay)
    const data = `0x12345678${device.address.slice(2).padStart(64, '0')}`
    expect(await refusal(device.meta.call(world.devnet.registry, data))).toMatchObject({
      code: 'TRANSACTION_FAILED',
    })
  })
})
