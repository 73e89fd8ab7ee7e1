// A file holds one concept. Sources over the limit fail; tests may be longer, but not without end.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/run.mjs'

const sourceLimit = 400
const testLimit = 800

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
const files = tracked.split('\n').filter((name) => /\.(ts|mjs|cjs)$/.test(name))
let tooLong = 0
for (const name of files) {
  const lines = readFileSync(join(root, name), 'utf8').split('\n').length - 1
  const limit = /\.test\.(ts|mjs)$/.test(name) ? testLimit : sourceLimit
  if (lines <= limit) continue
  tooLong += 1
  console.error(`${name}: ${lines} lines, the limit is ${limit}. Split it by concept.`)
}
console.log(`${files.length} files looked at, ${tooLong} too long`)
process.exitCode = files.length > 0 && tooLong === 0 ? 0 : 1
