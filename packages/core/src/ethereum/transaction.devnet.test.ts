import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { Interface } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, rejection, type World } from '../../test-support/exchange-world.ts'
import { decodeBase64 } from '../bytes/base64.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { sealBox } from '../encryption/box.ts'
import { isUportError } from '../errors/uport-error.ts'
import { encodeMnid } from '../identity/mnid.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Account, Json } from '../ports/index.ts'
import { memoryAnsweredRequests } from '../stores/memory-answered-requests.ts'
import { answerTransaction } from './answer-transaction.ts'
import { ChainReader } from './chain-reader.ts'
import { followTransaction } from './confirm-transaction.ts'
import { httpRpc } from './json-rpc.ts'
import { keyPairAccount } from './key-pair-account.ts'
import { type SubmittedTransaction, type TransactionFlow, transaction } from './transaction-flow.ts'
import type { TransactionParams } from './transaction-payload.ts'

const TO = '0x00521965e7bd230323c423d96c657db5b79d099f'
const OTHER = '0x70a804cce17149deb6030039798701a38667ca3b'

/** Code of a contract that answers every call by reverting with these bytes (at most 255). */
function reverting(data: string): string {
  const length = (data.length / 2 - 1).toString(16).padStart(2, '0')
  const runtime = `60${length}600c60003960${length}6000fd${data.slice(2)}`
  const size = (runtime.length / 2).toString(16).padStart(2, '0')
  return `0x60${size}600c60003960${size}6000f3${runtime}`
}
const REASON = new Interface(['error Error(string)']).encodeErrorResult('Error', ['closed\nfor today'])

let devnet: Devnet
let flow: TransactionFlow
let keys: MemoryKeyStore
let account: Account
let sender = ''

beforeAll(async () => {
  devnet = await startDevnet()
  flow = transaction({ networks: { '0x7A69': { rpc: devnet.rpcUrl } }, pollSeconds: 0.02 })
  keys = new MemoryKeyStore()
  const { keyId } = await keys.create({ keyId: 'account' })
  const { rpcUrl, chainId } = devnet
  account = await keyPairAccount({ keys, keyId, rpc: rpcUrl, chainId })
  await devnet.fund(account.address)
  sender = devnet.accounts[1]?.address.toLowerCase() ?? ''
})
afterAll(() => devnet.stop())

function rpc(method: string, ...params: Json[]): Promise<unknown> {
  return httpRpc(devnet.rpcUrl).request({ method, params })
}

/** Sends from an account of the chain's own, past every check of ours. */
async function sendRaw(fields: Record<string, string>): Promise<string> {
  return String(await rpc('eth_sendTransaction', { from: sender, gas: '0x30000', ...fields }))
}

/** The whole way: request, consent, account, reply, chain. */
async function exchange(params: TransactionParams, by: Account = account) {
  const world = await createWorld()
  const asked = world.requester.request(flow, params, { via: 'screen' })
  asked.catch(() => {})
  await Promise.race([world.screen.arrived, asked])
  const responder = world.responder(world.user, { flows: [answerTransaction] })
  const consent = await responder.receive(world.screen.last.uri())
  if (!consent.is(answerTransaction)) throw new Error('another flow')
  return { world, asked, consent, approve: () => consent.approve({ account: by }) }
}

/** What the app makes of a hash that somebody posts as the answer. */
async function verify(params: TransactionParams, tx: string, world?: World): Promise<SubmittedTransaction> {
  const { requester } = world ?? (await createWorld())
  const { id, jwt } = await requester.create(flow, params, { reply: 'local' })
  const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub'])) ?? new Uint8Array()
  return requester.verify(flow, id, { encrypted: { ...sealBox(JSON.stringify({ tx }), boxPub) } })
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  const error = await rejection(promise)
  if (!isUportError(error)) return error
  return { code: error.code, ...error.data }
}

