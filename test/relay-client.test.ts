import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  PostReplySender,
  RelayClient,
  type RelayClientOptions,
  RelayRequestFetcher,
} from '@uport-kit/channel-relay'
import type { OutgoingRequest, ReplyBody } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { type RelayServer, type RelayServerOptions, startRelayServer } from '@uport-kit/relay-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let directory: string
let closers: (() => unknown)[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uport-relay-client-'))
  closers = []
})

afterEach(async () => {
  for (const close of closers.reverse()) await close()
  rmSync(directory, { recursive: true, force: true })
})

async function startRelay(options: RelayServerOptions = {}): Promise<RelayServer> {
  const relay = await startRelayServer({ limits: { heartbeatSeconds: 0.2 }, ...options })
  closers.push(() => relay.close())
  return relay
}

function createClient(url: string, options: Partial<RelayClientOptions> = {}): RelayClient {
  const client = new RelayClient({ url, ...options })
  closers.push(() => client[Symbol.asyncDispose]())
  return client
}

const inAMinute = () => ({ id: 'request', expiresAt: Math.floor(Date.now() / 1000) + 60 })

const post = async (callback: string, body: ReplyBody): Promise<number> =>
  (await fetch(callback, { method: 'POST', body: JSON.stringify(body) })).status

interface Proxy {
  readonly url: string
  /** Connections that are open through it. */
  readonly pairs: Set<readonly [Socket, Socket]>
  /** Breaks them all. */
  cut(): void
}

/** A TCP proxy in front of a relay; `hold` keeps what the relay sends on a stream to itself. */
async function startProxy(target: string, { hold = false } = {}): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const server: Server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    let isStream = false
    near.on('data', (data) => {
      isStream = /accept: text\/event-stream/i.test(data.toString('latin1'))
      far.write(data)
    })
    far.on('data', (data) => {
      if (!(hold && isStream)) near.write(data)
    })
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('error', () => {})
      one.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const [near] of [...pairs]) near.destroy()
  }
  closers.push(() => {
    cut()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pairs, cut }
}

