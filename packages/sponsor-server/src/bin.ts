#!/usr/bin/env node
import { runSponsorCommand } from './sponsor-command.ts'

const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: the second signal ends the process as usual, for whoever does not want to wait.
  process.once(name, () => stopping.abort())
}

process.exitCode = await runSponsorCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  environment: process.env,
  signal: stopping.signal,
})
