import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../packages/relay-server/dist/bin.js', import.meta.url))
const STORES = fileURLToPath(new URL('../../packages/store-redis/dist/relay.js', import.meta.url))
const UNLIMITED = ['addressBurst', 'addressPerSecond', 'topicBurst', 'topicPerSecond', 'maxTopicsPerAddress']

/** A relay on Redis in a process of its own, as behind a load balancer. */
export class RelayInstance {
  url = ''
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | undefined

  /** @param redisUrl several, separated by commas: a Cluster */
  constructor(redisUrl: string, env: Readonly<Record<string, string>> = {}) {
    this.#env = { ...process.env, UPORT_REDIS_URL: redisUrl, ...env }
  }

  async start(): Promise<void> {
    const limits = UNLIMITED.flatMap((name) => ['--limit', `${name}=1000000`])
    const child = spawn(process.execPath, [BIN, '--store', STORES, '--json', ...limits], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    const [line] = await once(child.stdout, 'data')
    this.url = JSON.parse(String(line)).url
    child.stdout.resume()
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
}
