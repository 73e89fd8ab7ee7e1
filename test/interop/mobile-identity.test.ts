import { proxyCallReader } from '@uport-kit/account-contract'
import { type Did, disclosure, isUportError, toLegacyDidDocument } from '@uport-kit/core'
import { type SubmittedTransaction, transaction } from '@uport-kit/core/ethereum'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DevnetWorld, startDevnetWorld } from '../support/devnet-world.ts'
import { describeInterop } from './support/genuine.ts'
import { genuineResolve } from './support/genuine-lookup.ts'
import { createMobileLife, type Device, type MobileLife, type Phone, WAITS } from './support/mobile-life.ts'

const SHOP = `0x${'5b'.repeat(20)}`
const ETHER = 10n ** 18n

describeInterop('the life of a mobile identity', () => {
  let world: DevnetWorld
  let life: MobileLife
  let genuinely: ReturnType<typeof genuineResolve>

  beforeAll(async () => {
    world = await startDevnetWorld({ sponsor: true })
    life = await createMobileLife(world)
    genuinely = genuineResolve(world.devnet)
  }, 60_000)
  afterAll(async () => {
    await life?.close()
    await world?.close()
  })

  /** Logs in at the app: the phone scans the request and approves. Resolves with what the app learns. */
  async function login(phone: Phone): Promise<{ readonly did: Did; readonly name: unknown }> {
    const exchange = await life.requester.start(disclosure, { claims: { user_info: { name: null } } })
    await phone.wallet.handle(exchange.request.uri())
    const { did, own } = await exchange.result
    return { did, name: own['name'] }
  }

  /** The app asks for a payment to the shop, and the phone makes it. */
  async function pay(phone: Phone, value: bigint): Promise<SubmittedTransaction> {
    const { networkId, rpcUrl, identityContracts } = world.devnet
    const { metaIdentityManager, txRelay } = identityContracts
    const carrier = proxyCallReader({
      [networkId]: { managers: [{ kind: 'meta', address: metaIdentityManager }], relays: [txRelay] },
    })
    const networks = { [networkId]: { rpc: rpcUrl } }
    const flow = transaction({ networks, carriers: [carrier], pollSeconds: 0.05 })
    const exchange = await life.requester.start(flow, { to: SHOP, network: networkId, value })
    exchange.result.catch(() => undefined)
    await phone.wallet.handle(exchange.request.uri())
    return exchange.result
  }

  /** A login at an app that judges the answer itself. Resolves with why it refuses it, or `taken`. */
  async function attempt(phone: Phone): Promise<string> {
    const ask = { claims: { user_info: { name: null } } } as const
    const { id, jwt } = await life.requester.create(disclosure, ask, { reply: 'relay' })
    await phone.wallet.handle(jwt)
    return refusal(life.requester.verify(disclosure, id, phone.posted()))
  }

  /** Everybody finds the same document, and the key in it is this phone's. */
  async function expectResolved(did: Did, phone: Phone, name: string): Promise<void> {
    const { document } = await world.resolver().resolve(did)
    const key = (await phone.keys.get('messages'))?.publicKey ?? new Uint8Array()
    const theirs = await genuinely(did)
    expect(theirs).toEqual(JSON.parse(JSON.stringify(toLegacyDidDocument(document))))
    expect(theirs?.id).toBe(did)
    // Documents have the whole point, key stores its x coordinate.
    expect(JSON.stringify(theirs)).toContain(
      `"publicKeyHex":"04${Buffer.from(key).subarray(1).toString('hex')}`,
    )
    expect(theirs?.['uportProfile']).toMatchObject({ name })
  }

  async function refusal(act: Promise<unknown>): Promise<string> {
    return act.then(
      () => 'taken',
      (error: unknown) => (isUportError(error) ? error.code : String(error)),
    )
  }

  it('begins with a key, and survives the phone it began on', async () => {
    const { devnet } = world
    const { manager, didOf } = life
    const devices: Device[] = []

    // A new phone makes its keys. It has no ether, and never will.
    const phone = await life.phone()
    const recovery = await life.device()
    devices.push(phone, recovery)

    // The sponsor pays for a proxy, which the phone's key owns.
    const keys = { deviceKey: phone.address, recoveryKey: recovery.address }
    const { identity = '', managerAddress } = await phone.sponsor.createIdentity(keys, { wait: 20 })
    expect(managerAddress).toBe(devnet.identityContracts.metaIdentityManager)
    await manager.verify(identity)
    expect(await manager.owners(identity)).toEqual([{ address: phone.address, rank: 'olderOwner' }])
    const did = didOf(identity)
    expect(await refusal(world.resolver().resolve(did))).toBe('IDENTITY_NOT_REGISTERED')

    // Its document is published, and the proxy itself registers it.
    expect(await phone.register(identity, 'Ada')).toBe(did)
    await expectResolved(did, phone, 'Ada')

    // She logs in.
    await phone.enrol(did, identity)
    expect(await login(phone)).toEqual({ did, name: 'Ada Lovelace' })

    // A friend gives her an ether, and the app asks for a quarter of it.
    await devnet.fund(identity, ETHER)
    const paid = await pay(phone, ETHER / 4n)
    expect(paid.from).toBe(identity)
    expect(await paid.confirmed()).toMatchObject({ status: 'confirmed', hash: paid.hash })
    expect(await life.balance(SHOP)).toBe(ETHER / 4n)
    expect(await phone.wallet.follow()).toBe(0)
    const seen = { kind: 'confirmed', transaction: { network: devnet.networkId, hash: paid.hash } }
    expect((await phone.wallet.activity.list()).at(-1)).toMatchObject(seen)
    expect(await life.balance(identity)).toBe((ETHER * 3n) / 4n)
    await expectResolved(did, phone, 'Ada')

    // The phone is lost. The recovery key lets a new one in, which must wait.
    const found = await life.phone()
    devices.push(found)
    await manager.addOwnerFromRecovery(recovery.caller, identity, found.address)
    expect(await refusal(found.register(identity, 'Ada'))).toBe('ACCOUNT_NOT_OWNER')
    await expectResolved(did, phone, 'Ada')
    await devnet.increaseTime(WAITS.owner)
    expect(await found.register(identity, 'Ada again')).toBe(did)
    await expectResolved(did, found, 'Ada again')

    // Who found the old phone is refused at the next login; she is not.
    await found.enrol(did, identity)
    expect(await attempt(phone)).toBe('JWT_SIGNATURE_INVALID')
    expect(await attempt(found)).toBe('taken')
    expect(await login(found)).toEqual({ did, name: 'Ada Lovelace' })

    // As soon as the new phone may, it shuts the old one out of the proxy.
    await devnet.increaseTime(WAITS.administrator)
    await manager.removeOwner(found.caller, identity, phone.address)
    expect(await manager.owners(identity)).toEqual([{ address: found.address, rank: 'olderOwner' }])
    expect(await refusal(phone.register(identity, 'Mallory'))).toBe('ACCOUNT_NOT_OWNER')
    // The old one can pay nothing any more: the app hears that it failed, its finder why.
    const stolen = { code: 'REQUEST_REFUSED', data: { error: 'processing_error' } }
    await expect(pay(phone, 1n)).rejects.toMatchObject(stolen)
    const told = { kind: 'failed', code: 'ACCOUNT_NOT_OWNER' }
    expect((await phone.wallet.activity.list()).at(-1)).toMatchObject(told)
    const again = await pay(found, ETHER / 4n)
    await again.confirmed()
    expect(await life.balance(SHOP)).toBe(ETHER / 2n)
    await expectResolved(did, found, 'Ada again')

    // She moves to another manager, and remains who she was.
    const next = await life.deployManager()
    await manager.initiateMigration(found.caller, identity, next.contract.address)
    const owner = { owner: found.address, recoveryKey: recovery.address }
    await next.register(await found.account(identity), owner)
    await devnet.increaseTime(WAITS.administrator)
    await manager.finalizeMigration(found.caller, identity)
    await next.verify(identity)
    expect(await refusal(manager.verify(identity))).toBe('ACCOUNT_IDENTITY_INVALID')
    await expectResolved(did, found, 'Ada again')
    expect(await found.register(identity, 'Ada, moved', next)).toBe(did)
    await expectResolved(did, found, 'Ada, moved')
    expect(await login(found)).toEqual({ did, name: 'Ada Lovelace' })

    // None of her keys ever paid for anything.
    for (const { address } of devices) expect(await life.balance(address)).toBe(0n)
  })
})
