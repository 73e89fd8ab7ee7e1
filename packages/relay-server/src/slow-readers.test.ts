import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { concatBytes, encodeBase64url, encodeUtf8, sha256Base64url, type TopicStore } from '@uport-kit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { memoryTopicStore, type RelayServer, type RelayServerOptions, startRelayServer } from './index.ts'

const secret = new Uint8Array(32).fill(9)
const id = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))
const authorization = `Bearer ${encodeBase64url(secret)}`
const headers = { authorization }
const PAST_ALL = 9999
const PATIENCE = { timeout: 20_000, interval: 20 } as const
const UNHURRIED = { topicBurst: 10_000, addressBurst: 10_000, topicPerSecond: 10_000 } as const

const open: { server?: RelayServer; readonly sockets: Socket[] } = { sockets: [] }
afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy()
  await open.server?.close()
})

async function start(options: RelayServerOptions): Promise<string> {
  open.server = await startRelayServer({ ...options, limits: { ...UNHURRIED, ...options.limits } })
  const { url } = open.server
  const body = JSON.stringify({ expiresAt: Math.floor(Date.now() / 1000) + 600 })
  expect((await fetch(`${url}/t/${id}`, { method: 'PUT', headers, body })).status).toBe(201)
  return url
}

const post = async (url: string, body: string): Promise<void> => {
  expect((await fetch(`${url}/t/${id}`, { method: 'POST', body })).status).toBe(201)
}

/** A reader that asks, and takes nothing from its connection. */
async function ask(url: string, query: string, accept: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname }).pause()
  open.sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    `GET /t/${id}${query} HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\nAuthorization: ${authorization}\r\n\r\n`,
  )
  return socket
}

/** Asks for what is not there: an answer without messages has left at once. */
const statusOf = async (url: string): Promise<number> =>
  (await fetch(`${url}/t/${id}?after=${PAST_ALL}`, { headers })).status

/** Everything that had come, and comes until the end. */
async function drain(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (part) => {
    text += part
  })
  socket.resume()
  await once(socket, 'close')
  return text
}

/** The cursors of whole events. */
const cursorsOf = (text: string): number[] =>
  [...text.matchAll(/^id: (\d+)\ndata: .*\n\n/gm)].map(([, cursor]) => Number(cursor))

/** The cursors after this one up to the last, or to where the stream breaks. */
async function readOn(url: string, after: number, last: number): Promise<number[]> {
  const accept = { ...headers, accept: 'text/event-stream' }
  const { body } = await fetch(`${url}/t/${id}?after=${after}`, { headers: accept })
  const cursors: number[] = []
  let text = ''
  try {
    for await (const part of body!.pipeThrough(new TextDecoderStream())) {
      text += part
      const end = text.lastIndexOf('\n\n') + 2
      if (end < 2) continue
      cursors.push(...cursorsOf(text.slice(0, end)))
      text = text.slice(end)
      if (cursors.at(-1) === last) break
    }
  } catch {
    // What has come whole has come.
  }
  return cursors
}

/** Counts how often messages are read. */
function counting(store: TopicStore): TopicStore & { reads: number } {
  const counted: TopicStore & { reads: number } = {
    reads: 0,
    open: (...call) => store.open(...call),
    append: (...call) => store.append(...call),
    read: (...call) => {
      if (call[1] < PAST_ALL) counted.reads += 1
      return store.read(...call)
    },
    remove: (...call) => store.remove(...call),
    sweep: () => store.sweep(),
    close: () => store.close(),
  }
  return counted
}

describe('a reader who does not read', () => {
  it('costs one batch of messages, is let go, and finds the rest by its cursor: each once, in order', async () => {
    const MESSAGES = 160
    const store = counting(memoryTopicStore())
    const url = await start({
      store,
      limits: {
        idleSeconds: 0.5,
        heartbeatSeconds: 0.1,
        maxWaiters: 1,
        topicCapacity: MESSAGES,
        maxBytesPerAddress: 2 ** 28,
      },
    })
    for (let n = 1; n <= MESSAGES; n++)
      await store.append(`t:${id}`, JSON.stringify({ n, padding: 'x'.repeat(60_000) }))
    const before = store.reads
    const socket = await ask(url, '', 'text/event-stream')
    await expect.poll(() => store.reads, PATIENCE).toBeGreaterThan(before + 2)
    // Its place is free again: the connection without a byte in either direction was ended.
    await expect.poll(() => statusOf(url), PATIENCE).toBe(200)
    const first = cursorsOf(await drain(socket))
    // Buffers of the system hold some; the rest was never read from the store.
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(MESSAGES)
    expect(store.reads - before).toBeLessThan(MESSAGES)
    const cursors = [...first]
    // Again where this busy process was itself too slow for the relay.
    while (cursors.length < MESSAGES) cursors.push(...(await readOn(url, cursors.at(-1) ?? 0, MESSAGES)))
    expect(cursors).toEqual(Array.from({ length: MESSAGES }, (_, index) => index + 1))
  })

  it('gets the first of many long messages by a poll, and those after them by the next', async () => {
    const url = await start({})
    for (let n = 1; n <= 3; n++) await post(url, JSON.stringify({ n, padding: 'x'.repeat(40_000) }))
    const read = async (after: number): Promise<number[]> => {
      const { messages } = await (await fetch(`${url}/t/${id}?after=${after}`, { headers })).json()
      return messages.map(({ cursor }: { cursor: number }) => cursor)
    }
    expect([await read(0), await read(1), await read(2), await read(3)]).toEqual([[1], [2], [3], []])
    await post(url, '{"short":1}')
    await post(url, '{"short":2}')
    expect(await read(2)).toEqual([3, 4, 5])
  })

  it('keeps the place of its poll until the answer has left', async () => {
    const url = await start({ limits: { maxWaiters: 1, maxBodyBytes: 2 ** 24 } })
    await post(url, JSON.stringify({ padding: 'x'.repeat(15_000_000) }))
    const socket = await ask(url, '', 'application/json')
    await expect.poll(() => statusOf(url), PATIENCE).toBe(503)
    socket.destroy()
    await expect.poll(() => statusOf(url), PATIENCE).toBe(200)
  })
})

describe('a reader who has vanished without a word', () => {
  it('keeps its place no longer than a stream may last', async () => {
    const url = await start({ limits: { maxWaiters: 1, heartbeatSeconds: 0.1, maxStreamSeconds: 1 } })
    const socket = await ask(url, '', 'text/event-stream')
    await expect.poll(() => statusOf(url), PATIENCE).toBe(503)
    await expect.poll(() => statusOf(url), PATIENCE).toBe(200)
    expect(socket.destroyed).toBe(false)
    await post(url, '{"a":1}')
    expect(await (await fetch(`${url}/t/${id}`, { headers })).json()).toEqual({
      messages: [{ cursor: 1, body: { a: 1 } }],
    })
  })
})
