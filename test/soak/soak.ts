import { once, setMaxListeners } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { TestRedisCluster } from '../support/redis.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { ExchangeLane } from './exchange-lane.ts'
import { FAULTS, type FaultWorld } from './faults.ts'
import { httpCall, pause } from './http-call.ts'
import { Ledger } from './ledger.ts'
import { LossyProxy } from './lossy-proxy.ts'
import { MemorySeries } from './memory-series.ts'
import { RelayProcess } from './relay-process.ts'

export interface SoakOptions {
  readonly minutes: number
  readonly seed: number
  /** Exchanges at one time. */
  readonly lanes: number
  /** Where `redis-server` is. */
  readonly redisPath: string
  /** Told of how it goes, every ten seconds and at each fault. */
  readonly tell: (line: string) => void
}

export interface FaultRecord {
  readonly kind: string
  /** Seconds from the start of the soak. */
  readonly at: number
  /** From the fault's begin until all is as before and every relay takes writes on every part of the Cluster. */
  readonly seconds: number
  readonly result: string
}

export interface SoakResult {
  readonly seconds: number
  readonly ledger: Ledger
  readonly faults: readonly FaultRecord[]
  /** Of the relay that lived through everything. */
  readonly memory: MemorySeries
  readonly crashes: number
  /** What the relays told of failures, and how often. */
  readonly failures: Readonly<Record<string, number>>
}

/** Short, so that a few minutes hold many ends of streams and of connections. */
const LIMITS = {
  heartbeatSeconds: 1,
  maxStreamSeconds: 6,
  idleSeconds: 6,
  sweepSeconds: 10,
  topicCapacity: 64,
}
const UNLIMITED = [
  'addressBurst',
  'addressPerSecond',
  'topicBurst',
  'topicPerSecond',
  'maxTopicsPerAddress',
  'maxWaitersPerAddress',
]
/** After the longest life of a stream and of a connection that is done. */
const LET_GO_SECONDS = 14
const SAMPLE_SECONDS = 10
/** Between two faults, at the longest. */
const QUIET_SECONDS = 12
const DRAIN_SECONDS = 60

