import { parseArgs } from 'node:util'
import { flows } from './flows.ts'

export const HELP = `Usage: node examples/flows/dist/main.js <flow>...

Runs flows between an app and a wallet, over a chain, IPFS and a relay on this machine, and prints what each side knows.

Flows:
${[...flows.keys()].map((name) => `  ${name}`).join('\n')}
  all               one after another

Options:
  --help            this text

Build first: npm run build.
`

/**
 * The flows to run; none where help is asked for.
 *
 * @throws Error with one line that says what is wrong
 */
export function parseArguments(argv: readonly string[]): readonly string[] {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (values.help) return []
  if (positionals.length === 0) throw new Error('name a flow, or give --help to see which there are.')
  const names = positionals.flatMap((name) => (name === 'all' ? [...flows.keys()] : [name]))
  const unknown = names.find((name) => !flows.has(name))
  if (unknown === undefined) return names
  throw new Error(`there is no flow ${JSON.stringify(unknown)}; give --help to see which there are.`)
}
