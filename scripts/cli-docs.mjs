// Writes docs/cli.md from the table of commands, which help and completion are made from, too. Build first.
//
// usage: node scripts/cli-docs.mjs [--check]

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMANDS, renderDocs } from '../packages/cli/dist/index.js'
import { root } from './lib/run.mjs'

const page = 'docs/cli.md'
const file = join(root, page)
const fresh = renderDocs(COMMANDS)
let current = ''
try {
  current = readFileSync(file, 'utf8')
} catch (error) {
  if (error.code !== 'ENOENT') throw error
}
const check = process.argv.includes('--check')
if (check && current !== fresh) console.error(`${page} is out of date: run \`node scripts/cli-docs.mjs\``)
if (!check) writeFileSync(file, fresh)
console.log(`${COMMANDS.length} commands`)
process.exitCode = check && current !== fresh ? 1 : 0
