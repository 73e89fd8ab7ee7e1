import { EventEmitter, once } from 'node:events'
import { digestFromCid, encodeHex, encodeMnid, encodeUtf8, sha256, type UportError } from '@uport-kit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { type LocalServer, rejectionOf, serveLocally } from '../test/local-server.ts'
import { cidOfBytes, UportResolver } from './index.ts'
import { JsonRpcEndpoint, type JsonRpcOptions } from './json-rpc.ts'

const servers: LocalServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

interface Call {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}
type Reply = (body: Call | readonly Call[]) => unknown

/** Answers each request with what `reply` makes of its body; a number is a status. */
async function serve(reply: Reply, options: JsonRpcOptions = {}) {
  const bodies: (Call | readonly Call[])[] = []
  const server = await serveLocally(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
    bodies.push(body)
    const answer = reply(body)
    if (answer === 'hang') return
    if (typeof answer === 'number') response.writeHead(answer).end()
    else response.end(JSON.stringify(answer))
  })
  servers.push(server)
  return { bodies, endpoint: new JsonRpcEndpoint(server.url, options) }
}
const echo = ({ id, params }: Call) => ({ jsonrpc: '2.0', id, result: params[0] })
const echoAll: Reply = (body) => ('id' in body ? echo(body) : body.map(echo))
const ask = (endpoint: JsonRpcEndpoint, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => endpoint.call('echo', [index])))
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('calls of one turn', () => {
  it('travel as one batch, each with its own answer, in whatever order', async () => {
    const { bodies, endpoint } = await serve((body) => ('id' in body ? echo(body) : body.map(echo).reverse()))
    expect(await ask(endpoint, 100)).toEqual(numbers(100))
    expect(bodies).toHaveLength(1)
    expect(bodies[0]).toHaveLength(100)
  })

  it('are one where they are equal, and a call alone is no batch', async () => {
    const { bodies, endpoint } = await serve(echoAll)
    expect(await Promise.all([endpoint.call('echo', [7]), endpoint.call('echo', [7])])).toEqual([7, 7])
    expect(bodies).toEqual([expect.objectContaining({ method: 'echo', params: [7] })])
    await endpoint.call('echo', [7])
    expect(bodies).toHaveLength(2)
  })

  it('are split where they are too many', async () => {
    const { bodies, endpoint } = await serve(echoAll)
    expect(await ask(endpoint, 200)).toEqual(numbers(200))
    expect(bodies.map((body) => 'length' in body && body.length).sort()).toEqual([128, 72])
  })

  it('fail one by one: an error, a missing and a double answer harm no other', async () => {
    const { endpoint } = await serve((body) =>
      'id' in body
        ? echo(body)
        : body.flatMap((call, index) => {
            const { id } = call
            if (index === 0) return { jsonrpc: '2.0', id, error: { code: -32000, message: 'reverted' } }
            if (index === 1) return []
            if (index === 2) return [echo(call), { ...echo(call), result: 'a lie' }]
            return echo(call)
          }),
    )
    const outcomes = await Promise.allSettled(numbers(5).map((index) => endpoint.call('echo', [index])))
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as UportError<'RPC_FAILED'>).data.reason] : [],
    )
    expect(reasons).toEqual(['error -32000', 'not a JSON-RPC answer', 'not a JSON-RPC answer'])
  })

  it.each<[string, unknown]>([
    ['one error', { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'no batches' } }],
    ['status 400', 400],
    ['nonsense', 'what?'],
  ])('are asked one by one where a batch gets %s, from then on', async (_, refusal) => {
    const { bodies, endpoint } = await serve((body) => ('id' in body ? echo(body) : refusal))
    expect(await ask(endpoint, 20)).toEqual(numbers(20))
    expect(await ask(endpoint, 3)).toEqual(numbers(3))
    expect(bodies).toHaveLength(1 + 20 + 3)
  })

  it('are not multiplied where the endpoint is busy', async () => {
    const { bodies, endpoint } = await serve(() => 503)
    const failure = await rejectionOf(ask(endpoint, 20))
    expect(failure).toMatchObject({ code: 'RPC_FAILED', retryable: true, data: { reason: 'status 503' } })
    expect(bodies).toHaveLength(1)
  })

  it('are asked one by one where all answers together are too long', async () => {
    const long = 'x'.repeat(400)
    const { endpoint } = await serve(
      (body) => {
        const answer = ({ id }: Call) => ({ jsonrpc: '2.0', id, result: long })
        return 'id' in body ? answer(body) : body.map(answer)
      },
      { maxBytes: 1000 },
    )
    expect(await ask(endpoint, 5)).toEqual(numbers(5).map(() => long))
  })

  it('can be left one by one; the request ends with the last caller', async () => {
    const events = new EventEmitter()
    const arrived = once(events, 'arrived')
    const closed = once(events, 'closed')
    const server = await serveLocally(async (request, response) => {
      await request.toArray()
      response.on('close', () => events.emit('closed'))
      events.emit('arrived')
    })
    servers.push(server)
    const endpoint = new JsonRpcEndpoint(server.url)
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [first, second].map(({ signal }, index) =>
      rejectionOf(endpoint.call('echo', [index], { signal })),
    )
    await arrived
    first.abort(new Error('first left'))
    expect(await calls[0]).toMatchObject({ message: 'first left' })
    second.abort(new Error('second left'))
    expect(await calls[1]).toMatchObject({ message: 'second left' })
    await closed
  })

  it('are not sent at all where everybody left before', async () => {
    const { bodies, endpoint } = await serve(echoAll)
    const controller = new AbortController()
    const call = rejectionOf(endpoint.call('echo', [1], { signal: controller.signal }))
    controller.abort(new Error('changed my mind'))
    expect(await call).toMatchObject({ message: 'changed my mind' })
    expect(await endpoint.call('echo', [2])).toBe(2)
    expect(bodies).toEqual([expect.objectContaining({ params: [2] })])
  })

  it('have one deadline a request', async () => {
    const { endpoint } = await serve(() => 'hang', { timeoutMs: 50 })
    expect(await rejectionOf(ask(endpoint, 3))).toMatchObject({ data: { reason: 'timeout' } })
  })
})