/** Load on two relays that share a Redis Cluster, while everything fails that can. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const cluster = await TestRedisCluster.start({
    path: options.redisPath,
    args: ['--appendfsync', 'always'],
    isNoisy: false,
  })
  const relays: RelayProcess[] = []
  const proxies: LossyProxy[] = []
  try {
    for (let n = 0; n < 2; n++) {
      const port = await freePort()
      const relay = new RelayProcess({ redisUrls: cluster.urls.join(','), port, limits: limits() })
      relays.push(relay)
      await relay.start()
      proxies.push(await LossyProxy.start(port))
    }
    return await new Soak(options, cluster, relays, proxies).run()
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()))
    await Promise.all(relays.map((relay) => relay.kill()))
    await cluster[Symbol.asyncDispose]()
  }
}

function limits(): Record<string, number> {
  const unlimited = UNLIMITED.map((name) => [name, 1_000_000] as const)
  return { ...Object.fromEntries(unlimited), maxBytesPerAddress: 2 ** 30, maxStoreBytes: 2 ** 30, ...LIMITS }
}

class Soak {
  readonly #options: SoakOptions
  readonly #random: SeededRandom
  readonly #world: FaultWorld
  readonly #survivor: RelayProcess
  readonly #ledger = new Ledger()
  readonly #memory = new MemorySeries()
  readonly #faults: FaultRecord[] = []
  readonly #stopping = new AbortController()
  readonly #lost = new AbortController()
  readonly #begin = performance.now()

  constructor(
    options: SoakOptions,
    cluster: TestRedisCluster,
    relays: readonly RelayProcess[],
    proxies: readonly LossyProxy[],
  ) {
    const [victim, survivor] = relays
    if (victim === undefined || survivor === undefined) throw new Error('a soak needs two relays')
    this.#options = options
    // Every lane listens.
    setMaxListeners(0, this.#lost.signal)
    this.#random = new SeededRandom(options.seed)
    this.#survivor = survivor
    this.#world = {
      cluster,
      victim,
      relays,
      proxies,
      random: this.#random,
      ledger: this.#ledger,
      lost: this.#lost.signal,
      letGoSeconds: LET_GO_SECONDS,
    }
  }

  async run(): Promise<SoakResult> {
    const lanes = Array.from({ length: this.#options.lanes }, (_, lane) =>
      new ExchangeLane({
        relayUrls: this.#world.relays.map(({ url }) => url),
        networkUrls: this.#world.proxies.map(({ url }) => url),
        random: new SeededRandom(this.#options.seed * 1000 + lane),
        ledger: this.#ledger,
        stopping: this.#stopping.signal,
        lost: this.#lost.signal,
      }).run(),
    )
    const sampling = this.#sample()
    await this.#breakThings()
    this.#stopping.abort()
    const giveUp = setTimeout(() => this.#lost.abort(new Error('it did not come')), DRAIN_SECONDS * 1000)
    await Promise.all(lanes)
    clearTimeout(giveUp)
    await sampling
    return {
      seconds: this.#seconds(),
      ledger: this.#ledger,
      faults: this.#faults,
      memory: this.#memory,
      crashes: this.#world.relays.reduce((sum, { crashes }) => sum + crashes, 0),
      failures: this.#failures(),
    }
  }

  #seconds(): number {
    return (performance.now() - this.#begin) / 1000
  }

  #failures(): Record<string, number> {
    const sums = new Map<string, number>()
    for (const { failures } of this.#world.relays)
      for (const [words, count] of failures) sums.set(words, (sums.get(words) ?? 0) + count)
    return Object.fromEntries(sums)
  }

  /** All kinds of faults in any order, and again, until the time is over; each at least once. */
  async #breakThings(): Promise<void> {
    const end = this.#options.minutes * 60
    const quiet = Math.min(QUIET_SECONDS, end / 20)
    for (let isFirst = true; isFirst || this.#seconds() < end; isFirst = false) {
      const left = Object.entries(FAULTS)
      // What only waits goes on while the others come.
      const waits: Promise<void>[] = []
      while (left.length > 0 && (isFirst || this.#seconds() < end)) {
        const [picked] = left.splice(this.#random.below(left.length), 1)
        if (picked === undefined) break
        await pause(1000 * quiet * (0.25 + 0.75 * this.#random.next()))
        const done = this.#suffer(...picked)
        if (/slow|half open/.test(picked[0])) waits.push(done)
        else await done
      }
      await Promise.all(waits)
    }
  }

  async #suffer(kind: string, fault: (world: FaultWorld) => Promise<string>): Promise<void> {
    const at = this.#seconds()
    this.#options.tell(`${clockText(at)}  ${kind}`)
    const result = await fault(this.#world)
    await this.#untilTaken()
    const seconds = this.#seconds() - at
    this.#faults.push({ kind, at, seconds, result })
    this.#options.tell(
      `${clockText(this.#seconds())}  ${kind}: ${result}; whole after ${seconds.toFixed(1)} s`,
    )
  }

  /** Until every relay opens topics on all parts of the Cluster. */
  async #untilTaken(): Promise<void> {
    for (const { url } of this.#world.relays) {
      while (!this.#lost.signal.aborted) {
        const answer = await httpCall(`${url}/health`, { method: 'GET' }).catch(() => undefined)
        if (answer?.status === 200) break
        await pause(50)
      }
    }
  }

  async #sample(): Promise<void> {
    let before = 0
    // More often in a short run, which would else have no samples.
    const every = Math.min(SAMPLE_SECONDS, this.#options.minutes * 6)
    while (!this.#stopping.signal.aborted) {
      await pause(every * 1000)
      const memory = await this.#survivor.memory()
      this.#memory.add(this.#seconds() / 60, memory)
      const { counts } = this.#ledger
      const rate = (counts.exchanges - before) / every
      before = counts.exchanges
      const words = [
        `${counts.exchanges} exchanges (${rate.toFixed(0)}/s)`,
        `${counts.acknowledged} posts acknowledged`,
        `${counts.retried} retried`,
        `${this.#ledger.violations} violations`,
        `to the reader in ${this.#ledger.recentMedian().toFixed(1)} ms`,
        `memory ${(memory.used / 1e6).toFixed(1)} MB, resident ${(memory.rss / 1e6).toFixed(0)} MB`,
      ]
      this.#options.tell(`${clockText(this.#seconds())}  ${words.join(', ')}`)
    }
  }
}

function clockText(seconds: number): string {
  const whole = Math.floor(seconds)
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
