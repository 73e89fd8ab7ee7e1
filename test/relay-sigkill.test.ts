import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RelayClient } from '@uport-kit/channel-relay'
import { type Clock, type ReplyAddress, systemClock } from '@uport-kit/core'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** Each costs most of a second; the full run has the time. */
const KILLS = process.env['UPORT_FULL'] === '1' ? 50 : 6
const SEED = 20_180_601
/** Kept open and posted to at the same time. */
const LANES = 4
const REPLIES_PER_TOPIC = 8
/** How much earlier the client's alarms ring. */
const HASTE = 50
const BIN = fileURLToPath(new URL('../packages/relay-server/dist/bin.js', import.meta.url))

let directory: string
let relay: KillableRelay
let client: RelayClient
/** Ends the load and the killing, also where the test has failed. */
let stopping: AbortController

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'uport-relay-kill-'))
  stopping = new AbortController()
  const port = await freePort()
  relay = new KillableRelay(join(directory, 'data'), port)
  client = new RelayClient({
    url: `http://127.0.0.1:${port}`,
    clock: fastClock,
    timeoutMs: 10_000 * HASTE,
  })
})

afterEach(async () => {
  stopping.abort()
  await client[Symbol.asyncDispose]()
  await relay.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** A clock whose alarms ring early, so that the client's pauses between its tries do not outlast the relay's short lives. */
const fastClock: Clock = {
  now: () => systemClock().now(),
  after: (seconds, ring) => systemClock().after(seconds / HASTE, ring),
}

/** Numbers from 0 to below 1 that a seed decides (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A relay in a process of its own, on the same store and port each time it is started. */
class KillableRelay {
  readonly #args: readonly string[]
  #child: ChildProcess | undefined
  #isStopped = false
  #listening: Promise<unknown> = Promise.resolve()

  constructor(dataDirectory: string, port: number) {
    const unlimited = [
      'addressBurst',
      'addressPerSecond',
      'topicBurst',
      'topicPerSecond',
      'maxTopicsPerAddress',
    ]
    const limits = unlimited.flatMap((name) => ['--limit', `${name}=100000`])
    this.#args = [BIN, '--data', dataDirectory, '--port', String(port), ...limits]
  }

  /** Resolves when the relay listens, at once where it does. */
  async waitUntilUp(): Promise<void> {
    if (this.#isStopped) throw new Error('the test is over')
    await this.#listening
  }

  async start(): Promise<void> {
    if (this.#isStopped) throw new Error('the test is over')
    const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let errors = ''
    child.stderr.on('data', (part) => {
      errors += part
    })
    this.#listening = new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('exit', () => reject(new Error(`the relay did not start: ${errors}`)))
    })
    await this.#listening
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async restart(): Promise<void> {
    await this.kill()
    await this.start()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.kill()
  }
}

/** One address that replies are posted to while somebody waits for them. */
interface Topic {
  readonly address: ReplyAddress
  readonly posted: number[]
  readonly acknowledged: number[]
  readonly received: number[]
}

test(`every acknowledged reply arrives exactly once though the relay is killed ${KILLS} times`, {
  timeout: 240_000,
}, async () => {
  expect(existsSync(BIN), 'build first: npm run build').toBe(true)
  const next = random(SEED)
  await relay.start()
  const topics: Topic[] = []
  let cutOff = 0
  const waiting: Promise<unknown>[] = []
  const failures: unknown[] = []
  const lost = new AbortController()
  const lanes = Array.from({ length: LANES }, async () => {
    while (!stopping.signal.aborted) {
      const topic = await openTopic()
      if (topic === undefined) continue
      topics.push(topic)
      waiting.push(receive(topic, lost.signal).catch((cause) => failures.push(cause)))
      for (let n = 1; n <= REPLIES_PER_TOPIC; n++) cutOff += await deliver(topic, n)
    }
  })

  for (let killed = 0; killed < KILLS; killed++) {
    // So many replies further, and then at any moment of the next ones.
    const enough = countAcknowledged(topics) + 1 + Math.floor(next() * 8)
    while (countAcknowledged(topics) < enough) await pause(2)
    await pause(next() * 15)
    await relay.restart()
  }
  stopping.abort()
  await Promise.all(lanes)
  // What has not come by now never will: the lists below then say what is missing.
  const giveUp = setTimeout(() => lost.abort(new Error('a reply is missing')), 15_000)
  await Promise.all(waiting)
  clearTimeout(giveUp)

  // Otherwise the relay was hardly ever killed while it worked.
  expect(cutOff).toBeGreaterThan(KILLS / 5)
  expect(countAcknowledged(topics)).toBeGreaterThan(KILLS)
  for (const topic of topics) {
    expect(topic.received).toEqual(topic.acknowledged)
    expect(topic.received).toEqual(topic.posted)
  }
  expect(failures).toEqual([])
})

function countAcknowledged(topics: readonly Topic[]): number {
  return topics.reduce((sum, topic) => sum + topic.acknowledged.length, 0)
}

/** Undefined where the relay was just down. */
async function openTopic(): Promise<Topic | undefined> {
  try {
    await relay.waitUntilUp()
    const address = await client.open({ id: 'request', expiresAt: Math.floor(Date.now() / 1000) + 600 })
    return { address, posted: [], acknowledged: [], received: [] }
  } catch {
    await pause(10)
    return undefined
  }
}

/** Waits for the replies. One that was stored twice would take the place of another, and the lists would differ. */
async function receive(topic: Topic, signal: AbortSignal): Promise<void> {
  for await (const reply of client.receive(topic.address, { signal })) {
    topic.received.push(Number(reply['n']))
    if (topic.received.length >= REPLIES_PER_TOPIC) break
  }
}

/** Posts a reply until it is acknowledged, as a wallet does. @returns how many tries were cut off in the middle */
async function deliver(topic: Topic, n: number): Promise<number> {
  topic.posted.push(n)
  const body = JSON.stringify({ n, padding: 'x'.repeat(1000) })
  for (let cutOff = 0; ; ) {
    await relay.waitUntilUp()
    const result = await post(topic.address.callback, body)
    if (result === 'acknowledged') {
      topic.acknowledged.push(n)
      return cutOff
    }
    if (result === 'cut off') cutOff += 1
    await pause(10)
  }
}

async function post(url: string, body: string): Promise<'acknowledged' | 'down' | 'cut off'> {
  const response = await fetch(url, { method: 'POST', body }).catch((error: Error) => error)
  if (response instanceof Error) {
    const cause = response.cause
    return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED' ? 'down' : 'cut off'
  }
  if (!response.ok) throw new Error(`a reply was refused with status ${response.status}`)
  // The status is the acknowledgement, also where the connection breaks before the rest.
  await response.body?.cancel().catch(() => {})
  return 'acknowledged'
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
