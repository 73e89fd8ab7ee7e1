#!/usr/bin/env node
import { HELP, parseArguments } from './launch/arguments.ts'
import { launchPorts } from './launch/launch-ports.ts'
import { startWeb } from './launch/start-web.ts'

async function main(): Promise<void> {
  const { port, data, help } = parseArguments(process.argv.slice(2), process.cwd())
  if (help) {
    process.stdout.write(HELP)
    return
  }
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const web = await startWeb({
    ports: launchPorts(port),
    dataDirectory: data,
    onProgress: (step) => print(`${step} …`),
  })
  print('')
  print(`  Wallet    ${web.walletUrl}        start here: make an identity`)
  print(`  Library   ${web.appUrl}        log in, enter the reading room, sign the guest book`)
  print(`  Town      ${web.issuerUrl}        ask for a proof of residence`)
  print(`  The desk  ${web.issuerUrl}/desk   the clerk who checks it`)
  print(`  React     ${web.appUrl}/react/ the library's login once more`)
  print('')
  print('Ctrl-C stops everything.')
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await web.stop()
}

try {
  await main()
} catch (error) {
  process.stderr.write(`web: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
