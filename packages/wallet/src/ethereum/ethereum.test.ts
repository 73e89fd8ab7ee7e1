import {
  type Account,
  type JsonObject,
  MemoryKeyStore,
  type TransactionRequest,
  UportError,
} from '@uport-kit/core'
import { typedData } from '@uport-kit/core/ethereum'
import { describe, expect, it } from 'vitest'
import { codeOf, createWalletWorld, networkDown } from '../../test-support/wallet-world.ts'
import { defaultScreens } from '../screens/default-screens.ts'
import type { Script } from '../testing/scripted-prompt.ts'
import { createChainProbe, ethereumScreens, openKeyPairAccounts } from './index.ts'

const HASH = `0x${'ab'.repeat(32)}`
const TO = `0x${'11'.repeat(20)}`
const MAIL = {
  types: { Mail: [{ name: 'contents', type: 'string' }] },
  primaryType: 'Mail',
  domain: { name: 'Ether Mail', chainId: 1 },
  message: { contents: 'Hello, Bob!' },
} as const

/** An account that counts what it sends. */
class CountingAccount implements Account {
  readonly kind = 'keypair'
  readonly chainId = 4n
  readonly address: string
  readonly sent: TransactionRequest[] = []
  failure: unknown
  beforeSending: () => void = () => {}

  constructor(address: string) {
    this.address = address
  }

  async send(transaction: TransactionRequest): Promise<{ readonly hash: string }> {
    this.beforeSending()
    if (this.failure !== undefined) throw this.failure
    this.sent.push(transaction)
    return { hash: HASH }
  }
}

async function spender(script: Script = 'approve') {
  const account = new CountingAccount(`0x${'22'.repeat(20)}`)
  const all = await createWalletWorld(script, {
    accountKeys: new MemoryKeyStore(),
    networks: [{ id: '0x4', rpcUrl: 'https://rinkeby.example', name: 'Rinkeby' }],
    screens: [...defaultScreens, ...ethereumScreens],
    openAccount: () => account,
  })
  const general = { kind: 'general', network: 4n, address: account.address, keyId: 'k' } as const
  await all.wallet.accounts.add({ ...general, owner: all.world.user.did })
  const transfer = (changes: JsonObject = {}) =>
    all.request({ type: 'ethtx', net: '0x4', to: TO, value: '0xa', claims: null, ...changes })
  return { ...all, account, transfer }
}

