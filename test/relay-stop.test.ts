import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { concatBytes, encodeBase64url, encodeUtf8, sha256Base64url } from '@uport-kit/core'
import { afterEach, expect, test } from 'vitest'

const BIN = fileURLToPath(new URL('../packages/relay-server/dist/bin.js', import.meta.url))
const secret = new Uint8Array(32).fill(5)
const id = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))
const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }

let child: ChildProcess | undefined
afterEach(() => {
  child?.kill('SIGKILL')
})

/** The command in a process of its own, logging everything. */
async function start(...args: readonly string[]) {
  const options = ['--memory', '--json', '--log-level', 'debug', '--metrics-port', '0', ...args]
  const started = spawn(process.execPath, [BIN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  child = started
  const log: { event: string; url?: string; route?: string; level: string; id?: string }[] = []
  let errors = ''
  started.stderr.on('data', (part) => {
    errors += part
  })
  createInterface({ input: started.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  await expect.poll(() => log.length, { timeout: 20_000 }).toBe(2)
  const [url = '', operationsUrl = ''] = log.map((line) => line.url)
  const topic = `${url}/t/${id}`
  const expiresAt = Math.floor(Date.now() / 1000) + 600
  const opened = await fetch(topic, { method: 'PUT', headers, body: JSON.stringify({ expiresAt }) })
  return { process: started, log, url, operationsUrl, topic, opened, errors: () => errors }
}

/** Half of a post: the body's last byte is missing. */
async function halfPost(url: string): Promise<{ readonly socket: Socket; readonly answer: Promise<string> }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`POST /t/${id} HTTP/1.1\r\nHost: relay\r\nContent-Length: 7\r\n\r\n{"a":1`)
  let text = ''
  socket.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  return { socket, answer: once(socket, 'close').then(() => text) }
}

const gone = async (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    (error) => error.cause?.code === 'ECONNREFUSED',
  )

test('on SIGTERM open requests end, streams say when to come back, nobody new gets in, and it exits with 0', async () => {
  const relay = await start()
  const { answer, socket } = await halfPost(relay.url)
  const stream = await fetch(relay.topic, { headers: { ...headers, accept: 'text/event-stream' } })
  const poll = fetch(`${relay.topic}?wait=25`, { headers })
  const metrics = async () => (await fetch(`${relay.operationsUrl}/metrics`)).text()
  await expect.poll(metrics).toContain('uport_relay_waiting 2')
  expect((await fetch(`${relay.operationsUrl}/readyz`)).status).toBe(200)

  const exit = once(relay.process, 'exit')
  relay.process.kill('SIGTERM')
  expect(await stream.text()).toMatch(/^: open\n\nretry: \d{3,4}\n\n$/)
  const polled = await poll
  expect(polled.headers.get('connection')).toBe('close')
  expect(await polled.json()).toEqual({ messages: [] })
  await expect.poll(() => gone(`${relay.url}/health`)).toBe(true)
  // Whoever watches sees it go while the last request is still open.
  expect((await fetch(`${relay.operationsUrl}/readyz`)).status).toBe(503)
  expect((await fetch(`${relay.operationsUrl}/healthz`)).status).toBe(200)
  socket.write('}')
  expect((await answer).split('\r\n')[0]).toMatch(/^HTTP\/1\.1 201 /)
  expect(await answer).toMatch(/^connection: close\r$/im)
  expect(await exit).toEqual([0, null])

  expect(relay.errors()).toBe('')
  const requests = relay.log.filter(({ event }) => event === 'request')
  expect(requests.map(({ route }) => route)).toEqual(['/t/:id', '/t/:id', '/t/:id', '/t/:id'])
  expect(requests[0]?.id).toBe(relay.opened.headers.get('x-request-id'))
  expect(relay.log.at(-1)?.event).toBe('stopped')
  const text = JSON.stringify(relay.log)
  expect(text).not.toContain(id)
  expect(text).not.toContain(encodeBase64url(secret))
  expect(await gone(`${relay.operationsUrl}/healthz`)).toBe(true)
})

test('whoever never finishes is cut off when the time to stop is over', async () => {
  const relay = await start('--limit', 'stopSeconds=0.2')
  const { answer } = await halfPost(relay.url)
  const exit = once(relay.process, 'exit')
  const before = performance.now()
  relay.process.kill('SIGINT')
  expect(await exit).toEqual([0, null])
  expect(performance.now() - before).toBeLessThan(4000)
  expect(await answer).toBe('')
})

test('says in one line that a metrics port is taken, and stops', async () => {
  const relay = await start()
  const { port } = new URL(relay.operationsUrl)
  const second = spawn(process.execPath, [BIN, '--memory', '--metrics-port', port], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  second.stderr.on('data', (part) => {
    errors += part
  })
  expect((await once(second, 'exit'))[0]).toBe(1)
  expect(errors).toBe(
    `uport-relay: Metrics port ${port} on 127.0.0.1 is in use; choose another, or 0 for a free one.\n`,
  )
})
