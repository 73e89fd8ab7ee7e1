import { type Account, decodeBase64, decodeJwt } from '@uport-kit/core'
import {
  answerTransaction,
  type SubmittedTransaction,
  type TransactionParams,
  transaction,
} from '@uport-kit/core/ethereum'
import { Interface } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealBox } from '../../core/src/encryption/box.ts'
import { createWorld } from '../../core/test-support/exchange-world.ts'
import { type ChainWorld, type Party, refusal, startChainWorld } from '../test-support/chain-world.ts'
import { pretendedIdentity, reverting } from '../test-support/contracts-of-ours.ts'
import { contractAccount } from './contract-account.ts'
import { MANAGERS } from './contracts.ts'
import type { IdentityManager } from './identity-manager.ts'
import { proxyCallReader } from './proxy-call-reader.ts'
import { registrationCall } from './register-document.ts'

const TO = '0x00521965e7bd230323c423d96c657db5b79d099f'
const CID = 'QmWzBDtv8m21ph1aM57yVDWxdG7LdQd3rNf5xrRiiV2D2E'
const REASON = new Interface(['error Error(string)']).encodeErrorResult('Error', ['closed for today'])

let world: ChainWorld
let manager: IdentityManager
let metaManager: IdentityManager
let owner: Party
let account: Account
let metaAccount: Account

beforeAll(async () => {
  world = await startChainWorld()
  const { identityManager, metaIdentityManager } = world.devnet.identityContracts
  manager = world.manager('identity', identityManager)
  metaManager = world.manager('meta', metaIdentityManager)
  owner = await world.party()
  const recoveryKey = world.devnet.accounts[1]?.address ?? ''
  const { identity } = await manager.create(owner.direct, { owner: owner.address, recoveryKey })
  account = await open(identity)
  const { meta } = await world.penniless()
  const created = await metaManager.create(meta, { owner: meta.address, recoveryKey })
  const { rpcUrl: rpc } = world.devnet
  metaAccount = await contractAccount({
    rpc,
    manager: metaManager.contract,
    identity: created.identity,
    caller: meta,
  })
}, 60_000)
afterAll(() => world.close())

function open(identity: string, by = owner): Promise<Account> {
  const { rpcUrl: rpc } = world.devnet
  return contractAccount({ rpc, manager: manager.contract, identity, caller: by.direct })
}

async function balance(address: string): Promise<bigint> {
  return BigInt(String(await world.rpc('eth_getBalance', address, 'latest')))
}

describe('a contract account', () => {
  it.each(['contract', 'meta'])('sends ether of the proxy, as %s', async (kind) => {
    const by = kind === 'meta' ? metaAccount : account
    const before = await balance(TO)
    await world.devnet.fund(by.address, 10n)
    await world.mined(await by.send({ to: TO, value: 7n }))
    expect((await balance(TO)) - before).toBe(7n)
    expect(await balance(by.address)).toBe(3n)
    expect(await refusal(by.send({ to: TO, value: 4n }))).toMatchObject({
      code: 'ACCOUNT_FUNDS_INSUFFICIENT',
      address: by.address,
    })
  })

  it('says what the called contract said, which the proxy swallows', async () => {
    const to = await world.deploy(reverting(REASON))
    for (const by of [account, metaAccount]) {
      const reason = 'it would revert: closed for today'
      expect(await refusal(by.send({ to, data: '0x01' }))).toEqual({ code: 'TRANSACTION_FAILED', reason })
    }
    const silent = await world.deploy(reverting('0x'))
    expect(await refusal(account.send({ to: silent, data: '0x01' }))).toMatchObject({
      reason: 'it would revert',
    })
  })

  it('does not send what a proxy would take for success, or cannot do', async () => {
    const nowhere = account.send({ to: TO, data: '0x12345678' })
    expect(await refusal(nowhere)).toMatchObject({ code: 'TRANSACTION_FAILED', reason: /no contract/ })
    expect(await refusal(account.send({ data: '0x6000' }))).toMatchObject({ reason: /cannot create/ })
    const zero = account.send({ to: `0x${'0'.repeat(40)}`, value: 1n })
    expect(await refusal(zero)).toMatchObject({ reason: /zero address/ })
    for (const wrong of [{ to: 'x' }, { to: TO, data: '0x1' }, { to: TO, value: -1n }]) {
      expect(await refusal(account.send(wrong))).toBeInstanceOf(TypeError)
    }
  })

  it('is opened for an original proxy of the manager alone', async () => {
    const invalid = (reason: unknown) => ({ code: 'ACCOUNT_IDENTITY_INVALID', reason })
    const pretended = await world.deploy(pretendedIdentity(manager.contract.address, owner.address, TO))
    expect(await manager.isOwner(pretended, owner.address)).toBe(true)
    expect(await refusal(open(pretended))).toMatchObject(invalid('not the code of a proxy'))
    expect(await refusal(open(TO))).toMatchObject(invalid('not the code of a proxy'))
    const others = `owned by ${metaManager.contract.address}`
    expect(await refusal(open(metaAccount.address))).toMatchObject(invalid(others))
    const { rpcUrl: rpc } = world.devnet
    const elsewhere = { ...owner.direct, chainId: 1n }
    const parts = { rpc, manager: manager.contract, identity: account.address }
    expect(await refusal(contractAccount({ ...parts, caller: elsewhere }))).toMatchObject({
      code: 'RPC_WRONG_CHAIN',
    })
    const { meta } = await world.penniless()
    expect(await refusal(contractAccount({ ...parts, caller: meta }))).toBeInstanceOf(TypeError)
    expect(await refusal(manager.create(elsewhere, { owner: TO, recoveryKey: TO }))).toBeInstanceOf(TypeError)
    const keys = { owner: TO, recoveryKey: TO }
    await manager.register(metaAccount, keys)
    const twice = manager.register(metaAccount, keys)
    expect(await refusal(twice)).toMatchObject({ code: 'TRANSACTION_FAILED' })
  })
})

