// Runs the quickstart as `npm start` does and holds it to its promise: the QR code within 5 s, the end within 15 s, a
// login with --yes and a refusal with --deny.
//
// usage: node scripts/check-start.mjs

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const QR_SECONDS = 5
const END_SECONDS = 15
const main = join(root, 'examples/quickstart/dist/main.js')

/**
 * @param {string} cwd
 * @param {string} answer
 * @param {string} expected
 */
async function run(cwd, answer, expected) {
  const start = performance.now()
  let text = ''
  let shown = Number.POSITIVE_INFINITY
  const child = spawn(process.execPath, [main, answer], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.on('data', (chunk) => {
    text += chunk
    if (shown === Number.POSITIVE_INFINITY && text.includes('▄▄▄▄▄'))
      shown = (performance.now() - start) / 1000
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const seconds = (performance.now() - start) / 1000
  console.log(`${answer}: QR code after ${shown.toFixed(1)} s, ended after ${seconds.toFixed(1)} s`)
  if (code !== 0) throw new Error(`${answer}: exit code ${code}\n${text}`)
  if (!text.includes(expected)) throw new Error(`${answer}: it never said "${expected}"\n${text}`)
  return shown <= QR_SECONDS && seconds <= END_SECONDS
}

/**
 * What it prints must be right each time; for the time, the best of three counts, since a neighbour may be busy.
 *
 * @param {string} answer
 * @param {string} expected
 */
async function check(answer, expected) {
  for (let attempt = 0; attempt < 3; attempt++) {
    const cwd = mkdtempSync(join(tmpdir(), 'uport-start-'))
    try {
      if (await run(cwd, answer, expected)) return
    } finally {
      rmSync(cwd, { recursive: true, force: true })
    }
  }
  throw new Error(
    `${answer}: too slow three times: ${QR_SECONDS} s to the QR code, ${END_SECONDS} s to the end`,
  )
}

await check('--yes', 'verified through chain and IPFS')
await check('--deny', 'REQUEST_REFUSED')
