// From a new process to the first verified token: import and verification, by wall time, an empty process subtracted.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { encodeHex } from '@uport-kit/core'
import { quantile } from '../lib/alternate.mjs'
import { byKey, publicKey, tokensOf } from '../lib/world.mjs'

const script = fileURLToPath(new URL('./first-token.mjs', import.meta.url))

export async function measureStartUp({ rounds = 11 } = {}) {
  const [token] = await tokensOf(byKey, 'ES256K')
  const names = ['nothing', 'did-jwt', 'core', 'native']
  const times = new Map(names.map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now()
      const { status, stderr } = spawnSync(process.execPath, [script, name, token, encodeHex(publicKey)])
      if (status !== 0) throw new Error(`${name}: ${stderr}`)
      if (round >= 0) times.get(name).push((performance.now() - start) * 1000)
    }
  }
  const empty = quantile(times.get('nothing'))
  const row = (name, key) => ({
    name,
    us: quantile(times.get(key)) - empty,
    low: quantile(times.get(key), 0.25) - empty,
    high: quantile(times.get(key), 0.75) - empty,
  })
  const rows = [
    row('did-jwt 9 with did-resolver 6', 'did-jwt'),
    row('ours, default engine', 'core'),
    row('ours, native engine', 'native'),
  ]
  const work = 'import and first verification, default engine, against did-jwt 9, wall time'
  return [
    {
      title: 'Import and first verification',
      rows,
      claims: [{ work, least: 1, factor: rows[0].us / rows[1].us }],
    },
  ]
}
