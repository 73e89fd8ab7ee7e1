import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Devnet, startDevnet } from './devnet.ts'
import { createJsonRpc, type JsonRpc } from './json-rpc.ts'

const word = (hex: string): string => hex.replace('0x', '').padStart(64, '0')
/** The key under which an identity document is registered, `uPortProfileIPFS1220`, right-padded. */
const profileKey = Buffer.from('uPortProfileIPFS1220').toString('hex').padEnd(64, '0')
const selectors = { version: '0x54fd4d50', set: '0xd79d8e6c', get: '0x447885f0' }

describe('startDevnet', () => {
  let devnet: Devnet
  let rpc: JsonRpc

  beforeAll(async () => {
    devnet = await startDevnet()
    rpc = createJsonRpc(devnet.rpcUrl)
  })

  afterAll(() => devnet.stop())

  /** The chain answers a transaction at once, and mines it a moment later. */
  const receiptOf = async (hash: string): Promise<{ readonly logs: { readonly topics: string[] }[] }> => {
    for (;;) {
      const receipt = await rpc('eth_getTransactionReceipt', hash)
      if (receipt) return receipt as { logs: { topics: string[] }[] }
    }
  }

  it('listens on this machine alone, on ports of its own', () => {
    const urls = [devnet.rpcUrl, devnet.gatewayUrl, devnet.ipfsApiUrl, devnet.relayUrl]
    for (const url of urls) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(new Set(urls).size).toBe(4)
  })

  it('runs the chain it says', async () => {
    expect(BigInt(String(await rpc('eth_chainId')))).toBe(devnet.chainId)
    expect(Number(devnet.networkId)).toBe(Number(devnet.chainId))
    expect(String(await rpc('net_version'))).toBe(String(devnet.chainId))
  })

  it('has the original registry, version 3, which keeps what is set', async () => {
    const { registry: to, accounts } = devnet
    expect(await rpc('eth_call', { to, data: selectors.version }, 'latest')).toBe(`0x${word('3')}`)
    const from = accounts[1]?.address ?? ''
    const value = '0236c5320034d9826b504d83f7096a96a61c3006bc5587a3236e7de1ffd5f274'
    const data = selectors.set + profileKey + word(from) + value
    await receiptOf(String(await rpc('eth_sendTransaction', { from, to, data })))
    const read = { to, data: selectors.get + profileKey + word(from) + word(from) }
    expect(await rpc('eth_call', read, 'latest')).toBe(`0x${value}`)
  })

  it.each(['identityManager', 'metaIdentityManager'] as const)(
    'has the original %s, which makes proxies of its own',
    async (name) => {
      const to = devnet.identityContracts[name]
      const from = devnet.accounts[1]?.address ?? ''
      const hash = await rpc('eth_sendTransaction', {
        from,
        to,
        data: `0xd10e73ab${word(from)}${word(from)}`,
      })
      const receipt = await receiptOf(String(hash))
      expect(receipt.logs[0]?.topics[0]).toBe(
        '0x14e580ab5cd452b772e031536a7c893ec705152c17b3665c6671b382c3ee6266',
      )
      const proxy = `0x${receipt.logs[0]?.topics[1]?.slice(26)}`
      expect(await rpc('eth_call', { to: proxy, data: '0x8da5cb5b' }, 'latest')).toBe(`0x${word(to)}`)
    },
  )

  it('has the original TxRelay, which counts for each signer', async () => {
    const { txRelay: to } = devnet.identityContracts
    expect(await rpc('eth_call', { to, data: `0x2d0335ab${word(to)}` }, 'latest')).toBe(`0x${word('0')}`)
  })

  it('names funded accounts with their keys', async () => {
    expect(devnet.accounts.length).toBe(10)
    for (const { address, privateKey } of devnet.accounts) {
      expect(address).toMatch(/^0x[0-9a-fA-F]{40}$/)
      expect(privateKey).toMatch(/^0x[0-9a-f]{64}$/)
    }
    expect(devnet.accounts[0]).toEqual({
      address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
    })
  })

  it('gives ether to who has none', async () => {
    const address = '0x00000000000000000000000000000000000000fe'
    await devnet.fund(address)
    await devnet.fund(address, 5n)
    expect(BigInt(String(await rpc('eth_getBalance', address, 'latest')))).toBe(10n ** 18n + 5n)
  })

  it('mines and moves time', async () => {
    const head = async (): Promise<{ number: string; timestamp: string }> =>
      (await rpc('eth_getBlockByNumber', 'latest', false)) as { number: string; timestamp: string }
    const before = await head()
    await devnet.mine()
    await devnet.mine(4)
    const after = await head()
    expect(Number(after.number) - Number(before.number)).toBe(5)
    await devnet.increaseTime(3_600)
    expect(Number((await head()).timestamp) - Number(after.timestamp)).toBeGreaterThanOrEqual(3_600)
  })

  it('refuses what makes no sense', async () => {
    await expect(devnet.fund('0x1')).rejects.toThrow(TypeError)
    await expect(devnet.fund(devnet.registry, -1n)).rejects.toThrow(TypeError)
    await expect(devnet.mine(0)).rejects.toThrow(TypeError)
    await expect(devnet.increaseTime(1.5)).rejects.toThrow(TypeError)
    await expect(startDevnet({ ports: { relay: -1 } })).rejects.toThrow('ports.relay is a port number')
    await expect(rpc('uport_nothing')).rejects.toThrow('uport_nothing failed')
  })

  it('answers on every endpoint', async () => {
    const body = new FormData()
    body.append('file', new Blob(['hello world\n']))
    const added = await fetch(`${devnet.ipfsApiUrl}/api/v0/add`, { method: 'POST', body })
    const { Hash } = (await added.json()) as { Hash: string }
    expect(Hash).toBe('QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o')
    expect(await (await fetch(`${devnet.gatewayUrl}/ipfs/${Hash}`)).text()).toBe('hello world\n')
    expect((await fetch(`${devnet.relayUrl}/health`)).status).toBe(200)
  })
})

