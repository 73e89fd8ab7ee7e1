#!/usr/bin/env node
import { startDevnet } from '@uport-kit/devnet'
import { HELP, parseArguments } from './arguments.ts'
import { flows } from './flows.ts'
import { openStage } from './stage.ts'

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(names: readonly string[]): Promise<void> {
  if (names.length === 0) {
    process.stdout.write(HELP)
    return
  }
  const devnet = await startDevnet()
  try {
    const stage = await openStage(devnet, print)
    try {
      for (const name of names) {
        print(`\n${name}`)
        await flows.get(name)?.(stage)
      }
    } finally {
      await stage.close()
    }
  } finally {
    await devnet.stop()
  }
}

try {
  await main(parseArguments(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`flows: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