describe('a transaction from request to block', () => {
  it('transfers', async () => {
    const mnid = encodeMnid({ network: devnet.chainId, address: TO })
    const { asked, consent, approve } = await exchange({
      to: mnid,
      value: 1000n,
      from: account.address,
      label: 'Tip',
    })
    expect(consent.request).toMatchObject({
      kind: 'transfer',
      to: TO,
      value: 1000n,
      network: 31337n,
      label: 'Tip',
    })
    await approve()
    const sent = await asked
    expect(sent).toMatchObject({
      status: 'submitted',
      did: undefined,
      from: account.address,
      to: TO,
      value: 1000n,
    })
    expect(sent).toMatchObject({ bound: 'channel', sealed: true })
    const done = await sent.confirmed()
    expect(done).toMatchObject({
      status: 'confirmed',
      hash: sent.hash,
      network: 31337n,
      gasUsed: 21000n,
      logs: [],
    })
    expect(BigInt(String(await rpc('eth_getBalance', TO, 'latest')))).toBe(1000n)
  })

  it('creates a contract, and calls it with data from the ABI', async () => {
    const created = await exchange({ network: devnet.chainId, data: `0x6005600c60003960056000f360006000f3` })
    expect(created.consent.request.kind).toBe('creation')
    await created.approve()
    const { contractAddress } = await (await created.asked).confirmed()
    expect(contractAddress).toMatch(/^0x[0-9a-f]{40}$/)
    const contract = { abi: ['function set(string text, uint256 n)'], method: 'set', args: ['hello', 5n] }
    const call = await exchange({ to: contractAddress, network: '0x7a69', contract })
    expect(call.consent.request.call).toMatchObject({
      signature: 'set(string,uint256)',
      arguments: [
        { type: 'string', value: 'hello' },
        { type: 'uint256', value: '5' },
      ],
    })
    await call.approve()
    const sent = await call.asked
    expect(sent.data).toBe(new Interface(contract.abi).encodeFunctionData('set', contract.args))
    expect((await sent.confirmed({ confirmations: 1 })).status).toBe('confirmed')
  })

  it('waits for as many blocks as asked', async () => {
    const hash = await sendRaw({ to: TO, value: '0x7' })
    const sent = await verify({ to: TO, network: '0x7a69', value: 7n }, hash)
    const confirmed = sent.confirmed({ confirmations: 3 })
    let done = false
    void confirmed.then(() => {
      done = true
    })
    expect(await refusal(sent.confirmed({ confirmations: 3, timeout: 0.1 }))).toMatchObject({
      code: 'TRANSACTION_TIMEOUT',
    })
    expect(done).toBe(false)
    await devnet.mine(2)
    expect((await confirmed).hash).toBe(hash)
  })

  it('is sent once, however often it is approved', async () => {
    const { world, consent, asked } = await exchange({ to: TO, network: '0x7a69', value: 3n })
    let sends = 0
    const counting: Account = {
      kind: account.kind,
      chainId: account.chainId,
      address: account.address,
      send: (...args) => {
        sends++
        return account.send(...args)
      },
    }
    const answered = memoryAnsweredRequests({ clock: world.clock })
    const responder = world.responder(world.user, { flows: [answerTransaction], answered })
    const uri = world.screen.last.uri()
    const consents = await Promise.all([responder.receive(uri), responder.receive(uri)])
    const outcomes = await Promise.allSettled(
      consents.map((one) => (one.is(answerTransaction) ? one.approve({ account: counting }) : one.decline())),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(sends).toBe(1)
    expect((await asked).value).toBe(3n)
    expect(consent.requestType).toBe('ethtx')
  })

  it('is told to the app as not possible, where the wallet gives up', async () => {
    const { asked, approve, consent } = await exchange({ to: TO, value: 10n ** 30n, network: '0x7a69' })
    expect(await refusal(approve())).toMatchObject({ code: 'ACCOUNT_FUNDS_INSUFFICIENT' })
    await consent.fail()
    expect(await refusal(asked)).toMatchObject({ code: 'REQUEST_REFUSED', error: 'processing_error' })
    expect(await refusal(approve())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
  })

  it('leaves the consent open where sending failed', async () => {
    const { asked, consent } = await exchange({ to: TO, network: '0x7a69', value: 4n })
    const broken: Account = { ...plain(account), send: () => Promise.reject(new Error('no network')) }
    await rejection(consent.approve({ account: broken }))
    await consent.approve({ account })
    expect((await asked).value).toBe(4n)
  })

  it('is not sent from another account or chain than the request names, nor from none', async () => {
    const first = await exchange({ to: TO, network: '0x7a69', from: OTHER })
    expect(await refusal(first.approve())).toMatchObject({
      code: 'ACCOUNT_MISMATCH',
      member: 'from',
      expected: OTHER,
    })
    const second = await exchange({ to: TO, network: '0x7a69' })
    const elsewhere: Account = { ...plain(account), chainId: 1n }
    expect(await refusal(second.consent.approve({ account: elsewhere }))).toMatchObject({
      member: 'net',
      found: '0x1',
    })
    expect(await refusal(second.consent.approve({}))).toBeInstanceOf(TypeError)
    await Promise.all([first.world.requester.close(), second.world.requester.close()])
  })
})

function plain({ kind, chainId, address, send }: Account): Account {
  return { kind, chainId, address, send: (...args) => send.apply(account, args) }
}

describe('the hash in a reply', () => {
  const asked: TransactionParams = { to: TO, network: '0x7a69', value: 5n, data: '0xabcd' }
  const fields = { to: TO, value: '0x5', data: '0xabcd' }

  it('must name the transaction that was asked for', async () => {
    expect(await verify(asked, await sendRaw(fields))).toMatchObject({
      value: 5n,
      data: '0xabcd',
      from: sender,
    })
  })

  it.each<[string, Record<string, string>]>([
    ['to', { ...fields, to: OTHER }],
    ['to', { data: '0x600060006000fd', value: '0x0' }],
    ['value', { ...fields, value: '0x6' }],
    ['value', { to: TO, data: '0xabcd' }],
    ['data', { ...fields, data: '0xabce' }],
    ['data', { to: TO, value: '0x5' }],
  ])('is refused where its %s differs', async (field, other) => {
    const hash = await sendRaw({ gas: '0x30000', ...other })
    expect(await refusal(verify(asked, hash))).toMatchObject({
      code: 'TRANSACTION_MISMATCH',
      field,
      transactionHash: hash,
    })
  })

  it('is refused where another account sent it', async () => {
    const hash = await sendRaw(fields)
    expect(await refusal(verify({ ...asked, from: account.address }, hash))).toMatchObject({ field: 'from' })
  })

  it('is refused where the transaction is older than the request', async () => {
    const hash = await sendRaw(fields)
    const world = await createWorld()
    world.clock.advance(Math.floor(Date.now() / 1000) - world.clock.now() + 3600)
    expect(await refusal(verify(asked, hash, world))).toMatchObject({ field: 'time' })
  })

  it('is refused by an endpoint of another chain', async () => {
    const elsewhere = transaction({ networks: { '0x1': { rpc: devnet.rpcUrl } } })
    const { requester } = await createWorld()
    const { id, jwt } = await requester.create(elsewhere, { ...asked, network: '0x1' }, { reply: 'local' })
    const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub'])) ?? new Uint8Array()
    const body = { encrypted: { ...sealBox(JSON.stringify({ tx: await sendRaw(fields) }), boxPub) } }
    expect(await refusal(requester.verify(elsewhere, id, body))).toMatchObject({
      code: 'RPC_WRONG_CHAIN',
      found: '0x7a69',
    })
  })

  it('of nothing is retried, and text that is none is not', async () => {
    const error = await rejection(verify(asked, `0x${'ab'.repeat(32)}`))
    expect(isUportError(error, 'TRANSACTION_UNKNOWN') && error.retryable).toBe(true)
    for (const text of ['', '0x', 'abc', `0x${'ab'.repeat(33)}`]) {
      expect(await refusal(verify(asked, text))).toMatchObject({ code: 'REPLY_MALFORMED' })
    }
  })
})

describe('a transaction that does not succeed', () => {
  it('is told with the reason of its contract', async () => {
    const code = await sendRaw({ data: reverting(REASON) })
    const { contractAddress = '' } = await (
      await verify({ network: '0x7a69', data: reverting(REASON) }, code)
    ).confirmed()
    const hash = await sendRaw({ to: contractAddress })
    const sent = await verify({ to: contractAddress, network: '0x7a69' }, hash)
    const told = { code: 'TRANSACTION_REVERTED', transactionHash: hash, reason: 'closed for today' }
    expect(await refusal(sent.confirmed())).toEqual(told)
    const tried = account.send({ to: contractAddress })
    expect(await refusal(tried)).toEqual({
      code: 'TRANSACTION_FAILED',
      reason: 'it would revert: closed for today',
    })
  })

  it('is told by number or selector where the contract says no more', async () => {
    const panic = `0x4e487b71${'11'.padStart(64, '0')}`
    for (const [data, reason] of [
      [panic, 'panic 17'],
      ['0xdeadbeef', 'custom error 0xdeadbeef'],
      ['0x', undefined],
    ] as const) {
      const code = await sendRaw({ data: reverting(data) })
      const creation = await verify({ network: '0x7a69', data: reverting(data) }, code)
      const { contractAddress = '' } = await creation.confirmed()
      const sent = await verify(
        { to: contractAddress, network: '0x7a69' },
        await sendRaw({ to: contractAddress }),
      )
      const told = await rejection(sent.confirmed())
      expect(isUportError(told, 'TRANSACTION_REVERTED') && told.data.reason).toBe(reason)
    }
  })
})

describe('a transaction that waits', () => {
  beforeAll(() => rpc('evm_setAutomine', false))
  afterAll(() => rpc('evm_setAutomine', true))

  it('ends with the deadline where no block takes it, and may be waited for again', async () => {
    const clock = new ManualClock(0)
    const slow = transaction({ networks: { '0x7a69': { rpc: devnet.rpcUrl } }, clock })
    const hash = await sendRaw({ to: TO, value: '0x9' })
    const { requester } = await createWorld()
    const { id, jwt } = await requester.create(
      slow,
      { to: TO, network: '0x7a69', value: 9n },
      { reply: 'local' },
    )
    const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub'])) ?? new Uint8Array()
    const body = { encrypted: { ...sealBox(JSON.stringify({ tx: hash }), boxPub) } }
    const sent = await requester.verify(slow, id, body)
    const waiting = sent.confirmed({ timeout: 60 })
    clock.advance(60)
    const error = await rejection(waiting)
    expect(isUportError(error, 'TRANSACTION_TIMEOUT') && error.retryable).toBe(true)
    expect(clock.pending).toBe(0)
    const abort = new AbortController()
    const aborted = sent.confirmed({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    expect(clock.pending).toBe(0)
    await devnet.mine()
    expect((await sent.confirmed()).hash).toBe(hash)
    await expect(sent.confirmed({ timeout: 0 })).rejects.toThrow(TypeError)
  })

  it('is known as replaced once another one took its nonce', async () => {
    const nonce = String(await rpc('eth_getTransactionCount', sender, 'latest'))
    const price = { gasPrice: '0x77359400', nonce }
    const hash = await sendRaw({ to: TO, value: '0x8', ...price })
    const sent = await verify({ to: TO, network: '0x7a69', value: 8n }, hash)
    await sendRaw({ to: OTHER, value: '0x8', nonce, gasPrice: '0xee6b2800' })
    await devnet.mine()
    expect(await refusal(sent.confirmed())).toEqual({ code: 'TRANSACTION_REPLACED', transactionHash: hash })
  })

  it('is known as dropped once the node holds it no longer', async () => {
    const hash = await sendRaw({ to: TO, value: '0x9' })
    const sent = await verify({ to: TO, network: '0x7a69', value: 9n }, hash)
    const waiting = refusal(sent.confirmed())
    await rpc('anvil_dropTransaction', hash)
    expect(await waiting).toEqual({ code: 'TRANSACTION_DROPPED', transactionHash: hash })
  })

  it('is followed from its hash alone', async () => {
    const chain = new ChainReader(devnet.rpcUrl)
    const terms = { pollSeconds: 0.02 }
    const hash = await sendRaw({ to: TO, value: '0xa' })
    const following = followTransaction(chain, hash, terms)
    await devnet.mine()
    expect(await following).toMatchObject({ succeeded: true, logs: [] })
    const nobodys = `0x${'ab'.repeat(32)}`
    const unknown = { code: 'TRANSACTION_UNKNOWN', transactionHash: nobodys }
    expect(await refusal(followTransaction(chain, nobodys, terms))).toEqual(unknown)
    const signal = AbortSignal.abort('early')
    expect(await rejection(followTransaction(chain, hash, { ...terms, signal }))).toBe('early')
  })

  it('shares the account with others in the queue, each with a nonce of its own', async () => {
    const sends = [1n, 2n, 3n].map((value) => account.send({ to: TO, value }))
    const hashes = (await Promise.all(sends)).map(({ hash }) => hash)
    await devnet.mine()
    expect(new Set(hashes).size).toBe(3)
    for (const hash of hashes) {
      expect(await rpc('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1', type: '0x2' })
    }
  })
})

describe('a key pair account', () => {
  it('shows the key store what it signs', async () => {
    const seen: unknown[] = []
    const watched = {
      get: keys.get.bind(keys),
      sign: (...[id, digest, context, options]: Parameters<MemoryKeyStore['sign']>) => {
        seen.push({ purpose: context.purpose, ...context.preview })
        return keys.sign(id, digest, context, options)
      },
    }
    const { rpcUrl, chainId } = devnet
    const shown = await keyPairAccount({ keys: watched, keyId: 'account', rpc: rpcUrl, chainId })
    await shown.send({ to: TO, value: 11n })
    expect(seen).toMatchObject([
      { purpose: 'transaction', chainId: '31337', to: TO, value: '11', data: '0x' },
    ])
  })

  it('tells why it does not send', async () => {
    const { rpcUrl, chainId } = devnet
    const poor = new MemoryKeyStore()
    const { keyId } = await poor.create()
    const empty = await keyPairAccount({ keys: poor, keyId, rpc: rpcUrl, chainId })
    expect(await refusal(empty.send({ to: TO, value: 1n }))).toMatchObject({
      code: 'ACCOUNT_FUNDS_INSUFFICIENT',
    })
    const wrong = await keyPairAccount({ keys, keyId: 'account', rpc: rpcUrl, chainId: 1n })
    expect(await refusal(wrong.send({ to: TO }))).toMatchObject({ code: 'RPC_WRONG_CHAIN', expected: '0x1' })
    const cheap = await keyPairAccount({ keys, keyId: 'account', rpc: rpcUrl, chainId, maxFeePerGas: 1n })
    expect(await refusal(cheap.send({ to: TO }))).toMatchObject({ code: 'TRANSACTION_FAILED' })
    expect(await refusal(keyPairAccount({ keys, keyId: 'none', rpc: rpcUrl, chainId }))).toMatchObject({
      code: 'KEY_NOT_FOUND',
    })
    expect(() => account.send({ to: '0xdead' })).toThrow(TypeError)
    expect(() => account.send({ to: TO, data: '0xabc' })).toThrow(TypeError)
    expect(() => account.send({ value: 1n })).toThrow(TypeError)
    const abort = new AbortController()
    abort.abort(new Error('stopped'))
    await expect(account.send({ to: TO }, { signal: abort.signal })).rejects.toThrow('stopped')
  })

  it('offers the same bytes again where the network fails, and says so where it never answers', async () => {
    const node = httpRpc(devnet.rpcUrl)
    let failures = 0
    const flaky = (fail: 'before' | 'after', times: number) => ({
      async request(call: { readonly method: string; readonly params?: readonly Json[] | undefined }) {
        if (call.method !== 'eth_sendRawTransaction' || failures >= times) return node.request(call)
        failures++
        if (fail === 'after') await node.request(call)
        throw new Error('connection lost')
      },
    })
    const { chainId } = devnet
    for (const when of ['before', 'after'] as const) {
      failures = 0
      const shaky = await keyPairAccount({ keys, keyId: 'account', rpc: flaky(when, 1), chainId })
      const { hash } = await shaky.send({ to: TO, value: 1n })
      expect(await rpc('eth_getTransactionByHash', hash)).toMatchObject({ hash, from: account.address })
    }
    failures = 0
    const dead = await keyPairAccount({ keys, keyId: 'account', rpc: flaky('before', 9), chainId })
    const error = await rejection(dead.send({ to: TO, value: 1n }))
    expect(isUportError(error, 'TRANSACTION_FAILED') && error.data.transactionHash).toMatch(
      /^0x[0-9a-f]{64}$/,
    )
  })
})

describe('the flow', () => {
  it('is made for the networks it can read', () => {
    expect(() => transaction({ networks: { mainnet: { rpc: 'https://rpc.example' } } })).toThrow(TypeError)
    expect(() => transaction({ networks: { '0x1': { rpc: 'ftp://rpc.example' } } })).toThrow(TypeError)
    expect(() => flow({ to: TO, network: '0x1' })).toThrow(/no endpoint/)
  })
})