describe('a transaction to send', () => {
  it('is shown whole, sent once, and answered with its hash', async () => {
    const { wallet, account, transfer, prompt, sender } = await spender()
    await wallet.handle(await transfer({ label: 'rent\u202e' }))
    expect(prompt.last.details).toEqual({
      kind: 'transaction',
      form: 'transfer',
      network: '0x4',
      networkName: 'Rinkeby',
      account: account.address,
      to: TO,
      value: 10n,
      data: '0x',
      call: undefined,
      label: { text: 'rent', altered: true },
    })
    expect(prompt.last.bound).toBe('channel')
    expect(account.sent).toEqual([{ to: TO, value: 10n, data: '0x' }])
    expect(sender.sent.map(({ body }) => body)).toEqual([{ tx: HASH }])
  })

  it('shows a call in words', async () => {
    const { wallet, transfer, prompt } = await spender('decline')
    await wallet.handle(await transfer({ value: null, fn: `transfer(address ${TO}, uint256 5)` }))
    expect(prompt.last.details).toMatchObject({
      form: 'call',
      call: {
        signature: 'transfer(address,uint256)',
        arguments: [{ value: { text: TO } }, { value: { text: '5' } }],
      },
    })
  })

  it('is not sent again when its answer was not delivered, nor by a second wallet on the store', async () => {
    const { wallet, restart, account, transfer, sender } = await spender()
    const jwt = await transfer()
    sender.failure = networkDown()
    await wallet.handle(jwt)
    expect(await codeOf(restart().handle(jwt))).toBe('REQUEST_ALREADY_ANSWERED')
    sender.failure = undefined
    await wallet.deliver()
    expect(account.sent).toHaveLength(1)
    expect(sender.sent).toHaveLength(1)
  })

  it('is sent by one of two wallets that are asked at once', async () => {
    const { wallet, restart, account, transfer } = await spender()
    const [record] = await wallet.receive(await transfer())
    const id = record?.id ?? ''
    const codes = await Promise.all([codeOf(wallet.answer(id)), codeOf(restart().answer(id))])
    expect(codes.sort()).toEqual(['REQUEST_ALREADY_ANSWERED', 'resolved'])
    expect(account.sent).toHaveLength(1)
  })

  it('may be tried again where it was not sent for a lack that can be mended', async () => {
    const { wallet, account, transfer, sender } = await spender()
    account.failure = new UportError('ACCOUNT_FUNDS_INSUFFICIENT', 'poor', {
      data: { address: account.address, chainId: '4' },
    })
    expect(await codeOf(wallet.handle(await transfer()))).toBe('ACCOUNT_FUNDS_INSUFFICIENT')
    const [record] = await wallet.pending.list()
    account.failure = undefined
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'approved' })
    expect(account.sent).toHaveLength(1)
    expect(sender.sent.map(({ body }) => body)).toEqual([{ tx: HASH }])
  })

  it.each([
    [
      'a coded error',
      new UportError('TRANSACTION_FAILED', 'no', { data: { reason: 'it would revert: closed' } }),
    ],
    [
      'an answer that says nothing',
      new UportError('SPONSOR_UNAVAILABLE', 'no', {
        data: { host: 'x', reason: 'timeout' },
        retryable: true,
      }),
    ],
    ['an error of the account’s own', new Error('out of ink')],
  ])('is told as not possible where sending fails with %s, and never tried again', async (_, failure) => {
    const { wallet, restart, account, transfer, sender } = await spender()
    account.failure = failure
    const jwt = await transfer()
    const [outcome] = await wallet.handle(jwt)
    expect(outcome).toMatchObject({ decision: 'failed', delivered: true, cause: failure })
    account.failure = undefined
    for (const again of [wallet, restart()]) {
      expect(await codeOf(again.handle(jwt))).toBe('REQUEST_ALREADY_ANSWERED')
    }
    expect(account.sent).toEqual([])
    expect(sender.sent.map(({ body }) => body)).toEqual([{ error: 'processing_error' }])
    const code = failure instanceof UportError ? failure.code : undefined
    const lines = (await wallet.activity.list()).map((line) => [line.kind, line.code])
    expect(lines.slice(0, 2)).toEqual([
      ['received', undefined],
      ['failed', code],
    ])
  })

  it('is told as not possible later where nobody can be told now, and to nobody after its end', async () => {
    const { world, wallet, account, transfer, sender } = await spender()
    account.failure = new Error('out of ink')
    sender.failure = networkDown()
    const [outcome] = await wallet.handle(await transfer())
    expect(outcome).toMatchObject({ decision: 'failed', delivered: false, cause: account.failure })
    sender.failure = undefined
    expect(await wallet.deliver()).toBe(0)
    expect(sender.sent.map(({ body }) => body)).toEqual([{ error: 'processing_error' }])
    account.beforeSending = () => world.clock.advance(121)
    const [late] = await wallet.handle(await transfer({ value: '0xb' }))
    expect(late).toMatchObject({ decision: 'failed', delivered: false, cause: account.failure })
    expect(await wallet.deliver()).toBe(0)
    expect(sender.sent).toHaveLength(1)
    expect(await wallet.pending.list()).toEqual([])
  })

  it('is told as not possible where it cannot be paid, and the person gives up', async () => {
    const failure = new UportError('ACCOUNT_FUNDS_INSUFFICIENT', 'poor', {
      data: { address: TO, chainId: '4' },
    })
    let tries = 0
    const { wallet, account, transfer, sender } = await spender(() => ({
      decision: ++tries === 1 ? 'approve' : 'fail',
    }))
    account.failure = failure
    expect(await codeOf(wallet.handle(await transfer()))).toBe('ACCOUNT_FUNDS_INSUFFICIENT')
    const [record] = await wallet.pending.list()
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'failed', delivered: true })
    expect(sender.sent.map(({ body }) => body)).toEqual([{ error: 'processing_error' }])
    expect(await wallet.pending.list()).toEqual([])
  })

  it('is sent from the named account, the app’s own, the identity’s, or the first on the chain', async () => {
    const { wallet, world, transfer, prompt } = await spender('decline')
    const [first] = await wallet.accounts.list()
    if (first === undefined) throw new Error('no account')
    await wallet.accounts.remove(first)
    const account = (digit: string) => ({ network: 4n, address: `0x${digit.repeat(40)}`, keyId: 'k' })
    const general = { kind: 'general' } as const
    const chosen = async (changes: JsonObject) => {
      await wallet.handle(await transfer(changes))
      const { details } = prompt.last
      return details.kind === 'transaction' ? details.account.at(-1) : undefined
    }
    await wallet.accounts.add({ ...account('a'), ...general, owner: 'did:web:other.example' })
    expect(await chosen({ value: '0x1' })).toBe('a')
    await wallet.accounts.add({ ...account('b'), ...general, owner: world.user.did })
    expect(await chosen({ value: '0x2' })).toBe('b')
    const own = { kind: 'keypair', owner: world.user.did, requester: world.app.did } as const
    await wallet.accounts.add({ ...account('c'), ...own })
    expect(await chosen({ value: '0x3' })).toBe('c')
    expect(await chosen({ value: '0x4', from: account('a').address })).toBe('a')
  })

  it('is not shown for an account or a chain that is not ours', async () => {
    const { wallet, transfer, prompt } = await spender()
    expect(await codeOf(wallet.handle(await transfer({ from: TO })))).toBe('SIGNER_MISMATCH')
    expect(await codeOf(wallet.handle(await transfer({ net: '0x539' })))).toBe('WALLET_NETWORK_UNKNOWN')
    const [general] = await wallet.accounts.list()
    if (general !== undefined) await wallet.accounts.remove(general)
    expect(await codeOf(wallet.handle(await transfer()))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
    expect(prompt.screens).toEqual([])
  })
})

