#!/usr/bin/env node
import { startDevnet } from '@uport-kit/devnet'
import { runSolidityOwner } from './solidity-owner.ts'

const devnet = await startDevnet()
try {
  await runSolidityOwner(devnet, (line) => process.stdout.write(`${line}\n`))
} catch (error) {
  process.stderr.write(`solidity-owner: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await devnet.stop()
}