describe('many identities at once', () => {
  const profiles = numbers(100).map((index) =>
    encodeUtf8(
      JSON.stringify({
        '@context': 'http://schema.org',
        '@type': 'Person',
        name: `Person ${index}`,
        publicKey: `0x04${'ab'.repeat(64)}`,
      }),
    ),
  )
  const address = (index: number) => `0x${encodeHex(sha256(encodeUtf8(`account ${index}`)).subarray(12))}`
  const did = (index: number) =>
    `did:uport:${encodeMnid({ network: '0x4', address: address(index) })}` as const
  const digestOf = new Map(numbers(100).map((index) => [address(index).slice(2), index]))
  const byCid = new Map(profiles.map((bytes) => [cidOfBytes(bytes), bytes]))

  /** A chain and a gateway that count what they are asked. */
  async function open(distinct: number) {
    const counts = { rpc: 0, ipfs: 0, calls: 0, atOnce: 0, most: 0 }
    const answer = ({ id, method, params }: Call) => {
      counts.calls++
      if (method === 'eth_chainId') return { jsonrpc: '2.0', id, result: '0x4' }
      const { data } = params[0] as { readonly data: string }
      const bytes = profiles[digestOf.get(data.slice(-40))! % distinct]!
      return { jsonrpc: '2.0', id, result: `0x${encodeHex(digestFromCid(cidOfBytes(bytes)))}` }
    }
    const server = await serveLocally(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      if (request.url?.startsWith('/ipfs/')) {
        counts.ipfs++
        counts.atOnce++
        counts.most = Math.max(counts.most, counts.atOnce)
        setImmediate(() => {
          counts.atOnce--
          response.end(byCid.get(request.url!.slice('/ipfs/'.length)))
        })
        return
      }
      counts.rpc++
      const asked = JSON.parse(body)
      response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)))
    })
    servers.push(server)
    const networks = { '0x4': { rpcUrls: [server.url], registry: `0x${'2c'.repeat(20)}` } }
    return { counts, resolver: new UportResolver({ networks, gateways: [server.url] }) }
  }
  it('cost one batch, and one fetch for each distinct document', async () => {
    const { counts, resolver } = await open(40)
    const resolved = await Promise.all(numbers(100).map((index) => resolver.resolve(did(index))))
    expect(resolved.map(({ document }) => document['uportProfile'])).toEqual(
      numbers(100).map((index) => expect.objectContaining({ name: `Person ${index % 40}` })),
    )
    expect(counts).toMatchObject({ rpc: 1, ipfs: 40, calls: 101 })
    expect(counts.most).toBeLessThanOrEqual(32)
  })

  it('cost one request and one fetch where they are one and the same', async () => {
    const { counts, resolver } = await open(1)
    await Promise.all(numbers(100).map(() => resolver.resolve(did(0))))
    expect(counts).toMatchObject({ rpc: 1, ipfs: 1, calls: 2 })
  })
})