describe('creating an identity', () => {
  it('has the proxy do something at once', async () => {
    const { registry } = world.devnet
    const created = await metaManager.create(owner.direct, {
      owner: owner.address,
      recoveryKey: TO,
      firstCall: (identity) => registrationCall(registry, identity, CID),
    })
    expect(created.asExpected).toBe(true)
    const { data } = registrationCall(registry, created.identity, CID)
    const get = `0x447885f0${data.slice(10, 74)}${data.slice(74, 138)}${data.slice(74, 138)}`
    expect(await world.rpc('eth_call', { to: registry, data: get }, 'latest')).toBe(`0x${data.slice(138)}`)
  })

  it('tells that the proxy has another address where somebody was faster', async () => {
    const keys = { owner: owner.address, recoveryKey: TO }
    let expected = ''
    const slow = {
      ...owner.direct,
      async call(to: string, data: string) {
        await manager.create(owner.direct, { ...keys, recoveryKey: world.devnet.registry })
        return owner.direct.call(to, data)
      },
    }
    const created = await manager.create(slow, {
      ...keys,
      firstCall(identity) {
        expected = identity
        return registrationCall(world.devnet.registry, identity, CID)
      },
    })
    expect(created.asExpected).toBe(false)
    expect(created.identity).not.toBe(expected)
    await manager.verify(created.identity)
  })

  it('does not take another transaction for it', async () => {
    const other = { ...owner.direct, call: () => owner.account.send({ to: TO, value: 1n }) }
    const creating = manager.create(other, { owner: owner.address, recoveryKey: TO })
    expect(await refusal(creating)).toMatchObject({ code: 'ACCOUNT_IDENTITY_INVALID' })
  })
})

describe('an app that asks for a transaction', () => {
  const flow = () => {
    const { identityContracts, rpcUrl } = world.devnet
    const managers = [manager.contract, metaManager.contract]
    const trusted = { managers, relays: [identityContracts.txRelay] }
    const carriers = [proxyCallReader({ '0x7a69': trusted })]
    return transaction({ networks: { '0x7a69': { rpc: rpcUrl } }, carriers, pollSeconds: 0.02 })
  }

  async function ask(params: TransactionParams, by: Account): Promise<SubmittedTransaction> {
    const exchange = await createWorld()
    const asked = exchange.requester.request(flow(), params, { via: 'screen' })
    asked.catch(() => {})
    await Promise.race([exchange.screen.arrived, asked])
    const responder = exchange.responder(exchange.user, { flows: [answerTransaction] })
    const consent = await responder.receive(exchange.screen.last.uri())
    if (!consent.is(answerTransaction)) throw new Error('another flow')
    await consent.approve({ account: by })
    return asked as Promise<SubmittedTransaction>
  }

  /** What the app makes of a hash that somebody posts as the answer. */
  async function verify(params: TransactionParams, tx: string) {
    const { requester } = await createWorld()
    const asking = flow()
    const { id, jwt } = await requester.create(asking, params, { reply: 'local' })
    const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub'])) ?? new Uint8Array()
    return requester.verify(asking, id, { encrypted: { ...sealBox(JSON.stringify({ tx }), boxPub) } })
  }

  it.each(['contract', 'meta'])('takes the answer of an identity that is a contract, as %s', async (kind) => {
    const by = kind === 'meta' ? metaAccount : account
    const call = registrationCall(world.devnet.registry, by.address, CID)
    const sent = await ask({ ...call, network: '0x7a69', from: by.address }, by)
    expect(sent).toMatchObject({ from: by.address, to: call.to, data: call.data, value: 0n })
    const { logs } = await sent.confirmed()
    expect(logs.map(({ address }) => address)).toContain(by.address)
  })

  it('does not take what contracts do that nobody named, or that only pretend', async () => {
    const params = { to: TO, value: 0n, network: '0x7a69', data: '0xabcdef01' }
    const forward = (identity: string, to = TO, data = params.data) =>
      MANAGERS.identity.encodeFunctionData('forwardTo', [identity, to, 0n, data])
    const pretended = await world.deploy(pretendedIdentity(manager.contract.address, owner.address, TO))
    const unknown = world.manager(
      'identity',
      await world.deployOriginal('IdentityManager', 3600, 129600, 1200),
    )
    const other = await unknown.create(owner.direct, { owner: owner.address, recoveryKey: TO })
    const kin = await manager.create(owner.direct, { owner: owner.address, recoveryKey: TO })
    const calls = [
      { to: manager.contract.address, data: forward(pretended) },
      { to: manager.contract.address, data: `${forward(account.address)}00` },
      { to: manager.contract.address, data: forward(account.address, kin.identity) },
      { to: unknown.contract.address, data: forward(other.identity) },
    ]
    for (const call of calls) {
      const { hash } = await owner.account.send(call)
      expect(await refusal(verify(params, hash))).toMatchObject({ code: 'TRANSACTION_MISMATCH' })
    }
    const { hash } = await owner.account.send({
      to: manager.contract.address,
      data: forward(account.address),
    })
    expect(await verify(params, hash)).toMatchObject({ from: account.address })
    const renamed = verify({ ...params, from: owner.address }, hash)
    expect(await refusal(renamed)).toMatchObject({ code: 'TRANSACTION_MISMATCH' })
  })
})
