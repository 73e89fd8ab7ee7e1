// What a page loads and what a server waits for. Sizes: bundled by Vite for a browser, minified and gzipped, with the
// dependencies. Start-up: import in a process of its own, by CPU time, against the import of did-jwt 9; the best of three.
//
// usage: node scripts/check-budgets.mjs

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from './lib/run.mjs'

/** The side of an application that runs in a page: asks, shows a code, waits on a relay, resolves. */
const appSide = `
  export { Requester, disclosure, memoryBoxKeys, memoryRequestStore, MemoryKeyStore, CachingResolver, MethodRouter, systemClock } from '@uport-kit/core'
  export { RelayClient } from '@uport-kit/channel-relay'
  export { encodeQr, QrTransport, toSvg } from '@uport-kit/transport-qr'
  export { UportResolver } from '@uport-kit/resolver-uport'
`

/**
 * Kilobytes (1000 bytes) at most: what was reached, and a little room. A quarter of the app side is secp256k1.
 *
 * @type {readonly (readonly [string, string, number])[]}
 */
const sizes = [
  ['app side in a browser', appSide, 60],
  ['verifyJwt alone', `export { verifyJwt } from '@uport-kit/core'`, 27],
  ['core, all of it', `export * from '@uport-kit/core'`, 62],
  ['core/di', `export * from '@uport-kit/core/di'`, 66],
  ['resolver-uport', `export * from '@uport-kit/resolver-uport'`, 18],
  ['channel-relay', `export * from '@uport-kit/channel-relay'`, 10],
  ['transport-qr', `export * from '@uport-kit/transport-qr'`, 24],
]

/** CPU time of the import over that of did-jwt's. @type {readonly (readonly [string, string, number])[]} */
const starts = [
  ['core', '@uport-kit/core', 1.6],
  ['core/di', '@uport-kit/core/di', 3.8],
  ['resolver-uport', '@uport-kit/resolver-uport', 2.2],
  ['fetch-node', '@uport-kit/fetch-node', 3.8],
  ['engine-native', '@uport-kit/engine-native', 1.8],
]
const TRIES = 3
const ROUNDS = 3

let failed = 0
console.log('| entry | kB, minified and gzipped | at most |\n|---|---:|---:|')
for (const [name, code, limit] of sizes) {
  const size = (await bundle(code)) / 1000
  judge(size <= limit)
  console.log(`| ${name} | ${size.toFixed(1)}${size <= limit ? '' : ' TOO LARGE'} | ${limit} |`)
}
console.log('\n| import of | against did-jwt 9, CPU time | at most |\n|---|---:|---:|')
for (const [name, entry, limit] of starts) {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < TRIES && best > limit; attempt++) best = Math.min(best, compare(entry))
  judge(best <= limit)
  console.log(`| ${name} | ${best.toFixed(2)}${best <= limit ? '' : ' TOO SLOW'} | ${limit} |`)
}
process.exitCode = failed === 0 ? 0 : 1

/** @param {boolean} holds */
function judge(holds) {
  if (!holds) failed++
}

/** @param {string} code */
async function bundle(code) {
  const id = 'virtual:entry'
  const plugin = {
    name: 'entry',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) => (source === `\0${id}` ? code : undefined),
  }
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [plugin],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rollupOptions: { input: id, preserveEntrySignatures: 'strict' },
      modulePreload: false,
    },
  })
  const outputs = (Array.isArray(built) ? built : [built]).flatMap(({ output }) => output)
  return outputs.reduce(
    (sum, chunk) => sum + ('code' in chunk ? gzipSync(chunk.code, { level: 9 }).length : 0),
    0,
  )
}

/** @param {string} entry */
function compare(entry) {
  const [ours, theirs] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(importTime(entry))
    theirs.push(importTime('did-jwt'))
  }
  return Math.min(...ours) / Math.min(...theirs)
}

/** CPU time of an import in microseconds. @param {string} entry */
function importTime(entry) {
  const script = `const start = process.cpuUsage(); await import(${JSON.stringify(entry)}); const { user, system } = process.cpuUsage(start); console.log(user + system)`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(root, 'scripts'),
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`${entry} cannot be imported: ${run.stderr}`)
  return Number(run.stdout)
}
