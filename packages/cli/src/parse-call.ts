import { parseArgs } from 'node:util'
import { Arguments } from './arguments.ts'
import { UsageError } from './cli-error.ts'
import type { CommandSpec, OptionSpec } from './command-spec.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { suggest } from './suggest.ts'

/** What a command line asks for. */
export type Call =
  | { readonly kind: 'help'; readonly topic: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly spec: CommandSpec; readonly args: Arguments }

/**
 * Reads a command line, without the program's name.
 *
 * @throws UsageError one line for the person
 */
export function parseCall(argv: readonly string[], commands: readonly CommandSpec[]): Call {
  const [first] = argv
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', topic: [] }
  if (first === 'help') return { kind: 'help', topic: argv.slice(1) }
  if (first === '--version' || first === '-V') return { kind: 'version' }
  if (first.startsWith('-')) throw new UsageError('Put the command first and its options after it.')
  const found = findCommand(argv, commands)
  if (Array.isArray(found)) return { kind: 'help', topic: found }
  const spec = found as CommandSpec
  const words = argv.slice(spec.path.length)
  // Behind `--` nothing is ours.
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  if (own.includes('--help') || own.includes('-h')) return { kind: 'help', topic: spec.path }
  if (spec.delegate !== undefined) {
    const rest = words[0] === '--' ? words.slice(1) : words
    return { kind: 'run', spec, args: new Arguments(new Map(), new Map(), rest) }
  }
  return { kind: 'run', spec, args: parseWords(words, spec) }
}

/** The command, or the words of a group of commands that was called by itself. */
function findCommand(
  argv: readonly string[],
  commands: readonly CommandSpec[],
): CommandSpec | readonly string[] {
  const [first = '', second] = argv
  const single = commands.find(({ path }) => path.length === 1 && path[0] === first)
  if (single !== undefined) return single
  const group = commands.filter(({ path }) => path.length > 1 && path[0] === first)
  if (group.length === 0)
    throw unknownWord(first, 'command', [...new Set(commands.map(({ path }) => path[0]!))])
  if (second === undefined || second === '--help' || second === '-h') return [first]
  const member = group.find(({ path }) => path[1] === second)
  if (member !== undefined) return member
  throw unknownWord(
    second,
    `${first} command`,
    group.map(({ path }) => path[1]!),
  )
}

function unknownWord(word: string, kind: string, known: readonly string[]): UsageError {
  const near = suggest(word, known)
  const advice = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`
  return new UsageError(`There is no ${kind} ${JSON.stringify(word)}: ${advice}`)
}

function parseWords(words: readonly string[], spec: CommandSpec): Arguments {
  const known: Readonly<Record<string, OptionSpec>> = { ...spec.options, ...GLOBAL_OPTIONS }
  const { values, positionals } = readWords(words, known)
  const options = new Map<string, string | boolean | readonly string[]>()
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    checkChoice(`--${name}`, value, known[name]?.choices)
    options.set(name, value)
  }
  return new Arguments(options, readPositionals(positionals, spec))
}

function readWords(words: readonly string[], known: Readonly<Record<string, OptionSpec>>) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [
      name,
      type === 'flag' ? { type: 'boolean' as const } : { type: 'string' as const, multiple: type === 'list' },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
      strict: true,
    })
    const read: Readonly<Record<string, string | boolean | readonly string[] | undefined>> = values as never
    return { values: read, positionals }
  } catch (error) {
    throw usageOf(error, words, Object.keys(known))
  }
}

/** Node's own words for the mistake, without the advice about `--` that follows them. */
function usageOf(error: unknown, words: readonly string[], known: readonly string[]): UsageError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const names = new Set(known)
    const word = words.find((one) => /^--?[^-=]/.test(one) && !names.has(one.replace(/^--?|=.*$/g, '')))
    const name = (word ?? '').replace(/^--?|=.*$/g, '')
    const near = suggest(name, known)
    return new UsageError(
      `There is no option ${(word ?? '').replace(/=.*$/, '')}${near === undefined ? '' : `: did you mean --${near}?`}`,
      { cause: error },
    )
  }
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  return new UsageError(message.replace(/\. .*$/, '.'), { cause: error })
}

function readPositionals(words: readonly string[], spec: CommandSpec): ReadonlyMap<string, string> {
  const specs = spec.positionals ?? []
  if (words.length > specs.length) {
    throw new UsageError(`Too many words: ${JSON.stringify(words[specs.length])} has no meaning here.`)
  }
  const read = new Map<string, string>()
  for (const [index, { name, required, choices }] of specs.entries()) {
    const word = words[index]
    if (word === undefined && required) throw new UsageError(`Say which: <${name}> is missing.`)
    if (word === undefined) continue
    checkChoice(`<${name}>`, word, choices)
    read.set(name, word)
  }
  return read
}

function checkChoice(
  name: string,
  value: string | boolean | readonly string[],
  choices: readonly string[] | undefined,
): void {
  if (choices === undefined) return
  for (const one of typeof value === 'object' ? value : [value]) {
    if (!choices.includes(String(one))) {
      throw new UsageError(`${name} is one of ${choices.join(', ')}, not ${JSON.stringify(one)}.`)
    }
  }
}
