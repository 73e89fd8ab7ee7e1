#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runCommand } from './command/run-command.ts'

const { env, stdout, stderr } = process
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

// An exit takes the process of the cases along; death by a signal would leave one that blocks behind.
for (const [name, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
  process.once(name, () => process.exit(128 + number))
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => stdout.write(text),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
  progress: stderr.isTTY && env['TERM'] !== 'dumb',
  packageVersion: version,
})
