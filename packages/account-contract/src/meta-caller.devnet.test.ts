import type { Account } from '@uport-kit/core'
import {
  ANY_SENDER,
  type MetaTransactionSender,
  parseMetaTransaction,
  relayCallData,
  type SignedMetaTransaction,
  serializeMetaTransaction,
} from '@uport-kit/core/ethereum'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChainWorld, type Party, refusal, startChainWorld } from '../test-support/chain-world.ts'
import { contractAccount } from './contract-account.ts'
import type { IdentityManager } from './identity-manager.ts'
import { encodeAct } from './manager-call.ts'
import { metaCaller } from './meta-caller.ts'
import { payingSender } from './paying-sender.ts'
import { registrationCall } from './register-document.ts'
import { TxRelay } from './tx-relay.ts'

const TO = '0x00521965e7bd230323c423d96c657db5b79d099f'
const CID = 'QmWzBDtv8m21ph1aM57yVDWxdG7LdQd3rNf5xrRiiV2D2E'
const REVERTS = { code: 'TRANSACTION_FAILED', reason: 'it would revert' }

let world: ChainWorld
let manager: IdentityManager
let relay: TxRelay
let payer: Party
let owner: Party
let account: Account
const sent: SignedMetaTransaction[] = []

/** Sends, and keeps what everybody can read on the chain afterwards. */
function recording(inner: MetaTransactionSender): MetaTransactionSender {
  return {
    send(signed, options) {
      sent.push(signed)
      return inner.send(signed, options)
    },
  }
}

function caller(by: Party, changes: { readonly whitelistOwner?: string; readonly relay?: string } = {}) {
  const { rpcUrl: rpc, chainId } = world.devnet
  const { keys, keyId } = by
  const sender = recording(payingSender(payer.account))
  return metaCaller({ keys, keyId, rpc, chainId, relay: relay.address, sender, ...changes })
}

async function accountOf(by: Party, changes = {}): Promise<Account> {
  const { rpcUrl: rpc } = world.devnet
  const identity = account.address
  return contractAccount({ rpc, manager: manager.contract, identity, caller: await caller(by, changes) })
}

beforeAll(async () => {
  world = await startChainWorld()
  const { metaIdentityManager, txRelay } = world.devnet.identityContracts
  manager = world.manager('meta', metaIdentityManager)
  relay = new TxRelay(txRelay, world.devnet.rpcUrl)
  payer = await world.party()
  owner = await world.penniless()
  const by = await caller(owner)
  const { identity } = await manager.create(by, { owner: owner.address, recoveryKey: payer.address })
  const { rpcUrl: rpc } = world.devnet
  account = await contractAccount({ rpc, manager: manager.contract, identity, caller: by })
}, 60_000)
afterAll(() => world.close())

const setting = () => registrationCall(world.devnet.registry, account.address, CID)

