// The test suite under the other supported Node lines, each downloaded by npx from npm's package `node`.

import { spawnSync } from 'node:child_process'
import { root } from './lib/run.mjs'

const lines = ['22', '24']
const npm = process.env.npm_execpath
if (npm === undefined) {
  console.error('Run this as `npm run test:nodes`.')
  process.exit(1)
}
let failed = false
for (const line of lines) {
  const command = 'node --version && node scripts/test.mjs'
  const args = [npm, 'exec', '--yes', `--package=node@${line}`, '--call', command]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  console.log(`Node ${line}: ${status === 0 ? 'passed' : 'failed'}`)
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0
