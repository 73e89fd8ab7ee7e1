import type { TestRedis, TestRedisCluster } from '../support/redis.ts'
import type { SeededRandom } from '../support/seeded-random.ts'
import { pause } from './http-call.ts'
import type { Ledger } from './ledger.ts'
import type { LossyProxy } from './lossy-proxy.ts'
import type { RelayProcess } from './relay-process.ts'
import { readSlowly } from './slow-readers.ts'

export interface FaultWorld {
  readonly cluster: TestRedisCluster
  /** The relay that is killed; the other lives through all of it. */
  readonly victim: RelayProcess
  readonly relays: readonly RelayProcess[]
  readonly proxies: readonly LossyProxy[]
  readonly random: SeededRandom
  readonly ledger: Ledger
  readonly lost: AbortSignal
  /** By which a relay has let go of who is not there. */
  readonly letGoSeconds: number
}

/** Does its harm, and resolves with a few words when it has been undone. */
type Fault = (world: FaultWorld) => Promise<string>

export const FAULTS: Readonly<Record<string, Fault>> = {
  'relay killed': async ({ victim, random }) => {
    await victim.kill()
    await pause(random.below(800))
    await victim.start()
    return 'started again'
  },

  'Redis restarted': async ({ cluster, random }) => {
    const node = random.pick(await cluster.masters())
    await node.kill()
    await node.start()
    await untilHealthy(cluster)
    return 'a master, on its own data'
  },

  'master failed over': async ({ cluster, random }) => {
    const node = random.pick(await cluster.masters())
    await node.kill()
    const begin = performance.now()
    await until(async () => isElected(await cluster.masters(), node))
    const seconds = (performance.now() - begin) / 1000
    await pause(1000 + random.below(2000))
    await node.start()
    await untilHealthy(cluster)
    return `a replica took over after ${seconds.toFixed(1)} s`
  },

  'readers slow': async ({ relays, random, ledger, lost, letGoSeconds }) => {
    const relayUrl = random.pick(relays).url
    const letGo = await readSlowly({ relayUrl, ledger, lost, seconds: letGoSeconds })
    return `${letGo} were let go and read on, the others found all of it in their buffers`
  },

  'connections half open': async ({ proxies, random, ledger, letGoSeconds }) => {
    const sockets = random.pick(proxies).swallow()
    await pause(letGoSeconds * 1000)
    let kept = 0
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = new Promise<boolean>((resolve) => {
          socket.once('close', () => resolve(true))
          setTimeout(() => resolve(false), 2000)
        })
        socket.resume()
        if (socket.destroyed || (await closed)) return
        kept += 1
        socket.destroy()
      }),
    )
    if (kept > 0) ledger.violate('other', `a relay kept ${kept} of ${sockets.length} half-open connections`)
    return `all ${sockets.length - kept} let go`
  },
}

function isElected(masters: readonly TestRedis[], killed: TestRedis): boolean {
  return masters.length === 3 && !masters.includes(killed)
}

/** Three masters, each with a replica that has all of it: a write counts again. */
async function untilHealthy(cluster: TestRedisCluster): Promise<void> {
  await until(async () => (await cluster.masters()).length === 3 && (await cluster.isReplicated()))
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error('the cluster did not recover in a minute')
    await pause(100)
  }
}
