#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { runCli } from './run-cli.ts'

const interrupting = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: the second signal ends the process as usual, for whoever does not want to wait.
  process.once(name, () => interrupting.abort(new DOMException('Interrupted', 'AbortError')))
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const { stdin, stdout, stderr, env } = process

process.exitCode = await runCli(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  version,
  signal: interrupting.signal,
})
