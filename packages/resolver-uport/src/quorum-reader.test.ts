import { type Did, digestFromCid, encodeHex, encodeMnid, encodeUtf8 } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAccount, openResolver } from '../test/identities.ts'
import { type LocalServer, type Meddle, proxyRpc, rejectionOf } from '../test/local-server.ts'
import { cidOfBytes, UportResolver } from './index.ts'

let devnet: Devnet
beforeAll(async () => {
  devnet = await startDevnet()
  await devnet.mine(30)
}, 60_000)
afterAll(() => devnet?.stop())

const servers: LocalServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

async function proxy(meddle: Meddle) {
  const server = await proxyRpc(devnet.rpcUrl, meddle)
  servers.push(server)
  return server
}

describe('a network whose endpoints differ', () => {
  const word = (cid: string) => `0x${encodeHex(digestFromCid(cid))}`

  /** An honest node that has not heard of the latest blocks. */
  const lagging = (blocks: bigint, top: bigint) =>
    proxy(({ method, params }) => {
      const height = `0x${(top - blocks).toString(16)}`
      if (method === 'eth_blockNumber') return { result: height }
      if (method !== 'eth_call' || params[1] !== 'latest') return undefined
      return { params: [params[0], height] }
    })

  const lying = (result: unknown, height?: bigint) =>
    proxy(({ method }) => {
      if (method === 'eth_call') return { result }
      if (method === 'eth_blockNumber' && height !== undefined) return { result: `0x${height.toString(16)}` }
      return undefined
    })

  const failing = () =>
    proxy(({ method }) => (method === 'eth_call' ? { error: { code: -32000, message: 'no' } } : undefined))

  /** Two registrations in consecutive blocks, the latter in the topmost one. */
  async function rotate() {
    const account = await createAccount(devnet)
    const [before, after] = [await account.publish('Before'), await account.publish('After')]
    await account.register(before)
    const { blockNumber } = await account.register(after)
    return { did: account.did, before, after, top: blockNumber }
  }

  const mallory = cidOfBytes(encodeUtf8('mallory'))
  const zero = `0x${'0'.repeat(64)}`
  const down = 'http://127.0.0.1:1'

  it('is believed where the majority agrees, whatever one says', async () => {
    const { did, after } = await rotate()
    for (const liar of [
      await lying(word(mallory)),
      await lying(zero),
      await lying('0x'),
      await lying('nonsense'),
      await failing(),
    ]) {
      const honest = await proxy(() => undefined)
      const resolver = openResolver(devnet, { rpcUrls: [liar.url, devnet.rpcUrl, honest.url] })
      expect((await resolver.resolve(did)).versionId).toBe(after)
    }
    const honest = await proxy(() => undefined)
    const resolver = openResolver(devnet, { rpcUrls: [down, devnet.rpcUrl, honest.url] })
    expect((await resolver.resolve(did)).versionId).toBe(after)
  })

  it.each<[string, (top: bigint) => Promise<LocalServer>]>([
    ['another value', () => lying(word(mallory))],
    ['zero', () => lying(zero)],
    ['an error', () => failing()],
    ['a height long past', (top) => lying(word(mallory), top - 25n)],
    ['a height to come', (top) => lying(word(mallory), top + 1_000_000n)],
  ])(
    'is asked about one block where one honest node is behind and a third says %s',
    async (_what, startLiar) => {
      const { did, before, top } = await rotate()
      const [liar, behind] = [await startLiar(top), await lagging(1n, top)]
      const resolved = await openResolver(devnet, { rpcUrls: [liar.url, behind.url, devnet.rpcUrl] }).resolve(
        did,
      )
      expect([resolved.versionId, resolved.metadata?.['blockNumber']]).toEqual([
        before,
        (top - 1n).toString(),
      ])
    },
  )

  it('is never taken back to a replaced key by one endpoint alone', async () => {
    const account = await createAccount(devnet)
    const [old, current] = [await account.publish('Old'), await account.publish('Current')]
    const { blockNumber } = await account.register(old)
    await devnet.mine(20)
    await account.register(current)
    const liar = await lying(word(old), blockNumber)
    expect(
      await rejectionOf(
        openResolver(devnet, { rpcUrls: [down, liar.url, devnet.rpcUrl] }).resolve(account.did),
      ),
    ).toMatchObject({
      code: 'RPC_DISAGREE',
      retryable: false,
      data: { network: '0x7a69', answers: 2, quorum: 2 },
    })
  })

  it('is never taken back by fewer liars than the quorum while honest endpoints name no height', async () => {
    const account = await createAccount(devnet)
    const [old, current] = [await account.publish('Old'), await account.publish('Current')]
    const { blockNumber } = await account.register(old)
    await devnet.mine(20)
    await account.register(current)
    const liar = () => lying(word(old), blockNumber)
    const mute = () =>
      proxy(({ method }) =>
        method === 'eth_blockNumber' ? { error: { code: -32000, message: 'no' } } : undefined,
      )
    const cases: [string[], number][] = [
      [[(await liar()).url, (await mute()).url, (await failing()).url], 2],
      [[(await liar()).url, (await liar()).url, devnet.rpcUrl, down], 3],
      [[(await liar()).url, (await liar()).url, devnet.rpcUrl], 3],
      [[(await liar()).url, (await mute()).url, (await mute()).url], 3],
    ]
    for (const [rpcUrls, quorum] of cases) {
      const registry = devnet.registry
      const resolver = new UportResolver({
        networks: { [devnet.networkId]: { rpcUrls, registry, quorum } },
        gateways: [devnet.gatewayUrl],
      })
      const error = await rejectionOf(resolver.resolve(account.did))
      expect(['RPC_DISAGREE', 'RPC_QUORUM_UNREACHED', 'RPC_UNAVAILABLE']).toContain(
        (error as { code?: string }).code,
      )
    }
  })

  it('that contradict one another is refused', async () => {
    const { did } = await rotate()
    const liars = [await lying(word(mallory)), await lying(zero)]
    const resolver = openResolver(devnet, { rpcUrls: [devnet.rpcUrl, ...liars.map(({ url }) => url)] })
    expect(await rejectionOf(resolver.resolve(did))).toMatchObject({
      code: 'RPC_DISAGREE',
      data: { answers: 3 },
    })
  })

  it('needs the quorum for "nothing registered" too', async () => {
    const { did } = await createAccount(devnet)
    const liar = await lying(word(mallory))
    const honest = await proxy(() => undefined)
    const three = openResolver(devnet, { rpcUrls: [liar.url, devnet.rpcUrl, honest.url] })
    expect(await rejectionOf(three.resolve(did))).toMatchObject({ code: 'IDENTITY_NOT_REGISTERED' })
    const two = openResolver(devnet, { rpcUrls: [liar.url, devnet.rpcUrl] })
    expect(await rejectionOf(two.resolve(did))).toMatchObject({ code: 'RPC_DISAGREE' })
  })

  it('needs enough answers', async () => {
    const { did } = await rotate()
    const failure = await failing()
    expect(
      await rejectionOf(openResolver(devnet, { rpcUrls: [down, failure.url, devnet.rpcUrl] }).resolve(did)),
    ).toMatchObject({
      code: 'RPC_QUORUM_UNREACHED',
      retryable: true,
      data: { network: '0x7a69', answers: 1, quorum: 2 },
    })
  })

  it('that answers no more when asked about one block is not believed', async () => {
    const { did, top } = await rotate()
    const first = (meddle: Meddle): Meddle => {
      let asked = 0
      return (call) => {
        if (call.method !== 'eth_call') return undefined
        return asked++ === 0 ? meddle(call) : { error: { code: -32000, message: 'pruned' } }
      }
    }
    const behind = await proxy(
      first(({ params }) => ({ params: [params[0], `0x${(top - 1n).toString(16)}`] })),
    )
    expect(
      await rejectionOf(openResolver(devnet, { rpcUrls: [behind.url, devnet.rpcUrl] }).resolve(did)),
    ).toMatchObject({
      code: 'RPC_QUORUM_UNREACHED',
    })
    const heightless = (meddle: Meddle) =>
      proxy((call) => (call.method === 'eth_blockNumber' ? { result: 'high' } : meddle(call)))
    const both = [
      await heightless(() => undefined),
      await heightless(({ method }) => (method === 'eth_call' ? { result: zero } : undefined)),
    ]
    expect(
      await rejectionOf(openResolver(devnet, { rpcUrls: both.map(({ url }) => url) }).resolve(did)),
    ).toMatchObject({
      code: 'RPC_UNAVAILABLE',
    })
  })

  it('is unavailable where nobody answers, and tells no address', async () => {
    const { did } = await createAccount(devnet)
    const error = await rejectionOf(
      openResolver(devnet, { rpcUrls: ['http://me:hunter2@127.0.0.1:1/v3/apikey'] }).resolve(did),
    )
    expect(error).toMatchObject({
      code: 'RPC_UNAVAILABLE',
      retryable: true,
      data: { network: '0x7a69', endpoints: 1 },
    })
    const told = await flatten(error)
    expect(told).toContain('127.0.0.1:1')
    expect(told).not.toMatch(/hunter2|apikey/)
  })

  it('is not asked where it serves another chain', async () => {
    const { did, after } = await rotate()
    const elsewhere = await proxy(({ method }) => (method === 'eth_chainId' ? { result: '0x1' } : undefined))
    const honest = await proxy(() => undefined)
    expect(await rejectionOf(openResolver(devnet, { rpcUrls: [elsewhere.url] }).resolve(did))).toMatchObject({
      code: 'RPC_WRONG_CHAIN',
      data: { host: elsewhere.host, expected: '0x7a69', found: '0x1' },
    })
    const resolver = openResolver(devnet, { rpcUrls: [elsewhere.url, honest.url, devnet.rpcUrl] })
    expect((await resolver.resolve(did)).versionId).toBe(after)
    expect(
      await rejectionOf(openResolver(devnet, { rpcUrls: [elsewhere.url, devnet.rpcUrl] }).resolve(did)),
    ).toMatchObject({
      code: 'RPC_QUORUM_UNREACHED',
    })
  })

  it('is asked for its chain once', async () => {
    const { did } = await rotate()
    const node = await proxy(() => undefined)
    const resolver = openResolver(devnet, { rpcUrls: [node.url] })
    await resolver.resolve(did)
    await resolver.resolve(did)
    expect(node.calls.map(({ method }) => method).sort()).toEqual(['eth_call', 'eth_call', 'eth_chainId'])
  })

  it('may go by the prefix of a genesis hash', async () => {
    const account = await createAccount(devnet)
    const cid = await account.publish('Private')
    await account.register(cid)
    const did: Did = `did:uport:${encodeMnid({ network: 0x94365e3an, address: account.address })}`
    const { rpcUrl, registry, gatewayUrl, chainId } = devnet
    const networks = { '0x94365E3A': { rpcUrls: [rpcUrl], registry, chainId } }
    const resolved = await new UportResolver({ networks, gateways: [gatewayUrl] }).resolve(did)
    expect([resolved.did, resolved.versionId]).toEqual([did, cid])
  })
})

async function flatten(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error)
  const inner = error instanceof AggregateError ? error.errors : []
  const parts = await Promise.all(
    [...inner, error.cause].map((each) => (each === undefined ? '' : flatten(each))),
  )
  return [error.message, error.stack, JSON.stringify(error), ...parts].join('\n')
}