describe('replies over a relay', () => {
  test('arrive in order, also those from before the reader came', async () => {
    const client = createClient((await startRelay()).url)
    const address = await client.open(inAMinute())
    expect(await post(address.callback, { n: 1 })).toBe(201)
    const replies = client.receive(address)[Symbol.asyncIterator]()
    expect((await replies.next()).value).toEqual({ n: 1 })
    const second = replies.next()
    expect(await post(address.callback, { n: 2 })).toBe(201)
    expect((await second).value).toEqual({ n: 2 })
    const another = createClient(client === undefined ? '' : new URL('/', address.callback).href)
    expect(
      (
        await another
          .receive(JSON.parse(JSON.stringify(address)))
          [Symbol.asyncIterator]()
          .next()
      ).value,
    ).toEqual({ n: 1 })
    await replies.return?.()
  })

  test('survive connections that break in the middle', async () => {
    const relay = await startRelay()
    const proxy = await startProxy(relay.url)
    const client = createClient(proxy.url)
    const address = await client.open(inAMinute())
    const direct = address.callback.replace(proxy.url, relay.url)
    const received: ReplyBody[] = []
    const replies = client.receive(address)[Symbol.asyncIterator]()
    for (let n = 1; n <= 8; n++) {
      const next = replies.next()
      if (n % 2 === 0) await expect.poll(() => proxy.pairs.size).toBeGreaterThan(0)
      if (n % 2 === 0) proxy.cut()
      expect(await post(direct, { n })).toBe(201)
      received.push((await next).value)
    }
    expect(received).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ n })))
    await replies.return?.()
  })

  test('survive a restart of the relay', async () => {
    const dataDirectory = join(directory, 'data')
    const first = await startRelay({ dataDirectory })
    const port = Number(new URL(first.url).port)
    const client = createClient(first.url)
    const address = await client.open(inAMinute())
    const replies = client.receive(address)[Symbol.asyncIterator]()
    await post(address.callback, { n: 1 })
    expect((await replies.next()).value).toEqual({ n: 1 })
    const next = replies.next()
    await post(address.callback, { n: 2 })
    expect((await next).value).toEqual({ n: 2 })
    const afterRestart = replies.next()
    await first.close()
    await startRelay({ dataDirectory, port })
    await post(address.callback, { n: 3 })
    expect((await afterRestart).value).toEqual({ n: 3 })
    await replies.return?.()
  })

  test('come by long poll where a proxy holds streams back', async () => {
    const relay = await startRelay()
    const proxy = await startProxy(relay.url, { hold: true })
    const client = createClient(proxy.url, { timeoutMs: 300 })
    const address = await client.open(inAMinute())
    const replies = client.receive(address)[Symbol.asyncIterator]()
    const next = replies.next()
    await post(address.callback, { n: 1 })
    expect((await next).value).toEqual({ n: 1 })
    await replies.return?.()
  })

  test('end when the address is closed, and when the relay forgot it', async () => {
    const client = createClient((await startRelay()).url)
    const address = await client.open(inAMinute())
    const replies = client.receive(address)[Symbol.asyncIterator]()
    const next = replies.next()
    next.catch(() => {})
    await client.close(address)
    await client.close(address)
    await expect(next).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    expect(await post(address.callback, {})).toBe(404)
    const never = client.receive(await client.open(inAMinute()))
    await (await startRelay()).close()
    expect(never).toBeDefined()
  })

  test('leave nothing behind when they are aborted', async () => {
    const relay = await startRelay()
    const proxy = await startProxy(relay.url)
    const client = createClient(proxy.url)
    const address = await client.open(inAMinute())
    const stopping = new AbortController()
    const next = client.receive(address, { signal: stopping.signal })[Symbol.asyncIterator]().next()
    next.catch(() => {})
    await expect.poll(() => [...proxy.pairs].some(([near]) => near.bytesWritten > 400)).toBe(true)
    const reason = new Error('enough')
    const aborted = performance.now()
    stopping.abort(reason)
    await expect(next).rejects.toBe(reason)
    expect(performance.now() - aborted).toBeLessThan(100)
    await expect.poll(() => proxy.pairs.size).toBeLessThanOrEqual(1)
  })
})

describe('a wallet and a relay', () => {
  const request: OutgoingRequest = {
    id: 'request',
    jwt: 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln',
    replyMode: 'post',
    expiresAt: Math.floor(Date.now() / 1000) + 60,
    uri: () => 'me.uport:req/x',
  }

  test('a request by reference is fetched, pinned and taken back', async () => {
    const { url } = await startRelay()
    const client = createClient(url)
    const fetcher = new RelayRequestFetcher({ safeFetch: createSafeFetch({ allowOrigins: [url] }) })
    const published = await client.publish(request)
    const uri = new URL(published.uri)
    expect(fetcher.accepts(uri)).toBe(true)
    expect(await fetcher.fetch(uri)).toEqual({ jwt: request.jwt, pinned: true })
    const swapped = new URL(uri)
    swapped.hash = (await client.publish({ ...request, jwt: 'a.b.c' })).uri.split('#')[1] ?? ''
    await expect(fetcher.fetch(swapped)).rejects.toMatchObject({ code: 'REFERENCE_MISMATCH' })
    await published.close()
    await expect(fetcher.fetch(uri)).rejects.toMatchObject({ code: 'REFERENCE_NOT_FOUND' })
  })

  test('a reply is posted, and a full inbox refuses it for good', async () => {
    const { url } = await startRelay({ limits: { topicCapacity: 1 } })
    const client = createClient(url)
    const sender = new PostReplySender({ safeFetch: createSafeFetch({ allowOrigins: [url] }) })
    const address = await client.open(request)
    const target = new URL(address.callback)
    await sender.send(target, { access_token: 'a' })
    await sender.send(target, { access_token: 'a' })
    await expect(sender.send(target, { access_token: 'b' })).rejects.toMatchObject({
      code: 'REPLY_NOT_DELIVERED',
      retryable: false,
      data: { status: 409 },
    })
    for await (const reply of client.receive(address)) {
      expect(reply).toEqual({ access_token: 'a' })
      break
    }
  })
})
