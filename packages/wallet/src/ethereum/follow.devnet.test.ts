import { addressOf, isUportError, type Json, type JsonObject, MemoryKeyStore } from '@uport-kit/core'
import { ChainReader, type EthereumRpc, httpRpc, keyPairAccount, rpcFailed } from '@uport-kit/core/ethereum'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { Interface } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf, createWalletWorld } from '../../test-support/wallet-world.ts'
import { defaultScreens } from '../screens/default-screens.ts'
import type { Activity } from '../state/activity-log.ts'
import { createTransactionFollower, ethereumScreens } from './index.ts'

const NETWORK = '0x7a69'
const SHOP = `0x${'5b'.repeat(20)}`
const CONTRACT = `0x${'c0'.repeat(20)}`

/** Code that answers every call by reverting with these bytes (at most 255). */
function reverting(data: string): string {
  const length = (data.length / 2 - 1).toString(16).padStart(2, '0')
  return `0x60${length}600c60003960${length}6000fd${data.slice(2)}`
}
const CLOSED = reverting(new Interface(['error Error(string)']).encodeErrorResult('Error', ['closed today']))

let devnet: Devnet

beforeAll(async () => {
  devnet = await startDevnet()
}, 60_000)
afterAll(() => devnet.stop())
afterEach(() => rpc('evm_setAutomine', true))

function rpc(method: string, ...params: Json[]): Promise<unknown> {
  return httpRpc(devnet.rpcUrl).request({ method, params })
}

/** A wallet with a funded account on the chain, which asks its node by `through`. */
async function spender(through: EthereumRpc = httpRpc(devnet.rpcUrl)) {
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.create()
  const address = addressOf(publicKey)
  await devnet.fund(address)
  const { chainId, rpcUrl } = devnet
  const account = keyPairAccount({ keys, keyId, rpc: through, chainId })
  const all = await createWalletWorld('approve', {
    networks: [{ id: NETWORK, rpcUrl }],
    screens: [...defaultScreens, ...ethereumScreens],
    openAccount: () => account,
    followTransaction: createTransactionFollower({ pollSeconds: 0.01 }),
  })
  const general = { kind: 'general', network: NETWORK, address, keyId } as const
  await all.wallet.accounts.add({ ...general, owner: all.world.user.did })
  return {
    ...all,
    asked: (changes: JsonObject = {}) =>
      all.request({ type: 'ethtx', net: NETWORK, to: SHOP, value: '0xa', claims: null, ...changes }),
    nonce: () => new ChainReader(rpcUrl).nonce(address, 'latest', {}),
    /** What the app was told. */
    told: () => all.sender.sent.map(({ body }) => body),
    /** What became of transactions. */
    story: async (wallet = all.wallet) =>
      (await wallet.activity.list()).filter((line) => line.transaction !== undefined).map(lineOf),
  }
}

function lineOf({ kind, code }: Activity): string {
  return code === undefined ? kind : `${kind} ${code}`
}

describe('a transaction that would fail', () => {
  it('is not sent; the app hears that it failed, and only the person why', async () => {
    await rpc('anvil_setCode', CONTRACT, CLOSED)
    const { wallet, asked, nonce, told, story } = await spender()
    const jwt = await asked({ to: CONTRACT })
    const [outcome] = await wallet.handle(jwt)
    expect(outcome).toMatchObject({ decision: 'failed', delivered: true })
    const { cause } = outcome ?? {}
    expect(isUportError(cause, 'TRANSACTION_FAILED') && cause.data.reason).toBe(
      'it would revert: closed today',
    )
    expect(told()).toEqual([{ error: 'processing_error' }])
    expect(await codeOf(wallet.handle(jwt))).toBe('REQUEST_ALREADY_ANSWERED')
    expect([await nonce(), await story()]).toEqual([0n, []])
  })
})

describe('a transaction that was sent', () => {
  it('is followed to its block, and written down with its hash', async () => {
    const { wallet, asked, told, story } = await spender()
    await wallet.handle(await asked())
    expect(await story()).toEqual(['submitted'])
    expect(await wallet.follow()).toBe(0)
    expect(await wallet.follow()).toBe(0)
    expect(await story()).toEqual(['submitted', 'confirmed'])
    const { transaction } = (await wallet.activity.list()).at(-1) ?? {}
    expect(told()).toEqual([{ tx: transaction?.hash }])
  })

  it('is written down as reverted, by the wallet that comes after the one that sent it', async () => {
    await rpc('anvil_setCode', CONTRACT, '0x00')
    await rpc('evm_setAutomine', false)
    const { wallet, restart, asked, story } = await spender()
    await wallet.handle(await asked({ to: CONTRACT }))
    await rpc('anvil_setCode', CONTRACT, CLOSED)
    await rpc('anvil_mine', '0x1')
    const next = restart()
    expect(await next.follow()).toBe(0)
    expect(await story(next)).toEqual(['submitted', 'reverted TRANSACTION_REVERTED'])
  })

  it('is written down as dropped, once the node has not heard of it for long enough', async () => {
    await rpc('evm_setAutomine', false)
    const { world, wallet, asked, story } = await spender()
    await wallet.handle(await asked())
    const { transaction } = (await wallet.activity.list()).find(({ kind }) => kind === 'submitted') ?? {}
    await rpc('anvil_dropTransaction', transaction?.hash ?? '')
    expect(await wallet.follow()).toBe(1)
    expect(await story()).toEqual(['submitted'])
    world.clock.advance(601)
    expect(await wallet.follow()).toBe(0)
    expect(await story()).toEqual(['submitted', 'dropped TRANSACTION_UNKNOWN'])
  })

  it('is answered with its hash though the node never said that it came, and not sent again', async () => {
    const node = httpRpc(devnet.rpcUrl)
    let offers = 0
    const { wallet, asked, nonce, told, story } = await spender({
      async request(call) {
        const answer = offers === 0 ? await node.request(call) : undefined
        if (call.method === 'eth_sendRawTransaction') offers++
        // What it was given it has, and is not heard of again.
        if (offers > 0) throw rpcFailed('node.example', 'network')
        return answer
      },
    })
    const jwt = await asked()
    expect(await wallet.handle(jwt)).toMatchObject([{ decision: 'approved', delivered: true }])
    expect(await codeOf(wallet.handle(jwt))).toBe('REQUEST_ALREADY_ANSWERED')
    expect(await wallet.follow()).toBe(0)
    expect(await story()).toEqual(['submitted TRANSACTION_FAILED', 'confirmed'])
    expect(told()).toEqual([{ tx: expect.stringMatching(/^0x[0-9a-f]{64}$/) }])
    expect(offers).toBe(3)
    expect(await nonce()).toBe(1n)
  })

  it('holds nothing up: a wallet that runs goes on answering, and follows what it sends meanwhile', async () => {
    await rpc('evm_setAutomine', false)
    const { wallet, asked, story, told } = await spender()
    await wallet.handle(await asked())
    await wallet.receive(await asked({ value: '0xb' }))
    await wallet.receive(await asked({ value: '0xc' }))
    const stop = new AbortController()
    const running = wallet.run({ signal: stop.signal })
    await vi.waitFor(() => expect(told()).toHaveLength(3), { timeout: 10_000 })
    expect(await story()).toEqual(Array(3).fill('submitted'))
    await rpc('anvil_mine', '0x1')
    await vi.waitFor(
      async () => {
        expect((await story()).sort()).toEqual([...Array(3).fill('confirmed'), ...Array(3).fill('submitted')])
      },
      { timeout: 10_000 },
    )
    stop.abort()
    await running
  })
})
