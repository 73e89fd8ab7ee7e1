import { Transaction, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { isUportError } from '../errors/uport-error.ts'
import { ANY_SENDER, type SignedMetaTransaction } from './meta-transaction.ts'
import { parseSignedTransaction } from './signed-transaction.ts'
import { SponsorClient, type SponsorClientOptions } from './sponsor-client.ts'

const HASH = `0x${'ab'.repeat(32)}`
const ADDRESS = `0x${'11'.repeat(20)}`
const TOKEN = 'secret.fuel.token'

const SIGNED: SignedMetaTransaction = {
  relay: ADDRESS,
  whitelistOwner: ANY_SENDER,
  destination: ADDRESS,
  data: `0x701b8826${ADDRESS.slice(2).padStart(64, '0')}`,
  sender: ADDRESS,
  signature: { r: HASH, s: HASH, v: 27 },
}

interface Asked {
  readonly url: string
  readonly init: RequestInit | undefined
}

function client(answer: () => Response | Promise<Response>, changes: Partial<SponsorClientOptions> = {}) {
  const asked: Asked[] = []
  const options: SponsorClientOptions = {
    url: 'https://sponsor.example/base/',
    chainId: 4n,
    token: TOKEN,
    fetch: async (input, init) => {
      asked.push({ url: String(input), init })
      return answer()
    },
    ...changes,
  }
  return { sponsor: new SponsorClient(options), asked }
}

const json = (body: unknown, init?: ResponseInit) => () => new Response(JSON.stringify(body), init)

describe('a sponsor client', () => {
  it('sends what is asked to the one address, with the token in a header and no redirect', async () => {
    const { sponsor, asked } = client(json({ txHash: HASH, succeeded: true }), { token: async () => TOKEN })
    expect(await sponsor.fund('0x00', { wait: 3 })).toEqual({ hash: HASH, succeeded: true })
    await sponsor.send(SIGNED)
    expect(asked.map(({ url }) => url)).toEqual([
      'https://sponsor.example/base/api/v1/fund/',
      'https://sponsor.example/base/api/v2/relay/',
    ])
    for (const { url, init } of asked) {
      expect(url).not.toContain(TOKEN)
      expect(init).toMatchObject({ method: 'POST', redirect: 'error', credentials: 'omit' })
      expect(new Headers(init?.headers).get('authorization')).toBe(`Bearer ${TOKEN}`)
    }
    expect(JSON.parse(String(asked[0]?.init?.body))).toEqual({ tx: '0x00', blockchain: '0x4', wait: 3 })
  })

  it('reads identities, and that one is not there yet', async () => {
    const data = { identity: null, managerAddress: ADDRESS.toUpperCase().replace('X', 'x'), txHash: HASH }
    const { sponsor } = client(json({ status: 'success', data }))
    const keys = { deviceKey: ADDRESS, recoveryKey: ADDRESS }
    const waiting = { identity: undefined, managerAddress: ADDRESS, hash: HASH }
    expect(await sponsor.createIdentity(keys)).toEqual(waiting)
    expect(await client(json({ data: { ...data, identity: ADDRESS } })).sponsor.lookup(ADDRESS)).toEqual({
      ...waiting,
      identity: ADDRESS,
    })
  })

  it('repeats a refusal: its code, and its words on one line', async () => {
    const body = { status: 'error', code: 'BUDGET_EXHAUSTED', message: `used\nup\u202e ${'x'.repeat(2000)}` }
    const { sponsor } = client(json(body, { status: 429, headers: { 'retry-after': '5' } }))
    const error = await rejection(sponsor.send(SIGNED))
    expect(isUportError(error, 'SPONSOR_REFUSED') && error.data).toMatchObject({
      status: 429,
      reason: 'BUDGET_EXHAUSTED',
      host: 'sponsor.example',
    })
    expect(isUportError(error, 'SPONSOR_REFUSED') && [error.data.detail.length, error.retryable]).toEqual([
      300,
      true,
    ])
    expect(JSON.stringify(error)).not.toContain(TOKEN)
  })

  it.each<[string, () => Response, boolean]>([
    ['text', () => new Response('hello'), false],
    ['no hash', json({ txHash: '0x1' }), false],
    ['an array', json([HASH]), false],
    ['a proxy error', () => new Response('<html>', { status: 502 }), true],
    ['an error with odd code', json({ code: 'x y', message: TOKEN }, { status: 400 }), false],
    ['too much', () => new Response('x'.repeat(70_000)), true],
  ])('takes %s for no answer', async (_what, answer, retryable) => {
    const error = await rejection(client(answer).sponsor.send(SIGNED))
    expect(isUportError(error, 'SPONSOR_UNAVAILABLE') && error.retryable).toBe(retryable)
    expect(String(error)).not.toContain(TOKEN)
  })

  it.each<[string, object]>([
    ['no manager', { txHash: HASH }],
    ['an identity that is none', { txHash: HASH, managerAddress: ADDRESS, identity: '0x1' }],
  ])('takes an identity with %s for no answer', async (_what, data) => {
    const error = await rejection(client(json({ data })).sponsor.lookup(ADDRESS))
    expect(isUportError(error, 'SPONSOR_UNAVAILABLE')).toBe(true)
  })

  it('waits no longer than told, and stops with its caller', async () => {
    const silent = () => new Promise<Response>(() => {})
    const slow = await rejection(client(silent, { timeoutMs: 5 }).sponsor.send(SIGNED))
    expect(isUportError(slow, 'SPONSOR_UNAVAILABLE') && slow.data.reason).toBe('timeout')
    const leaving = new AbortController()
    const left = rejection(client(silent).sponsor.send(SIGNED, { signal: leaving.signal }))
    leaving.abort('enough')
    expect(await left).toBe('enough')
    await expect(client(silent).sponsor.fund('0x', { wait: -1 })).rejects.toThrow(TypeError)
  })

  it.each(['ftp://x', 'https://user:word@x', 'https://x?y', 'https://x#y', ''])(
    'has no address %j',
    (url) => {
      expect(() => client(json({}), { url })).toThrow(TypeError)
    },
  )
})

describe('a signed transaction', () => {
  const wallet = new Wallet(`0x${'11'.repeat(32)}`)
  const fields = { to: ADDRESS, nonce: 3, gasLimit: 21_000n, value: 5n, data: '0x' }

  it.each<[string, object, bigint | undefined]>([
    ['legacy', { type: 0, gasPrice: 7n, chainId: 4n }, 4n],
    ['EIP-2930', { type: 1, gasPrice: 7n, chainId: 4n }, 4n],
    ['EIP-1559', { type: 2, maxFeePerGas: 7n, maxPriorityFeePerGas: 1n, chainId: 4n }, 4n],
    ['legacy without a chain', { type: 0, gasPrice: 7n }, undefined],
  ])('of the kind %s is read', async (_kind, more, chainId) => {
    const serialized = await wallet.signTransaction({ ...fields, ...more })
    expect(parseSignedTransaction(serialized)).toEqual({
      from: wallet.address.toLowerCase(),
      hash: Transaction.from(serialized).hash,
      chainId,
      to: ADDRESS,
      data: '0x',
      value: 5n,
      nonce: 3n,
      gasLimit: 21_000n,
      gasPrice: 7n,
    })
    expect(parseSignedTransaction(`${serialized}00`)).toBeUndefined()
    expect(parseSignedTransaction(serialized.slice(0, -2))).toBeUndefined()
  })

  it.each([undefined, null, 5, '', '0x', '0xzz', `0x${'00'.repeat(70_000)}`, `0x03${'ff'.repeat(10)}`])(
    'is not %j',
    (value) => {
      expect(parseSignedTransaction(value)).toBeUndefined()
    },
  )

  it('has a signature', () => {
    const { unsignedSerialized } = Transaction.from({ ...fields, type: 2, chainId: 4n, maxFeePerGas: 7n })
    expect(parseSignedTransaction(unsignedSerialized)).toBeUndefined()
  })
})
