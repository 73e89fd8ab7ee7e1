import { parseArgs } from 'node:util'
import { type Suite, suites } from '../suites.ts'
import { suggest } from './suggest.ts'
import { UsageError } from './usage-error.ts'

export const REPORTERS = ['table', 'json', 'junit'] as const
export type ReporterName = (typeof REPORTERS)[number]

/** A run of one suite over one module. */
export interface RunArguments {
  readonly kind: 'run'
  readonly suite: Suite
  /** As it was given: a path, from the current directory. */
  readonly module: string
  readonly reporter: ReporterName
  readonly output: string | undefined
  /** Ids of cases, in the order of the suite; all where none was named. */
  readonly ids: readonly string[]
  readonly timeoutMilliseconds: number
}

export type Arguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'list'; readonly suites: readonly Suite[]; readonly json: boolean }
  | RunArguments

const DEFAULT_TIMEOUT = 30_000
const LONGEST_TIMEOUT = 3_600_000

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = read(args)
  if (values.help === true) return { kind: 'help' }
  if (values.version === true) return { kind: 'version' }
  const [name, module, ...more] = positionals
  if (more.length > 0)
    throw new UsageError(`One suite and one module at a time: ${quote(more[0])} is one too many`)
  const reporter = readReporter(values.reporter ?? 'table')
  if (values.list === true) return readList(name, reporter)
  if (name === undefined)
    throw new UsageError(`Name a suite and your module: ${[...suites.keys()].join(', ')}`)
  const suite = readSuite(name)
  if (module === undefined) {
    throw new UsageError(
      `Give the path of your module: uport-conformance ${suite.name} ./my-${suite.name}.js`,
    )
  }
  return {
    kind: 'run',
    suite,
    module,
    reporter,
    output: readOutput(values.output),
    ids: readIds(suite, values.only ?? []),
    timeoutMilliseconds: readTimeout(values.timeout),
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        list: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        reporter: { type: 'string' },
        output: { type: 'string' },
        timeout: { type: 'string' },
      },
    })
  } catch (error) {
    const [line = 'not understood'] = (error instanceof Error ? error.message : '').split(/\. |\n/)
    throw new UsageError(`${line}: --help lists the options`)
  }
}

function readList(name: string | undefined, reporter: ReporterName): Arguments {
  if (reporter === 'junit')
    throw new UsageError('A list has no results for JUnit: use --reporter table or json')
  const chosen = name === undefined ? [...suites.values()] : [readSuite(name)]
  return { kind: 'list', suites: chosen, json: reporter === 'json' }
}

function readSuite(name: string): Suite {
  const suite = suites.get(name)
  if (suite !== undefined) return suite
  const meant = suggest(name, suites.keys())
  const hint =
    meant === undefined ? `choose one of ${[...suites.keys()].join(', ')}` : `did you mean ${meant}?`
  throw new UsageError(`There is no suite ${quote(name)}: ${hint}`)
}

function readReporter(name: string): ReporterName {
  const found = REPORTERS.find((reporter) => reporter === name)
  if (found === undefined)
    throw new UsageError(`There is no reporter ${quote(name)}: choose ${REPORTERS.join(', ')}`)
  return found
}

function readOutput(output: string | undefined): string | undefined {
  if (output === '') throw new UsageError('--output needs the name of a file')
  return output
}

function readIds(suite: Suite, only: readonly string[]): readonly string[] {
  const wanted = new Set(only.flatMap((list) => list.split(',')).map((id) => id.trim().toUpperCase()))
  const known = suite.cases.map(({ id }) => id)
  for (const id of wanted) {
    if (known.includes(id)) continue
    throw new UsageError(
      `${suite.name} has no case ${quote(id)}: uport-conformance ${suite.name} --list names them`,
    )
  }
  return wanted.size === 0 ? known : known.filter((id) => wanted.has(id))
}

function readTimeout(given: string | undefined): number {
  if (given === undefined) return DEFAULT_TIMEOUT
  const milliseconds = /^\d{1,7}$/.test(given) ? Number(given) : 0
  if (milliseconds >= 1 && milliseconds <= LONGEST_TIMEOUT) return milliseconds
  throw new UsageError(
    `--timeout takes milliseconds from 1 to ${LONGEST_TIMEOUT}, such as ${DEFAULT_TIMEOUT}`,
  )
}

/** What was typed, on one line and not too much of it. */
function quote(given: string | undefined): string {
  return JSON.stringify((given ?? '').slice(0, 80))
}
