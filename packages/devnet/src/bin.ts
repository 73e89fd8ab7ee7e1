#!/usr/bin/env node
import { describeDevnet, help, parseCommand } from './command.ts'
import { startDevnet } from './devnet.ts'

async function main(): Promise<void> {
  const command = parseCommand(process.argv.slice(2))
  if (command.kind === 'help') {
    console.log(help)
    return
  }
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort())
  const devnet = await startDevnet({ ...command.options, signal: interrupted.signal })
  console.log(describeDevnet(devnet, command.json))
  if (!interrupted.signal.aborted) {
    await new Promise<void>((resolve) => interrupted.signal.addEventListener('abort', () => resolve()))
  }
  await devnet.stop()
}

main().catch((error: unknown) => {
  if (error instanceof Error && error.name === 'AbortError') return
  console.error(`uport-devnet: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
