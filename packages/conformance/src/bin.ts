#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runCommand } from './command/run-command.ts'

const { env, stdout, stderr } = process
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
  progress: stderr.isTTY && env['TERM'] !== 'dumb',
  packageVersion: version,
})
