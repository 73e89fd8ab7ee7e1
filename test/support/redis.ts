import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

export interface RedisOptions {
  readonly path: string
  /** Writes every command to disk (`appendonly yes`). Default true. */
  readonly appendOnly?: boolean
  /** More arguments for the program. */
  readonly args?: readonly string[]
  /** Whether what it says of errors is passed on. Default true. */
  readonly isNoisy?: boolean
}

/** A real Redis on loopback, with a folder of its own. */
export class TestRedis implements AsyncDisposable {
  readonly port: number
  readonly #options: RedisOptions
  readonly #directory: string
  #process: ChildProcess | undefined

  private constructor(port: number, directory: string, options: RedisOptions) {
    this.port = port
    this.#directory = directory
    this.#options = options
  }

  static async start(options: RedisOptions): Promise<TestRedis> {
    const directory = await mkdtemp(join(tmpdir(), 'uport-redis-'))
    const redis = new TestRedis(await freePort(), directory, options)
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get isRunning(): boolean {
    const child = this.#process
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Starts it, also again after `kill`: on the same port, with what it had written. */
  async start(): Promise<void> {
    const { path, appendOnly = true, args = [], isNoisy = true } = this.#options
    const settings = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#directory,
      '--save',
      '',
    ]
    const child = spawn(path, [...settings, '--appendonly', appendOnly ? 'yes' : 'no', ...args], {
      stdio: ['ignore', 'pipe', isNoisy ? 'inherit' : 'ignore'],
    })
    this.#process = child
    for await (const text of child.stdout.setEncoding('utf8'))
      if (/Ready to accept connections/.test(text)) break
    child.stdout.resume()
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || !this.isRunning) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** Stops it from answering, as a machine that hangs does, or a network that swallows packets. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.resume()
    await this.kill()
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** Three masters with a replica each, on loopback. */
export class TestRedisCluster implements AsyncDisposable {
  readonly nodes: readonly TestRedis[]

  private constructor(nodes: readonly TestRedis[]) {
    this.nodes = nodes
  }

  static async start(options: RedisOptions): Promise<TestRedisCluster> {
    const nodes = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const busPort = String(await freePort())
        const cluster = [
          '--cluster-enabled',
          'yes',
          '--cluster-port',
          busPort,
          '--cluster-node-timeout',
          '1000',
        ]
        const quick = ['--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0']
        const node = await TestRedis.start({
          ...options,
          args: [...cluster, ...quick, ...(options.args ?? [])],
        })
        return { node, index, busPort }
      }),
    )
    const cluster = new TestRedisCluster(nodes.map(({ node }) => node))
    const clients = cluster.nodes.map(({ url }) => new Redis(url))
    try {
      await join6(
        clients,
        nodes.map(({ node, busPort }) => ({ port: node.port, busPort })),
      )
    } finally {
      for (const client of clients) client.disconnect()
    }
    return cluster
  }

  get urls(): readonly [string, ...string[]] {
    const [first, ...rest] = this.nodes.map(({ url }) => url)
    if (first === undefined) throw new Error('the cluster has no nodes')
    return [first, ...rest]
  }

  /** The nodes that the others hold for masters now; needs a node that answers. */
  async masters(): Promise<readonly TestRedis[]> {
    for (const node of this.nodes.filter(({ isRunning }) => isRunning)) {
      const lines = String((await ask(node, 'CLUSTER', 'NODES')) ?? '').split('\n')
      const masters = lines.filter((line) => /\bmaster\b/.test(line) && !/\bfail\b/.test(line))
      const ports = masters.map((line) => Number(/^\S+ [^:]*:(\d+)/.exec(line)?.[1]))
      if (masters.length > 0) return this.nodes.filter(({ port }) => ports.includes(port))
    }
    throw new Error('no node of the cluster answers')
  }

  /** Whether every node answers, has a place in a cluster that works and knows its replicas, and every replica follows its master. */
  async isReplicated(): Promise<boolean> {
    const states = await Promise.all(
      this.nodes.map(async (node) => {
        const [cluster, replication, slots] = [
          await ask(node, 'CLUSTER', 'INFO'),
          await ask(node, 'INFO', 'replication'),
          await ask(node, 'CLUSTER', 'SLOTS'),
        ]
        const isFollowing = /role:master\r\nconnected_slaves:[1-9]|master_link_status:up/.test(
          String(replication),
        )
        // First and last slot, the master, and after it the replicas that this node has heard of.
        const areKnown = Array.isArray(slots) && slots.every((range: readonly unknown[]) => range.length > 3)
        return /cluster_state:ok/.test(String(cluster)) && isFollowing && areKnown
      }),
    )
    return states.every(Boolean)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()))
  }
}

/** One command to one node; undefined where it does not answer. */
async function ask(node: TestRedis, command: string, argument: string): Promise<unknown> {
  const client = new Redis(node.url, { lazyConnect: true, retryStrategy: () => null, commandTimeout: 1000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return await client.call(command, argument)
  } catch {
    return undefined
  } finally {
    client.disconnect()
  }
}

const SLOTS = 16_384

async function join6(
  clients: readonly Redis[],
  nodes: readonly { readonly port: number; readonly busPort: string }[],
): Promise<void> {
  const [first] = clients
  if (first === undefined) return
  await Promise.all(
    clients.slice(0, 3).map((client, index) => {
      const start = Math.floor((SLOTS / 3) * index)
      const end = Math.floor((SLOTS / 3) * (index + 1)) - 1
      return client.cluster('ADDSLOTSRANGE', start, end)
    }),
  )
  for (const { port, busPort } of nodes.slice(1))
    await first.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  await until(async () => (await countKnown(first)) === nodes.length)
  const ids = await Promise.all(clients.map((client) => client.cluster('MYID')))
  await Promise.all(
    clients.slice(3).map(async (client, index) => {
      const master = String(ids[index])
      await until(async () => String(await client.cluster('NODES')).includes(master))
      await client.cluster('REPLICATE', master)
    }),
  )
  for (const client of clients)
    await until(async () => /cluster_state:ok/.test(String(await client.cluster('INFO'))))
  for (const client of clients.slice(3))
    await until(async () => /master_link_status:up/.test(await client.info('replication')))
}

async function countKnown(client: Redis): Promise<number> {
  const lines = String(await client.cluster('NODES')).split('\n')
  return lines.filter((line) => / connected\b/.test(line) && !/handshake/.test(line)).length
}

/** Asks again until it is so: a cluster tells nobody when its nodes agree. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('the cluster did not come together in 20 s')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
