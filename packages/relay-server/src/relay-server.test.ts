import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concatBytes, encodeBase64url, encodeUtf8, ManualClock, sha256Base64url } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runRelayCommand } from './relay-command.ts'
import { parseRelayCommand } from './relay-config.ts'
import type { RelayEvent } from './relay-log.ts'
import { type RelayServer, type RelayServerOptions, startRelayServer } from './relay-server.ts'
import { memoryTopicStore } from './stores/memory-topic-store.ts'

const secret = new Uint8Array(32).fill(7)
const id = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))
const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }
const later = Math.floor(Date.now() / 1000) + 600

let directory: string
let servers: RelayServer[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uport-relay-'))
  servers = []
})

afterEach(async () => {
  for (const server of servers) await server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function start(options: RelayServerOptions = {}): Promise<RelayServer> {
  const server = await startRelayServer(options)
  servers.push(server)
  return server
}

const put = (url: string) =>
  fetch(`${url}/t/${id}`, { method: 'PUT', headers, body: JSON.stringify({ expiresAt: later }) })
const post = (url: string, body: string) => fetch(`${url}/t/${id}`, { method: 'POST', body })

describe('startRelayServer', () => {
  test('serves on a free port of this machine, and does not touch the globals', async () => {
    const { Request, Response } = globalThis
    const { url } = await start()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await put(url)).status).toBe(201)
    expect((await post(url, '{"a":1}')).status).toBe(201)
    const response = await fetch(`${url}/t/${id}?wait=1`, { headers })
    expect(await response.json()).toEqual({ messages: [{ cursor: 1, body: { a: 1 } }] })
    expect([globalThis.Request, globalThis.Response]).toEqual([Request, Response])
  })

  test('keeps what it acknowledged over a restart', async () => {
    const first = await start({ dataDirectory: join(directory, 'data') })
    await put(first.url)
    await post(first.url, '{"a":1}')
    await first.close()
    const second = await start({ dataDirectory: join(directory, 'data'), sync: false })
    await post(second.url, '{"b":2}')
    const response = await fetch(`${second.url}/t/${id}`, { headers })
    expect(await response.json()).toEqual({
      messages: [
        { cursor: 1, body: { a: 1 } },
        { cursor: 2, body: { b: 2 } },
      ],
    })
  })

  test('streams, and ends streams and polls when it closes', async () => {
    const events: RelayEvent[] = []
    const server = await start({ log: (event) => events.push(event) })
    await put(server.url)
    const stream = await fetch(`${server.url}/t/${id}`, {
      headers: { ...headers, accept: 'text/event-stream' },
    })
    const poll = fetch(`${server.url}/t/${id}?wait=25`, { headers })
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe(': open\n\n')
    await post(server.url, '{"a":1}')
    expect((await reader.read()).value).toBe('id: 1\ndata: {"a":1}\n\n')
    expect(await (await poll).json()).toMatchObject({ messages: [{ cursor: 1 }] })
    const closing = server.close()
    expect(server.close()).toBe(closing)
    expect((await reader.read()).value).toMatch(/^retry: \d{3,4}\n\n$/)
    expect((await reader.read()).done).toBe(true)
    await closing
    await expect(fetch(`${server.url}/health`)).rejects.toThrow()
    expect(events).toEqual([{ event: 'started', url: server.url }, { event: 'stopped' }])
  })

  test('refuses a body that is too large without reading it all', async () => {
    const { url } = await start()
    await put(url)
    const response = await post(url, `{"a":"${'x'.repeat(70_000)}"}`)
    expect(response.status).toBe(413)
    const chunked = await raw(url, `POST /t/${id} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`)
    for (let n = 0; n < 20; n++) chunked.socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`)
    expect(await chunked.until('413')).toContain('BODY_TOO_LARGE')
    chunked.socket.destroy()
  })

  test('cuts off who sends headers or a body too slowly, and header lines that are too long', async () => {
    const { url } = await start({
      limits: { headersSeconds: 0.2, requestSeconds: 0.4, maxHeaderBytes: 2048 },
    })
    const slowHeaders = await raw(url, `POST /t/${id} HTTP/1.1\r\nHost: a\r\n`)
    const slowBody = await raw(url, `POST /t/${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{`)
    const longHeader = await raw(url, `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3000)}\r\n\r\n`)
    expect(await longHeader.closed).toContain('431')
    expect(await slowHeaders.closed).toContain('408')
    await slowBody.closed
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })

  test('cuts off who does nothing at all', async () => {
    const { url } = await start({ limits: { idleSeconds: 0.2 } })
    const idle = await raw(url, '')
    expect(await idle.closed).toBe('')
  })

  test('ends in time although somebody never finishes a request', async () => {
    const { url, close } = await start({ limits: { stopSeconds: 0.1 } })
    const slow = await raw(url, `POST /t/${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{`)
    await close()
    await slow.closed
  })

  test('frees the place of a stream whose reader is gone', async () => {
    const { url } = await start({ limits: { maxWaiters: 1, topicBurst: 10_000 } })
    await put(url)
    const leaving = new AbortController()
    const accept = { ...headers, accept: 'text/event-stream' }
    await fetch(`${url}/t/${id}`, { headers: accept, signal: leaving.signal })
    expect((await fetch(`${url}/t/${id}`, { headers })).status).toBe(503)
    leaving.abort()
    await expect.poll(async () => (await fetch(`${url}/t/${id}`, { headers })).status).toBe(200)
  })

  test('limits each address by the connection it comes from', async () => {
    const { url } = await start({ limits: { addressBurst: 1, addressPerSecond: 0.001 } })
    const statuses = []
    for (const address of ['1.1.1.1', '2.2.2.2'])
      statuses.push((await fetch(`${url}/health`, { headers: { 'x-forwarded-for': address } })).status)
    expect(statuses).toEqual([200, 429])
  })

  test('sweeps now and then, also after a failure', async () => {
    const clock = new ManualClock(1000)
    const inner = memoryTopicStore({ clock })
    let sweeps = 0
    const store = {
      ...bound(inner),
      sweep: async () => {
        sweeps += 1
        if (sweeps === 1) throw new RangeError('t:secret-id is broken')
        return inner.sweep()
      },
    }
    const events: RelayEvent[] = []
    const server = await start({
      store,
      clock,
      log: (event) => events.push(event),
      limits: { sweepSeconds: 60 },
    })
    await inner.open('a', { expiresAt: 1030, capacity: 1 })
    clock.advance(60)
    await expect.poll(() => clock.pending).toBe(1)
    expect(events).toContainEqual({ event: 'failed', operation: 'sweep', error: 'RangeError' })
    clock.advance(60)
    await expect.poll(() => sweeps).toBe(2)
    await server.close()
    expect(clock.pending).toBe(0)
    // A store that was given stays open.
    expect(await inner.open('b', { expiresAt: 9999, capacity: 1 })).toBe('opened')
  })

  test('says why it cannot start', async () => {
    const { url } = await start({ publicUrl: 'https://relay.example/base/' })
    expect(url).toBe('https://relay.example/base')
    const taken = Number(new URL((await start()).url).port)
    await expect(
      startRelayServer({ port: taken, dataDirectory: join(directory, 'd') }),
    ).rejects.toMatchObject({
      code: 'RELAY_ADDRESS_UNAVAILABLE',
      data: { host: '127.0.0.1', port: taken, reason: 'in-use' },
    })
    // The directory was let go.
    await start({ dataDirectory: join(directory, 'd') })
    await expect(startRelayServer({ dataDirectory: join(directory, 'd') })).rejects.toMatchObject({
      data: { reason: 'locked' },
    })
    await expect(startRelayServer({ host: '203.0.113.1' })).rejects.toMatchObject({
      data: { reason: 'not-here' },
    })
    for (const wrong of [
      { publicUrl: 'ftp://relay.example' },
      { publicUrl: 'https://relay.example/?a' },
      { publicUrl: 'relay' },
      { trustedProxies: -1 },
      { limits: { maxTopics: 0 } },
    ])
      await expect(startRelayServer(wrong)).rejects.toMatchObject({ code: 'RELAY_CONFIG_INVALID' })
    const both = { store: memoryTopicStore(), dataDirectory: directory }
    await expect(startRelayServer(both)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('the uport-relay command', () => {
  async function run(args: readonly string[], signal = AbortSignal.abort()) {
    const out: string[] = []
    const err: string[] = []
    const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), signal }
    return { code: await runRelayCommand(args, io), out, err }
  }

  test('runs until it is told to stop', async () => {
    const { code, out, err } = await run(['--memory'])
    expect([code, err]).toEqual([0, []])
    expect(out).toEqual([
      expect.stringMatching(/^uport-relay listening on http:\/\/127\.0\.0\.1:\d+$/),
      'uport-relay stopped',
    ])
    const behind = await run(['--memory', '--public-url', 'https://relay.example/'])
    expect(behind.out[0]).toMatch(
      /^uport-relay listening on http:\/\/127\.0\.0\.1:\d+ \(clients reach it at https:\/\/relay\.example\)$/,
    )
    const stopping = new AbortController()
    const running = run(['--memory', '--json'], stopping.signal)
    stopping.abort()
    expect((await running).out.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'started' },
      { event: 'stopped' },
    ])
  })

  test('explains itself', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    expect(out[0]).toContain('Usage: uport-relay')
  })

  test('reads a file; flags win', () => {
    const file = join(directory, 'relay.json')
    writeFileSync(
      file,
      JSON.stringify({
        host: '::1',
        port: 1,
        dataDirectory: 'a',
        trustedProxies: 1,
        limits: { maxTopics: 5, topicCapacity: 2 },
      }),
    )
    const args = ['--config', file, '--port', '2', '--limit', 'maxTopics=6', '--limit', 'waitSeconds=1.5']
    expect(() => parseRelayCommand(args)).toThrow('limits.waitSeconds: unknown limit; known are ')
    expect(parseRelayCommand([...args.slice(0, -1), 'maxWaitSeconds=1.5', '--no-sync'])).toEqual({
      kind: 'run',
      config: {
        host: '::1',
        port: 2,
        dataDirectory: 'a',
        trustedProxies: 1,
        sync: false,
        limits: { maxTopics: 6, topicCapacity: 2, maxWaitSeconds: 1.5 },
      },
    })
    expect(parseRelayCommand(['--config', file, '--memory'])).toMatchObject({ config: { memory: true } })
    expect(parseRelayCommand(['--config', file, '--data', 'b'])).toMatchObject({
      config: { dataDirectory: 'b' },
    })
  })

  test.each([
    [['--legacy-topics'], {}],
    [[], { legacyTopics: true }],
  ])('serves the old message server’s topics for %j and %j', async (flags, members) => {
    const file = join(directory, 'relay.json')
    writeFileSync(file, JSON.stringify({ memory: true, ...members }))
    const command = parseRelayCommand(['--config', file, ...flags])
    expect(command).toMatchObject({ kind: 'run', config: { legacyTopics: true } })
    const { url } = await start({ legacyTopics: true, dataDirectory: join(directory, 'legacy') })
    const created = await fetch(`${url}/topic`, { method: 'POST', body: '{"access_token":"a"}' })
    expect(created.status).toBe(201)
    const topic = await fetch(`${url}${created.headers.get('location')}`)
    expect(await topic.json()).toMatchObject({ message: { content: '{"access_token":"a"}' } })
  })

  test.each([
    ['{"prot":1}', 'prot: unknown key; known are '],
    ['{"port":"1"}', 'port: must be a number'],
    ['{"limits":[]}', 'limits: must be an object of numbers'],
    ['{"limits":{"x":1},"memory":true}', 'limits.x: unknown limit'],
    ['[]', 'must hold a JSON object'],
    ['{', 'is not JSON'],
    ['{"memory":true,"dataDirectory":"a"}', 'say one'],
    ['{"port":70000,"memory":true}', 'port: must be a whole number from 0 to 65535'],
    ['{"port":1}', 'say where messages live'],
    ['{"memory":true,"logLevel":"silly"}', 'logLevel: must be one of debug, info, warn, error'],
    ['{"memory":true,"metricsPort":-1}', 'metricsPort: must be a whole number from 0 to 65535'],
  ])('refuses the file %s in one line', async (text, message) => {
    const file = join(directory, 'relay.json')
    writeFileSync(file, text)
    const { code, err } = await run(['--config', file])
    expect([code, err.length]).toEqual([2, 1])
    expect(err[0]).toContain(message)
    expect(err[0]).not.toContain('\n')
  })

  test.each([
    [['--nonsense'], "command line: Unknown option '--nonsense'"],
    [['stray'], 'command line: Unexpected argument'],
    [[], '--data: say where messages live'],
    [['--port', 'x', '--memory'], '--port: must be a whole number.'],
    [['--memory', '--data', 'a'], '--store: messages live in a directory'],
    [['--memory', '--limit', 'maxTopics'], '--limit: write <name>=<value>.'],
    [['--memory', '--limit', 'maxTopics=0'], '--limit maxTopics: must be a positive number.'],
    [['--memory', '--limit=maxTopics=x'], '--limit maxTopics: must be a positive number.'],
    [['--config', 'nowhere.json'], '--config: cannot read nowhere.json'],
    [['--memory', '--public-url', 'x'], '--public-url: must be an http or https URL'],
    [['--memory', '--trusted-proxies=17'], '--trusted-proxies: must be a whole number from 0 to 16.'],
    [['--memory', '--log-level', 'loud'], '--log-level: must be one of debug, info, warn, error.'],
    [['--memory', '--metrics-port', '70000'], '--metrics-port: must be a whole number from 0 to 65535.'],
    [['--store', './nowhere.js'], '--store: ./nowhere.js cannot be loaded'],
  ])('refuses %j, and names what was typed', async (args, message) => {
    const { code, err } = await run(args)
    expect([code, err.length]).toEqual([2, 1])
    expect(err[0]?.startsWith(`uport-relay: ${message}`), err[0]).toBe(true)
  })

  test('names the flag where a file is told of, too', async () => {
    const file = join(directory, 'relay.json')
    writeFileSync(file, '{"memory":true,"logLevel":"silly","limits":{"maxTopics":0}}')
    const typed = await run(['--config', file, '--log-level', 'loud'])
    expect(typed.err[0]).toContain('uport-relay: --log-level: ')
    const limited = await run(['--config', file, '--log-level', 'info'])
    expect(limited.err[0]).toContain('uport-relay: limits.maxTopics: ')
  })

  test('says in one line what failed', async () => {
    writeFileSync(join(directory, 'file'), '')
    const unwritable = await run(['--data', join(directory, 'file')])
    expect(unwritable.code).toBe(1)
    expect(unwritable.err).toEqual([expect.stringContaining('Cannot write to the data directory')])
    // Nothing can be made in there, and a recursive mkdir would try for ever.
    const never = await run(['--data', '/proc/uport-relay/data'])
    expect(never.err).toEqual([expect.stringContaining('Cannot write to the data directory')])
    const { port } = new URL((await start()).url)
    const inUse = await run(['--memory', '--port', port])
    expect(inUse).toMatchObject({
      code: 1,
      err: [`uport-relay: Port ${port} on 127.0.0.1 is in use; choose another, or 0 for a free one.`],
    })
    expect(await run(['--memory', '--metrics-port', port])).toEqual({
      code: 1,
      out: [],
      err: [`uport-relay: Metrics port ${port} on 127.0.0.1 is in use; choose another, or 0 for a free one.`],
    })
  })
})

function bound(store: ReturnType<typeof memoryTopicStore>) {
  return {
    open: store.open.bind(store),
    append: store.append.bind(store),
    read: store.read.bind(store),
    remove: store.remove.bind(store),
    close: store.close.bind(store),
  }
}

interface RawConnection {
  readonly socket: Socket
  /** What was received, once it holds a text. */
  until(text: string): Promise<string>
  /** What was received, once the connection has ended. */
  readonly closed: Promise<string>
}

function raw(url: string, head: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('utf8').on('data', (part) => {
    received += part
  })
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)))
  const until = (text: string) =>
    new Promise<string>((resolve) => {
      const check = () => received.includes(text) && resolve(received)
      socket.on('data', check)
      check()
    })
  return new Promise((resolve) =>
    socket.on('connect', () => {
      socket.write(head)
      resolve({ socket, until, closed })
    }),
  )
}
