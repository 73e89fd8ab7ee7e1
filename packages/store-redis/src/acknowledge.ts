import calculateSlot from 'cluster-key-slot'
import type { Redis } from 'ioredis'
import { isCluster, type RedisClient, redisFailed } from './redis-client.ts'

export interface AcknowledgeOptions {
  /** Replicas that must have a write before it counts as stored. Default 0: the master's word is enough. */
  readonly replicas?: number | undefined
  /** How long they may take. Default 1000. */
  readonly replicaMilliseconds?: number | undefined
}

/**
 * Does a write, and waits until replicas have it (`WAIT`). When the node or the connection to it changes in between, the
 * write counts as failed: whoever repeats it finds it, or does it again.
 */
export async function acknowledged<T>(
  client: RedisClient,
  key: string,
  { replicas = 0, replicaMilliseconds = 1000 }: AcknowledgeOptions,
  write: () => Promise<T>,
): Promise<T> {
  if (replicas === 0) return write()
  const node = nodeOf(client, key)
  const result = await write()
  if (node === undefined || node !== nodeOf(client, key)) throw redisFailed('not-replicated')
  // WAIT speaks of what its connection wrote. On a new one, which may lead to another node, nothing was written.
  if (!(await waitOnConnection(node, replicas, replicaMilliseconds))) throw redisFailed('not-replicated')
  return result
}

async function waitOnConnection(node: Redis, replicas: number, milliseconds: number): Promise<boolean> {
  let isSame = true
  const onClose = (): void => {
    isSame = false
  }
  node.once('close', onClose)
  try {
    return (await node.wait(replicas, milliseconds)) >= replicas && isSame
  } finally {
    node.off('close', onClose)
  }
}

/** The connection to the master that has this key. */
function nodeOf(client: RedisClient, key: string): Redis | undefined {
  if (!isCluster(client)) return client
  const name = client.slots[calculateSlot(key)]?.[0]
  return client.nodes('master').find(({ options }) => `${options.host}:${options.port}` === name)
}
