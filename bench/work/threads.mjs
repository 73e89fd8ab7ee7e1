// Many tokens on one thread and on two, of which the main one is one: wall time, since that is what threads are for.

import { verifyMany } from '@uport-kit/core'
import { EnginePool } from '@uport-kit/engine-native'
import { cpuTime, rowOf, timesAsLong } from '../lib/alternate.mjs'
import { byKey, native, rules, tokensOf } from '../lib/world.mjs'

const COUNT = 4000

export async function measureThreads({ rounds = 11 } = {}) {
  const few = await tokensOf(byKey, 'ES256K')
  const tokens = Array.from({ length: COUNT }, (_, index) => few[index % few.length])
  const pool = new EnginePool({ threads: 1 })
  const once = async (engine) => {
    const [wall, cpu] = [performance.now(), cpuTime()]
    const outcomes = await verifyMany(tokens, rules(engine))
    if (!outcomes.every(({ status }) => status === 'fulfilled')) throw new Error('a token was refused')
    return { wall: ((performance.now() - wall) * 1000) / COUNT, cpu: (cpuTime() - cpu) / COUNT }
  }
  const [alone, shared] = [[], []]
  try {
    await once(native)
    await once(pool)
    for (let round = 0; round < rounds; round++) {
      alone.push(await once(native))
      shared.push(await once(pool))
    }
  } finally {
    await pool.close()
  }
  const row = (name, runs, key) =>
    rowOf(
      name,
      runs.map((run) => run[key]),
    )
  const rows = [
    row('one thread, wall time', alone, 'wall'),
    row('two threads, wall time', shared, 'wall'),
    row('one thread, CPU time', alone, 'cpu'),
    row('two threads, CPU time of both', shared, 'cpu'),
  ]
  const [wallAlone, wallShared, cpuAlone, cpuShared] = rows
  return [
    {
      title: `verifyMany, ${COUNT} tokens, each`,
      note: `Needs two idle processors. By CPU time, two of them would reach ${(2 * timesAsLong(cpuAlone, cpuShared)).toFixed(2)} times one.`,
      rows,
      claims: [
        {
          work: 'verifyMany of 4,000 tokens on two threads against one',
          least: 1.7,
          factor: timesAsLong(wallAlone, wallShared),
        },
      ],
    },
  ]
}