describe('typed data to sign', () => {
  it('is shown whole, signed, and taken by the app', async () => {
    const { world, wallet, prompt } = await spender()
    const exchange = await world.requester.start(typedData, { typedData: MAIL })
    await wallet.handle(exchange.request.uri())
    expect(await exchange.result).toMatchObject({ did: world.user.did })
    expect(prompt.last.details).toMatchObject({
      kind: 'signature',
      form: 'typed-data',
      content: { primaryType: 'Mail', message: { contents: 'Hello, Bob!' } },
    })
  })

  it('is not shown to another identity than the one it names', async () => {
    const { world, wallet, request, prompt } = await spender()
    const exchange = await world.requester.start(typedData, { typedData: MAIL })
    await exchange.cancel()
    exchange.result.catch(() => {})
    const { typedData: content } = JSON.parse(
      Buffer.from(exchange.request.jwt.split('.')[1] ?? '', 'base64url').toString(),
    )
    const jwt = await request({
      type: 'eip712Req',
      typedData: content,
      riss: world.stranger.did,
      claims: null,
    })
    expect(await codeOf(wallet.handle(jwt))).toBe('SIGNER_MISMATCH')
    expect(prompt.screens).toEqual([])
  })
})

describe('accounts over JSON-RPC', () => {
  it('refuse what they cannot act for', async () => {
    const { world } = await createWalletWorld()
    const keys = new MemoryKeyStore()
    const { keyId } = await keys.create()
    const open = openKeyPairAccounts({ keys })
    const record = {
      kind: 'keypair',
      network: '0x539',
      address: TO,
      mnid: 'x',
      keyId,
      owner: world.user.did,
    } as const
    const network = { id: '0x539', rpcUrl: 'https://chain.example/' }
    expect(() => open({ ...record, kind: 'segregated' }, network)).toThrow(TypeError)
    const brought = { ...network, requester: world.app.did }
    expect(() => open(record, brought)).toThrow(TypeError)
    const account = await open(record, network)
    expect(account.chainId).toBe(1337n)
    expect(await open(record, network)).toBe(account)
  })

  it('probe a chain over SafeFetch alone', async () => {
    const asked: string[] = []
    const answer = (result: string) =>
      new TextEncoder().encode(JSON.stringify({ jsonrpc: '2.0', id: 1, result }))
    const serving = (version: string, chainId: string) =>
      createChainProbe({
        async fetch(url, { body }) {
          asked.push(url.href)
          const { method, id } = JSON.parse(String(body))
          const text = new TextDecoder().decode(answer(method === 'net_version' ? version : chainId))
          const bytes = new TextEncoder().encode(JSON.stringify({ ...JSON.parse(text), id }))
          return { status: 200, url, headers: new Map(), body: bytes }
        },
      })
    const chain = {
      network: 1337n,
      rpcUrl: 'https://chain.example/',
      requester: 'did:web:app.example',
    } as const
    await serving('1337', '0x539')(chain)
    expect(new Set(asked)).toEqual(new Set(['https://chain.example/']))
    expect(await codeOf(serving('1', '0x1')(chain))).toBe('PRIVATE_CHAIN_MISMATCH')
    expect(await codeOf(serving('1337', '0x1')(chain))).toBe('PRIVATE_CHAIN_MISMATCH')
    expect(await codeOf(serving('10', '0xa')({ ...chain, network: 10n }))).toBe('PRIVATE_CHAIN_NETWORK_KNOWN')
  })
})
