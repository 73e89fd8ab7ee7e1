#!/usr/bin/env node
import { runRelayCommand } from './relay-command.ts'

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: the second signal ends the process as usual, for whoever does not want to wait.
  process.once(name, () => stopping.abort())
}

process.exitCode = await runRelayCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  signal: stopping.signal,
})