describe('a devnet that stops', () => {
  it('stops once for all and is gone', async () => {
    const devnet = await startDevnet()
    await Promise.all([devnet.stop(), devnet.stop(), devnet[Symbol.asyncDispose]()])
    for (const url of [devnet.rpcUrl, devnet.gatewayUrl, devnet.ipfsApiUrl, devnet.relayUrl]) {
      await expect(fetch(url)).rejects.toThrow(TypeError)
    }
  })

  it('goes on where it was, in its data directory', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'uport-devnet-test-'))
    try {
      const first = await startDevnet({ dataDirectory })
      const body = new FormData()
      body.append('file', 'kept')
      const added = await fetch(`${first.ipfsApiUrl}/api/v0/add`, { method: 'POST', body })
      const { Hash } = (await added.json()) as { Hash: string }
      await first.mine(7)
      const height = await createJsonRpc(first.rpcUrl)('eth_blockNumber')
      await first.stop()

      const second = await startDevnet({ dataDirectory })
      try {
        expect(second.registry).toBe(first.registry)
        expect(second.identityContracts).toEqual(first.identityContracts)
        expect(await createJsonRpc(second.rpcUrl)('eth_blockNumber')).toBe(height)
        expect(await (await fetch(`${second.gatewayUrl}/ipfs/${Hash}`)).text()).toBe('kept')
      } finally {
        await second.stop()
      }
      expect(await readdir(dataDirectory)).toEqual(expect.arrayContaining(['blocks', 'chain.json', 'relay']))
    } finally {
      await rm(dataDirectory, { recursive: true })
    }
  })

  it.each(['rpc', 'gateway', 'ipfsApi', 'relay', 'sponsor'])(
    'stops what did start where the %s port is taken',
    async (name) => {
      const taken = createServer().listen(0, '127.0.0.1')
      await new Promise((resolve) => taken.once('listening', resolve))
      const address = taken.address()
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0
      try {
        const started = startDevnet({ ports: { [name]: port }, sponsor: name === 'sponsor' })
        await expect(started).rejects.toThrow(/port|in use|address/i)
      } finally {
        await new Promise((resolve) => taken.close(resolve))
      }
    },
  )

  it('does not start when it is told not to', async () => {
    const reason = new Error('enough')
    await expect(startDevnet({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const later = new AbortController()
    const starting = startDevnet({ signal: later.signal })
    later.abort(reason)
    await expect(starting).rejects.toBe(reason)
  })
})
