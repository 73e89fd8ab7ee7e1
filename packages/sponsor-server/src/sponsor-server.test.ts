import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { NOBODY, party, SponsorWorld } from '../test-support/sponsor-world.ts'

let world: SponsorWorld

beforeAll(async () => {
  world = await SponsorWorld.start()
})
afterEach(() => world.stopSponsors())
afterAll(() => world.stop())

describe('the life of a device without ether', () => {
  it('gets an identity, and acts with it', async () => {
    const { url } = await world.sponsor()
    const device = await party('device without ether')
    const client = world.client(url, await world.token(device))
    const made = await client.createIdentity({ deviceKey: device.address, recoveryKey: NOBODY }, { wait: 20 })
    expect(made.managerAddress).toBe(world.devnet.identityContracts.metaIdentityManager)
    const identity = made.identity ?? ''
    expect(await world.rpc('eth_getCode', identity, 'latest')).not.toBe('0x')
    expect(await client.lookup(device.address)).toEqual(made)
    expect(await client.createIdentity({ deviceKey: device.address, recoveryKey: NOBODY })).toEqual(made)

    const sent = await client.send(await world.forward(device, identity, 0n), { wait: 20 })
    expect(sent.succeeded).toBe(true)
    const receipt = await world.chain.receipt(sent.hash, {})
    expect(receipt?.logs.map(({ address }) => address)).toEqual([identity])
    expect(await world.balance(device.address)).toBe(0n)
  })

  it('gets the ether that its transaction needs, value included', async () => {
    const { url } = await world.sponsor()
    const device = await party('device with a transaction')
    const client = world.client(url, await world.token(device))
    const tx = await world.signTransaction(device, { value: 1_000_000n })
    const gas = 21_000n * 2n * 10n ** 9n
    expect(await client.fund(tx, { wait: 20 })).toMatchObject({ succeeded: true })
    expect(await world.balance(device.address)).toBe((gas * 3n) / 2n + 1_000_000n)
    await world.chain.send(tx, {})
    const again = await world.signTransaction(device, { nonce: 1, value: 1_000_000n })
    expect(await client.fund(again, { wait: 20 })).toMatchObject({ succeeded: true })
  })
})
