import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../packages/relay-server/dist/bin.js', import.meta.url))
const STORES = fileURLToPath(new URL('../../packages/store-redis/dist/relay.js', import.meta.url))
const PROBE = new URL('../support/memory-probe.mjs', import.meta.url).href

/** In bytes. */
export interface Memory {
  /** The heap, and the buffers beside it. */
  readonly used: number
  /** Outside of the heap, as the system counts it. */
  readonly native: number
  /** All that the system counts: with the heap's empty pages, which go up and down with the load by tens of megabytes. */
  readonly rss: number
}

export interface RelayProcessOptions {
  /** Several, separated by commas. */
  readonly redisUrls: string
  readonly port: number
  readonly limits: Readonly<Record<string, number>>
}

/** A relay on the Cluster, at the same port each time that it is started. It survives writes on a replica and on the disk. */
export class RelayProcess {
  readonly url: string
  /** What it told of failures, by its words. */
  readonly failures = new Map<string, number>()
  /** How often it ended without being killed. */
  crashes = 0
  readonly #options: RelayProcessOptions
  #child: ChildProcess | undefined

  constructor(options: RelayProcessOptions) {
    this.#options = options
    this.url = `http://127.0.0.1:${options.port}`
  }

  /** Starts it; again where Redis was not there yet. */
  async start(): Promise<void> {
    for (let left = 40; ; left--) {
      const problem = await this.#startOnce()
      if (problem === undefined) return
      if (left === 0) throw new Error(`a relay does not start: ${problem}`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }

  async #startOnce(): Promise<string | undefined> {
    const { redisUrls, port, limits } = this.#options
    const flags = Object.entries(limits).flatMap(([name, value]) => ['--limit', `${name}=${value}`])
    const args = ['--expose-gc', '--import', PROBE, BIN, '--store', STORES, '--port', String(port), '--json']
    const child = spawn(process.execPath, [...args, ...flags], {
      env: {
        ...process.env,
        UPORT_REDIS_URL: redisUrls,
        UPORT_REDIS_REPLICAS: '1',
        UPORT_REDIS_DURABILITY: 'always',
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let last = ''
    createInterface({ input: child.stderr! }).on('line', (line) => {
      last = line
      const what = /"(?:operation|error|code)":"[^"]*"/g
      const words = (line.match(what) ?? [line]).join(' ')
      this.failures.set(words, (this.failures.get(words) ?? 0) + 1)
    })
    const started = once(child.stdout!, 'data').then(() => true)
    const ended = once(child, 'exit').then(() => false)
    if (!(await Promise.race([started, ended]))) return last
    child.stdout?.resume()
    this.#child = child
    child.once('exit', () => {
      if (this.#child === child) this.crashes += 1
    })
    return undefined
  }

  /** What is left in use after a garbage collection. */
  async memory(): Promise<Memory> {
    const child = this.#child
    if (child === undefined) throw new Error('the relay does not run')
    const answer = once(child, 'message')
    child.send('memory')
    const [{ memory }] = await answer
    const { rss, heapTotal, heapUsed, external } = memory
    return { used: heapUsed + external, native: rss - heapTotal, rss }
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}
