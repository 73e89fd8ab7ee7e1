import { parseArgs } from 'node:util'

export interface QuickstartArguments {
  readonly approve: 'ask' | 'yes' | 'deny'
  readonly serve: boolean
  readonly help: boolean
}

export const HELP = `Usage: npm start -- [options]

A person logs in to an app: identities on a local chain and in local IPFS, a QR code in this terminal, a headless
wallet that reads it from what the terminal shows, and an app that verifies the answer.

Options:
  --yes     answer the wallet's question with yes; where there is no terminal to ask in, that is done anyway
  --deny    answer it with no, and see the refusal arrive at the app
  --serve   leave chain, IPFS and relay up afterwards and print where they are; Ctrl-C stops them
  --help    this text

Identities are kept in .uport/quickstart, encrypted with UPORT_PASSPHRASE (default: a passphrase that everybody
knows, for trying things out only).

Examples:
  npm start
  npm start -- --deny
  npm start -- --yes --serve
`

/** @throws Error with one line that says what is wrong */
export function parseArguments(argv: readonly string[], isTerminal: boolean): QuickstartArguments {
  const options = { type: 'boolean', default: false } as const
  const { values } = readOptions()
  if (values.yes && values.deny) throw new Error('--yes and --deny exclude each other; give one of them.')
  const approve = values.deny ? 'deny' : values.yes || !isTerminal ? 'yes' : 'ask'
  return { approve, serve: values.serve, help: values.help }

  function readOptions() {
    try {
      return parseArgs({
        args: [...argv],
        options: { yes: options, deny: options, serve: options, help: options },
        strict: true,
        allowPositionals: false,
      })
    } catch (cause) {
      const [reason = ''] = cause instanceof Error ? cause.message.split(/[.\n]/) : []
      throw new Error(`${reason}: npm start -- --help lists the options.`, { cause })
    }
  }
}
