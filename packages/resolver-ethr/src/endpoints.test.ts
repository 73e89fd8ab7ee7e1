import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock, Did } from '@uport-kit/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RegistryWorld, startRegistryWorld, text32 } from '../test-support/registry-world.ts'
import type { EthrDidResolverOptions } from './index.ts'

interface Call {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

/** Replaces the answer of a call: its result, or the whole response; undefined leaves it to the chain. */
type Answer = (call: Call) => unknown

let world: RegistryWorld

beforeAll(async () => {
  world = await startRegistryWorld()
}, 60_000)

afterAll(() => world.close())

/** Runs with an endpoint that answers like the chain, but for what the test says. */
async function endpoint(answer: Answer, run: (rpcUrl: string) => Promise<unknown>): Promise<unknown> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const call: Call = JSON.parse(body)
    const own = answer(call)
    if (own instanceof Function) own(response)
    else if (own === undefined) response.end(await askChain(body))
    else response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: own }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function askChain(body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(world.devnet.rpcUrl, { method: 'POST', body, headers })).text()
}

const resolverAt = (rpcUrl: string, options: Partial<EthrDidResolverOptions> = {}) => {
  const { chainId, registry } = world
  return world.resolver({ networks: [{ name: 'mainnet', chainId, rpcUrl, registry }], ...options })
}

const raw =
  (text: string, status = 200): Answer =>
  () =>
  (response: ServerResponse) =>
    response.writeHead(status).end(text)

const on =
  (method: string, value: unknown): Answer =>
  (call) =>
    call.method === method ? value : undefined

describe('endpoints that fail, and ones that lie', () => {
  const failureOf = (answer: Answer, did: Did, options: Partial<EthrDidResolverOptions> = {}) =>
    endpoint(answer, (rpcUrl) =>
      resolverAt(rpcUrl, options)
        .resolve(did)
        .then(
          () => 'resolved',
          (error) => error,
        ),
    )

  let changed: Did
  const never: Did = `did:ethr:0x${'cd'.repeat(20)}`

  beforeAll(async () => {
    const alice = await world.identity()
    await alice.send('changeOwner', (await world.stranger()).address)
    changed = alice.did
  })

  test('nobody listens', async () => {
    const failure = await resolverAt('http://127.0.0.1:1')
      .resolve(never)
      .catch((error) => error)
    expect(failure).toMatchObject({
      code: 'ETHR_RPC_FAILED',
      retryable: true,
      data: { network: 'mainnet', host: '127.0.0.1:1', reason: 'network' },
    })
  })

  test.each<[string, Answer, string]>([
    ['status 500', raw('', 500), 'status 500'],
    ['no JSON', raw('<html>'), 'not a JSON-RPC answer'],
    ['null', raw('null'), 'not a JSON-RPC answer'],
    ['an error', raw('{"error":{"code":-32005}}'), 'error -32005 to eth_chainId'],
    ['a flood', raw(' '.repeat(2 ** 20 + 1)), 'answer too large'],
    ['no block', on('eth_getBlockByNumber', null), 'no such block'],
    [
      'a block without a number',
      on('eth_getBlockByNumber', { number: 7, timestamp: '0x1' }),
      'a number in another form',
    ],
    [
      'a block out of range',
      on('eth_getBlockByNumber', { number: `0x${'f'.repeat(60)}`, timestamp: '0x1' }),
      'a number out of range',
    ],
    ['half a word', on('eth_call', '0x12'), 'no answer of a registry'],
    ['no list of events', on('eth_getLogs', {}), 'no list of events'],
    ['an event that is none', on('eth_getLogs', [7]), 'no event'],
    [
      'an event of another contract',
      on('eth_getLogs', [{ address: `0x${'11'.repeat(20)}`, topics: [], data: '0x', blockNumber: '0x1' }]),
      'an event that was not asked for',
    ],
  ])('%s', async (_, answer, reason) => {
    expect(await failureOf(answer, changed)).toMatchObject({
      code: 'ETHR_RPC_FAILED',
      retryable: true,
      data: { reason },
    })
  })

  test('another chain, another contract, no events', async () => {
    expect(await failureOf(on('eth_chainId', '0x1'), never)).toMatchObject({
      code: 'ETHR_WRONG_CHAIN',
      retryable: false,
      data: { expected: `0x${world.chainId.toString(16)}`, found: '0x1' },
    })
    expect(await failureOf(on('eth_call', '0x'), never)).toMatchObject({ code: 'ETHR_REGISTRY_NOT_DEPLOYED' })
    expect(await failureOf(on('eth_getLogs', []), changed)).toMatchObject({ code: 'ETHR_HISTORY_MISSING' })
  })

  test('events of somebody else do not count, and what does not parse is no document', async () => {
    const mallory = await world.identity()
    await mallory.send('changeOwner', mallory.address)
    const topics = [null, `0x${mallory.address.slice(2).padStart(64, '0')}`]
    const [log] = await world.provider.getLogs({
      address: world.registry,
      topics,
      fromBlock: 0,
      toBlock: 'latest',
    })
    const last = { address: log!.address, topics: [...log!.topics], data: log!.data }
    const others = await failureOf(
      (call) => (call.method === 'eth_getLogs' ? [{ ...last, blockNumber: blockOf(call) }] : undefined),
      changed,
    )
    expect(others).toMatchObject({
      code: 'ETHR_RPC_FAILED',
      data: { reason: 'an event that was not asked for' },
    })
    const broken = await failureOf((call) => {
      if (call.method !== 'eth_getLogs') return undefined
      const [, identityTopic] = topicsOf(call)
      return [{ ...last, topics: [last.topics[0], identityTopic], data: '0x', blockNumber: blockOf(call) }]
    }, changed)
    expect(broken).toMatchObject({ code: 'DID_RESOLUTION_FAILED', retryable: true })
  })

  const filterOf = (call: Pick<Call, 'params'>) =>
    call.params[0] as { fromBlock: string; topics: (string | null)[] }
  const blockOf = (call: Pick<Call, 'params'>) => filterOf(call).fromBlock
  const topicsOf = (call: Pick<Call, 'params'>) => filterOf(call).topics

  test('a history without end is cut off', async () => {
    const alice = await world.identity()
    for (let n = 0; n < 4; n++) await alice.send('setAttribute', text32(`did/svc/S${n}`), '0x31', 60)
    expect(await failureOf(() => undefined, alice.did, { maxRequests: 5 })).toMatchObject({
      code: 'ETHR_HISTORY_TOO_LONG',
      data: { did: alice.did, maxRequests: 5 },
    })
    expect(await failureOf(() => undefined, alice.did, { maxRequests: 20 })).toBe('resolved')
  })

  test('silence ends at the deadline, or with the caller', async () => {
    let ring = () => {}
    const clock: Clock = {
      now: () => 1,
      after: (_, wake) => {
        ring = wake
        return () => {}
      },
    }
    const silent: Answer = () => () => setTimeout(() => ring(), 0)
    expect(await failureOf(silent, never, { clock })).toMatchObject({
      code: 'ETHR_RPC_FAILED',
      retryable: true,
      data: { reason: 'timeout' },
    })
    const controller = new AbortController()
    const gone: Answer = () => () => controller.abort(new Error('gone'))
    const aborted = await endpoint(gone, (rpcUrl) =>
      resolverAt(rpcUrl)
        .resolve(never, { signal: controller.signal })
        .catch((error) => error),
    )
    expect(aborted).toMatchObject({ message: 'gone' })
  })
})