describe('meta-transactions', () => {
  it('are numbered in order, however many wait', async () => {
    const before = await relay.nonce(owner.address)
    const hashes = await Promise.all([1, 2, 3].map(() => account.send(setting())))
    await Promise.all(hashes.map((hash) => world.mined(hash)))
    expect(await relay.nonce(owner.address)).toBe(before + 3n)
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(3)
  })

  it('are numbered anew after one that was lost or failed', async () => {
    const { rpcUrl: rpc, chainId } = world.devnet
    const { keys, keyId } = owner
    const outcomes: (() => Promise<{ hash: string }>)[] = [
      async () => ({ hash: `0x${'ab'.repeat(32)}` }),
      () => payer.account.send({ to: TO, value: 1n }),
    ]
    const real = payingSender(payer.account)
    const sender: MetaTransactionSender = {
      send: (signed, options) => outcomes.shift()?.() ?? real.send(signed, options),
    }
    const by = await metaCaller({ keys, keyId, rpc, chainId, relay: relay.address, sender })
    const parts = { rpc, manager: manager.contract, identity: account.address, caller: by }
    const careless = await contractAccount(parts)
    await careless.send(setting())
    await world.mined(await careless.send(setting()))
    const before = await relay.nonce(owner.address)
    await world.mined(await careless.send(setting()))
    expect(await relay.nonce(owner.address)).toBe(before + 1n)
  })

  it('count on top of one that waits for a block', async () => {
    await world.rpc('evm_setAutomine', false)
    const first = await account.send(setting())
    const second = await account.send(setting())
    await world.rpc('evm_setAutomine', true)
    await world.devnet.mine()
    await Promise.all([world.mined(first), world.mined(second)])
  })

  it('cannot be sent a second time, nor through another relay', async () => {
    await world.mined(await account.send(setting()))
    const used = sent.at(-1)
    if (used === undefined) throw new Error('nothing was sent')
    expect(parseMetaTransaction(serializeMetaTransaction(used))).toMatchObject(used)
    const attacker = await world.party()
    const data = relayCallData(used)
    expect(await refusal(attacker.account.send({ to: relay.address, data }))).toEqual(REVERTS)
    const other = await world.deployOriginal('TxRelay')
    expect(await refusal(attacker.account.send({ to: other, data }))).toEqual(REVERTS)
    // Signed for the next nonce, but for the other relay.
    const next = await caller(owner, { relay: other })
    const trusted = encodeAct(manager.contract, owner.address, 'forwardTo', [account.address, TO, 0n, '0x'])
    expect(await refusal(next.call(manager.contract.address, trusted))).toEqual(REVERTS)
    const elsewhere = relayCallData(sent.at(-1) ?? used)
    expect(await refusal(attacker.account.send({ to: relay.address, data: elsewhere }))).toEqual(REVERTS)
  })

  it('give a stranger no power, with a signature of their own or without', async () => {
    const stranger = await world.penniless()
    const needed = { identity: account.address, key: stranger.address, needed: 'owner' }
    const theirs = await accountOf(stranger)
    expect(await refusal(theirs.send(setting()))).toEqual({ code: 'ACCOUNT_NOT_OWNER', ...needed })
    const args = [account.address, TO, 0n, '0x']
    const own = encodeAct(manager.contract, stranger.address, 'forwardTo', args)
    const inName = encodeAct(manager.contract, owner.address, 'forwardTo', args)
    const to = manager.contract.address
    const by = await caller(stranger)
    expect(await refusal(by.call(to, own))).toEqual(REVERTS)
    expect(await refusal(by.call(to, inName))).toBeInstanceOf(TypeError)
    const attacker = await world.party()
    expect(await refusal(attacker.account.send({ to, data: inName }))).toEqual(REVERTS)
    const forged = { ...sent.at(-1)!, sender: owner.address, data: inName }
    const data = relayCallData(forged)
    expect(await refusal(attacker.account.send({ to: relay.address, data }))).toEqual(REVERTS)
  })

  it('are sent by those whom the whitelist names', async () => {
    const lister = await world.party()
    const by = await accountOf(owner, { whitelistOwner: lister.address })
    expect(await refusal(by.send(setting()))).toEqual(REVERTS)
    await world.mined(await relay.setListed(lister.account, [payer.address], true))
    expect(await relay.isListed(lister.address, payer.address)).toBe(true)
    await world.mined(await by.send(setting()))
    expect(sent.at(-1)?.whitelistOwner).toBe(lister.address)
    await world.mined(await relay.setListed(lister.account, [payer.address], false))
    expect(await refusal(by.send(setting()))).toEqual(REVERTS)
    const own = await relay.setListed(payer.account, [payer.address], true)
    await world.mined(own)
    expect(await relay.isListed(lister.address, payer.address)).toBe(false)
    expect(() => relay.setListed(payer.account, [ANY_SENDER], true)).toThrow(TypeError)
  })

  it('of nobody are taken by the contract, and by nothing here', async () => {
    const nonce = async () =>
      BigInt(String(await world.rpc('eth_call', { to: relay.address, data }, 'latest')))
    const data = `0x2d0335ab${'0'.repeat(64)}`
    const before = await nonce()
    const zero = `0x${'00'.repeat(32)}`
    const nobody: SignedMetaTransaction = {
      relay: relay.address,
      whitelistOwner: ANY_SENDER,
      sender: ANY_SENDER,
      destination: TO,
      data: '0x12345678',
      signature: { r: zero, s: zero, v: 27 },
    }
    const attacker = await world.party()
    await world.mined(await payingSender(attacker.account).send(nobody))
    expect(await nonce()).toBe(before + 1n)
    expect(await refusal((async () => parseMetaTransaction(serializeMetaTransaction(nobody)))())).toEqual({
      code: 'META_TRANSACTION_INVALID',
      reason: 'sender',
    })
    const by = await caller(owner)
    for (const short of ['0x', '0x12345678', `0x12345678${'0'.repeat(64)}`]) {
      expect(await refusal(by.call(TO, short))).toBeInstanceOf(TypeError)
    }
  })

  it('are made by a key that exists, for a relay that is one', async () => {
    const { rpcUrl: rpc, chainId } = world.devnet
    const { keys, keyId } = owner
    const parts = { keys, keyId, rpc, chainId, relay: relay.address, sender: payingSender(payer.account) }
    expect(await refusal(metaCaller({ ...parts, keyId: 'none' }))).toEqual({
      code: 'KEY_NOT_FOUND',
      keyId: 'none',
    })
    expect(await refusal(metaCaller({ ...parts, relay: ANY_SENDER }))).toBeInstanceOf(TypeError)
    const wrong = await metaCaller({ ...parts, chainId: 1n })
    expect(await refusal(wrong.call(TO, '0x'))).toMatchObject({ code: 'RPC_WRONG_CHAIN' })
    const empty = await metaCaller({ ...parts, relay: TO })
    expect(await refusal(empty.call(TO, '0x'))).toMatchObject({ code: 'RPC_FAILED' })
  })
})
