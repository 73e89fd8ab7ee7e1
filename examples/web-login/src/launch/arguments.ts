import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_FIRST_PORT } from './launch-ports.ts'

export interface WebArguments {
  /** 0 takes free ports. */
  readonly port: number
  /** undefined keeps nothing. */
  readonly data: string | undefined
  readonly help: boolean
}

export const HELP = `Usage: npm run web -- [options]

Three sites on this machine, and the network around them: a library with a login, a town that issues a proof of
residence, and a wallet that runs in the browser.

Options:
  --port <n>   first of seven ports in a row, default ${DEFAULT_FIRST_PORT}: library, town, wallet, chain, IPFS gateway,
               IPFS API, relay; 0 takes free ones
  --data <dir> where chain, keys and messages are kept for the next run, default .uport/web
  --fresh      keep nothing: a new world that ends with this command
  --help       this text

Examples:
  npm run web
  npm run web -- --port 5001 --fresh
`

/** @throws Error with one line that says what is wrong */
export function parseArguments(argv: readonly string[], cwd: string): WebArguments {
  const { port = String(DEFAULT_FIRST_PORT), data, fresh, help } = readOptions(argv)
  if (data !== undefined && fresh) throw new Error('--data and --fresh exclude each other; give one of them.')
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_529)
    throw new Error('--port takes a number from 0 to 65529.')
  return {
    port: Number(port),
    data: fresh ? undefined : (data ?? join(cwd, '.uport', 'web')),
    help,
  }
}

function readOptions(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  try {
    const options = { port: text, data: text, fresh: flag, help: flag }
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values
  } catch (cause) {
    const [reason = ''] = cause instanceof Error ? cause.message.split(/[.\n]/) : []
    throw new Error(`${reason}: npm run web -- --help lists the options.`, { cause })
  }
}
