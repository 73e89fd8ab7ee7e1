// Runs one command for as long as standard input stays open.
//
// The devnet holds the other end of that pipe. However the devnet ends, SIGKILL included, the system closes the pipe,
// and this process takes the command down and removes the temporary directory. It runs in a process group of its own,
// so that a Ctrl-C in a terminal reaches the devnet first and the orderly way is tried before this one.
//
// usage: node supervise.mjs <directory to remove, or ''> <command> [argument...]

import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const killAfterMilliseconds = 5_000
const [directory = '', command = '', ...args] = process.argv.slice(2)

let abandoned = false
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })

child.on('error', (error) => finish(error.message))
child.on('exit', (code, signal) =>
  finish(abandoned ? undefined : `ended by ${signal ?? `exit code ${code}`}`),
)

process.stdin.resume()
process.stdin.on('error', abandon)
process.stdin.on('close', abandon)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, abandon)

function abandon() {
  abandoned = true
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), killAfterMilliseconds).unref()
}

/** @param {string | undefined} failure */
function finish(failure) {
  if (abandoned && directory !== '') rmSync(directory, { recursive: true, force: true, maxRetries: 3 })
  if (failure !== undefined) process.stderr.write(`${failure}\n`)
  process.exit(failure === undefined ? 0 : 1)
}
