#!/usr/bin/env node
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { HELP, parseArguments, type QuickstartArguments } from './arguments.ts'
import { runQuickstart } from './quickstart.ts'
import { createTimeline } from './timeline.ts'

/** Known to everybody: it keeps the example's key files in the form that real ones have, and protects nothing. */
const DEFAULT_PASSPHRASE = 'uport-kit quickstart'

/** A quarter of the store's own cost: two keys are made and opened before the first code is seen. Leave it out for real keys. */
const QUICK_SCRYPT = { n: 32_768 }

async function askPerson(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`\n           ${question} [Y/n] `)
  terminal.close()
  return !/^\s*n/i.test(answer)
}

async function main({ approve, serve, help }: QuickstartArguments): Promise<void> {
  if (help) {
    process.stdout.write(HELP)
    return
  }
  const timeline = createTimeline((text) => void process.stdout.write(text))
  const { devnet } = await runQuickstart({
    keyFiles: {
      directory: join(process.cwd(), '.uport', 'quickstart'),
      passphrase: process.env['UPORT_PASSPHRASE'] || DEFAULT_PASSPHRASE,
      scrypt: QUICK_SCRYPT,
    },
    terminal: process.stdout,
    timeline,
    confirm: approve === 'ask' ? askPerson : async () => approve === 'yes',
  })
  try {
    if (!serve) return
    timeline.step('devnet', 'stays up; Ctrl-C stops it')
    const { rpcUrl, chainId, registry, gatewayUrl, ipfsApiUrl, relayUrl } = devnet
    const endpoints = { rpcUrl, chainId: Number(chainId), registry, gatewayUrl, ipfsApiUrl, relayUrl }
    process.stdout.write(`${JSON.stringify(endpoints, undefined, 2)}\n`)
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    })
  } finally {
    await devnet.stop()
    timeline.step('devnet', 'stopped')
  }
}

try {
  await main(parseArguments(process.argv.slice(2), process.stdin.isTTY === true))
} catch (error) {
  process.stderr.write(`quickstart: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
