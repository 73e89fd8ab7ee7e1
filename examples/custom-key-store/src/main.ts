#!/usr/bin/env node
import { isUportError } from '@uport-kit/core'
import { startDevnet } from '@uport-kit/devnet'
import { openStage } from './stage.ts'
import { logInWithDisplay, logInWithHsm, type Say } from './two-logins.ts'

const HELP = `Usage: npm start -w @uport-kit/example-custom-key-store -- [options]

Two logins at an app on a chain of this machine: one with a key in an HSM, one with a key in a device that shows what it
signs.

Options:
  --deny    press "reject" at the device when it shows the login
  --help    this text
`

const say: Say = (who, text) => void process.stdout.write(`${who.padEnd(8)} ${text}\n`)

async function main(deny: boolean): Promise<void> {
  const devnet = await startDevnet()
  try {
    const stage = await openStage(devnet)
    try {
      await logInWithHsm(stage, say)
      await logInWithDisplay(stage, say, async ({ title }) => !(deny && title === 'Sign token'))
    } finally {
      await stage.close()
    }
  } finally {
    await devnet.stop()
  }
}

const known = ['--deny', '--help']
const args = process.argv.slice(2)
try {
  if (!args.every((argument) => known.includes(argument))) throw new Error('unknown option; see --help')
  if (args.includes('--help')) process.stdout.write(HELP)
  else await main(args.includes('--deny'))
} catch (error) {
  const code = isUportError(error, 'KEY_SIGNING_REFUSED') ? ` (${error.data.reason})` : ''
  process.stderr.write(`custom-key-store: ${error instanceof Error ? error.message : String(error)}${code}\n`)
  process.exitCode = 1
}
