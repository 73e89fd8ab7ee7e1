// Identities resolved at the same time, cold: requests and wall time against a chain and a gateway without delay.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { encodeMnid } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { UportResolver } from '@uport-kit/resolver-uport'
import { rowOf, timesAsLong } from '../lib/alternate.mjs'

const require = createRequire(import.meta.url)
const AT_ONCE = 100
/** Optimised code is what counts, of all contenders alike. */
const WARM_UP_ROUNDS = 40
const SETTLE_MS = 20
const registry = '0x2cc31912b2b0f3075a87b3640923d45a26cef3ee'

const idOf = (index) =>
  encodeMnid({ network: '0x4', address: `0x${'00'.repeat(19)}${index.toString(16).padStart(2, '0')}` })

/**
 * Only what was asked for over the network counts: no resolver knows anything at the start of a round. Connections are as each
 * keeps them by itself. The median of rounds whose order rotates, of three for each of the other measurements'.
 */
export async function measureResolution({ rounds = 11 } = {}) {
  const stub = fork(new URL('./stub-chain.mjs', import.meta.url))
  try {
    const [{ port }] = await once(stub, 'message')
    const origin = `http://127.0.0.1:${port}`
    const safeFetch = createSafeFetch({ allowOrigins: [origin] })
    const networks = { '0x4': { rpcUrls: [`${origin}/rpc`], registry } }
    const openOurs = (given) => {
      const resolver = new UportResolver({ networks, gateways: [origin], fetch: given })
      return (id) => resolver.resolve(`did:uport:${id}`)
    }
    const contenders = [
      { name: 'uport-did-resolver 0.0.7', open: () => openTheirs(origin) },
      { name: 'ours, fetch-node', open: () => openOurs(safeFetch) },
      { name: "ours, the platform's fetch", open: () => openOurs(undefined) },
    ]
    const ask = async () => {
      stub.send('counts')
      return (await once(stub, 'message'))[0]
    }
    const cold = await race(contenders, rounds * 3, ask, () =>
      Array.from({ length: AT_ONCE }, (_, index) => idOf(index)),
    )
    const hot = await race(contenders.slice(1, 2), rounds * 3, ask, () => Array(AT_ONCE).fill(idOf(7)))
    await safeFetch.close()
    return [coldTable(cold), hotTable(hot)]
  } finally {
    stub.kill()
  }
}

function openTheirs(origin) {
  const lookup = require('uport-lite')({
    networks: { '0x4': { registry, rpcUrl: `${origin}/rpc` } },
    ipfsGw: `${origin}/ipfs/`,
  })
  require('uport-did-resolver').default(lookup)
  const resolve = createRequire(require.resolve('uport-did-resolver'))('did-resolver').default
  return (id) => resolve(`did:uport:${id}`)
}

async function race(contenders, rounds, ask, idsOf) {
  const results = contenders.map(({ name }) => ({ name, times: [], counts: undefined }))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const index = (turn + round + WARM_UP_ROUNDS) % contenders.length
      const resolve = contenders[index].open()
      await ask()
      // What the contender before left behind, connections that close and memory, is not this one's to clear away.
      await setTimeout(SETTLE_MS)
      globalThis.gc?.({ type: 'minor' })
      const start = performance.now()
      const documents = await Promise.all(idsOf().map(resolve))
      const time = (performance.now() - start) * 1000
      if (documents.some((found) => found === null || found === undefined)) throw new Error('not resolved')
      results[index].counts = await ask()
      if (round >= 0) results[index].times.push(time)
    }
  }
  return results
}

const rowsOf = (results) =>
  results.map(({ name, times, counts }) =>
    rowOf(`${name}: ${counts.rpc} requests to the chain, ${counts.ipfs} to the gateway`, times),
  )

function coldTable(results) {
  const rows = rowsOf(results)
  const [theirs, ours] = rows
  const { counts } = results[1]
  return {
    title: `${AT_ONCE} identities at once, cold, wall time of all`,
    rows,
    claims: [
      { work: '100 cold resolutions at once: requests to the endpoint', most: 1, count: counts.rpc },
      {
        work: '100 cold resolutions at once: fetches of 100 distinct documents',
        most: AT_ONCE,
        count: counts.ipfs,
      },
      {
        work: '100 cold resolutions at once, fetch-node, against uport-did-resolver 0.0.7, wall time',
        least: 4,
        factor: timesAsLong(theirs, ours),
      },
    ],
  }
}

function hotTable(results) {
  const [{ counts }] = results
  return {
    title: `One identity ${AT_ONCE} times at once, cold, wall time of all`,
    rows: rowsOf(results),
    claims: [
      {
        work: 'one hot DID 100 times at once: requests and fetches',
        most: 2,
        count: counts.rpc + counts.ipfs,
      },
    ],
  }
}
