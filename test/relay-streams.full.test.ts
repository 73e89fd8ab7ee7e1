import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../packages/relay-server/dist/bin.js', import.meta.url))
const PROBE = new URL('support/memory-probe.mjs', import.meta.url).href
const CLIENTS = fileURLToPath(new URL('support/stream-clients.mjs', import.meta.url))
const STREAMS = 10_000
const FILES = 12_000
/** Of memory for each stream, its socket included. */
const MAX_BYTES = 40_000
const POSTS = 200
/** From a post's answer to the reader that waits for it, the slowest of them, on a machine that is busy with both ends. */
const MAX_MILLISECONDS = 2000

const children: ChildProcess[] = []
afterEach(async () => {
  const ends = children.splice(0).map(async (child) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  })
  await Promise.all(ends)
})

/** A Node with room for as many open files as there are streams: a connection is one at each end. */
function startNode(args: readonly string[]): ChildProcess {
  const script = `ulimit -Sn ${FILES} && exec "$0" "$@"`
  const child = spawn('/bin/sh', ['-c', script, process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  children.push(child)
  return child
}

/** The next message of a process that has this member. */
function hear<T>(child: ChildProcess, member: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Readonly<Record<string, T>>): void => {
      const value = message[member]
      if (value === undefined) return
      child.off('message', onMessage)
      resolve(value)
    }
    child.on('message', onMessage)
    child.once('exit', (code) => reject(new Error(`the process ended with ${code} before it told ${member}`)))
  })
}

interface Memory {
  readonly rss: number
  readonly heapUsed: number
}

function memoryOf(child: ChildProcess): Promise<Memory> {
  const answer = hear<Memory>(child, 'memory')
  child.send('memory')
  return answer
}

it(`${STREAMS} streams wait at one relay, at most ${MAX_BYTES / 1000} kB each, and each gets what is posted to it`, async () => {
  const hard = execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim()
  if (hard !== 'unlimited' && Number(hard) < FILES)
    throw new Error(`This needs ${FILES} open files and may have ${hard}: raise the hard limit (ulimit -n).`)
  const unlimited = ['addressBurst', 'addressPerSecond', 'maxTopicsPerAddress', 'maxWaitersPerAddress']
  const limits = unlimited.flatMap((name) => ['--limit', `${name}=1000000`])
  const relay = startNode(['--expose-gc', '--import', PROBE, BIN, '--memory', '--json', ...limits])
  const [line] = await once(relay.stdout!, 'data')
  const { url } = JSON.parse(String(line))

  const clients = startNode([CLIENTS, url, String(STREAMS)])
  const ids = await hear<readonly string[]>(clients, 'opened')
  const without = await memoryOf(relay)
  const begin = performance.now()
  clients.send('stream')
  expect(await hear(clients, 'streaming')).toBe(STREAMS)
  const seconds = (performance.now() - begin) / 1000
  const waiting = await memoryOf(relay)
  const rssBytes = (waiting.rss - without.rss) / STREAMS
  const heapBytes = (waiting.heapUsed - without.heapUsed) / STREAMS

  const received = new Map<number, { readonly body: string; readonly at: number }[]>()
  let closed = 0
  clients.on(
    'message',
    (message: { readonly reader?: number; readonly body: string; readonly closed?: number }) => {
      if (message.closed !== undefined) closed += 1
      if (message.reader === undefined) return
      const messages = received.get(message.reader) ?? []
      received.set(message.reader, [...messages, { body: message.body, at: performance.now() }])
    },
  )
  const times: number[] = []
  for (let n = 0; n < POSTS; n++) {
    const reader = Math.floor((n * STREAMS) / POSTS)
    const body = JSON.stringify({ n, padding: 'x'.repeat(2048) })
    const response = await fetch(`${url}/t/${ids[reader]}`, { method: 'POST', body })
    const posted = performance.now()
    expect(response.status).toBe(201)
    await expect.poll(() => received.get(reader), { timeout: MAX_MILLISECONDS, interval: 1 }).toBeDefined()
    const [message, ...more] = received.get(reader) ?? []
    expect([message?.body, more]).toEqual([body, []])
    times.push(Math.max(0, (message?.at ?? Number.NaN) - posted))
  }
  const slowest = Math.max(...times)
  console.log(
    `${STREAMS} streams: ${(rssBytes / 1000).toFixed(1)} kB each (heap: ${(heapBytes / 1000).toFixed(1)} kB), opened in ${seconds.toFixed(1)} s; ` +
      `post to reader ${times.toSorted((a, b) => a - b)[POSTS / 2]?.toFixed(1)} ms at the median, ${slowest.toFixed(1)} ms at most`,
  )
  expect([received.size, closed]).toEqual([POSTS, 0])
  // Both: a process that has freed memory before may take it up again without growing.
  expect(rssBytes).toBeLessThanOrEqual(MAX_BYTES)
  expect(heapBytes).toBeLessThanOrEqual(MAX_BYTES)
  clients.send('end')
})
