// What a page loads and what a server waits for. Sizes: bundled by Vite for a browser, minified and gzipped, with the
// dependencies. Start-up: import in a process of its own, by CPU time, against the import of did-jwt 9, and once with the
// first verification, which is what a server waits for; the best of three.
//
// usage: node scripts/check-budgets.mjs

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encodeHex, MemoryKeyStore, signJwt } from '@uport-kit/core'
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
  ['core, all of it', `export * from '@uport-kit/core'`, 65],
  ['core/di', `export * from '@uport-kit/core/di'`, 66],
  ['resolver-uport', `export * from '@uport-kit/resolver-uport'`, 18],
  ['channel-relay', `export * from '@uport-kit/channel-relay'`, 10],
  ['transport-qr', `export * from '@uport-kit/transport-qr'`, 24],
]

/** CPU time of the import over that of did-jwt's. @type {readonly (readonly [string, string, number])[]} */
const imports = [
  ['core', '@uport-kit/core', 0.8],
  ['core/di', '@uport-kit/core/di', 3],
  ['resolver-uport', '@uport-kit/resolver-uport', 1.4],
  ['fetch-node', '@uport-kit/fetch-node', 3],
  ['engine-native', '@uport-kit/engine-native', 1.3],
]
const firstVerification = new URL('../bench/work/first-token.mjs', import.meta.url).href
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
const token = await firstToken()
const starts = [
  ...imports.map(([name, entry, limit]) => [name, [entry], ['did-jwt'], limit]),
  [
    'core, and a first token verified',
    [firstVerification, 'core', ...token],
    [firstVerification, 'did-jwt', ...token],
    1,
  ],
]
for (const [name, ours, theirs, limit] of starts) {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < TRIES && best > limit; attempt++)
    best = Math.min(best, compare(ours, theirs))
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

/** What the script of the first verification is given: a token that is valid for an hour, and the key. */
async function firstToken() {
  const keys = new MemoryKeyStore()
  const { publicKey } = await keys.create({ keyId: 'k' })
  const signer = { did: 'did:ex:key', keyId: 'k', keys, alg: 'ES256K' }
  return [await signJwt({ aud: 'did:ex:me' }, signer, { expiresIn: 3600 }), encodeHex(publicKey)]
}

/** @param {readonly string[]} ours a module and its arguments @param {readonly string[]} theirs */
function compare(ours, theirs) {
  const [our, their] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    our.push(importTime(ours))
    their.push(importTime(theirs))
  }
  return Math.min(...our) / Math.min(...their)
}

/** CPU time of an import in microseconds. @param {readonly string[]} module and its arguments */
function importTime([module, ...args]) {
  const script = `const start = process.cpuUsage(); await import(${JSON.stringify(module)}); const { user, system } = process.cpuUsage(start); console.log(user + system)`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, '--', 'script', ...args], {
    cwd: join(root, 'scripts'),
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`${module} cannot be imported: ${run.stderr}`)
  return Number(run.stdout)
}
