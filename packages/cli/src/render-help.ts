import { UsageError } from './cli-error.ts'
import type { CommandSpec, Options } from './command-spec.ts'
import { EXIT_MEANINGS } from './exit-code.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { suggest } from './suggest.ts'

/** Help of everything, of a group, or of one command. @throws UsageError where there is no such command */
export function renderHelp(topic: readonly string[], commands: readonly CommandSpec[]): string {
  if (topic.length === 0) return overview(commands)
  const exact = commands.find(({ path }) => path.join(' ') === topic.join(' '))
  if (exact !== undefined) return commandHelp(exact)
  const group = commands.filter(({ path }) => path[0] === topic[0] && path.length > 1)
  if (group.length > 0 && topic.length === 1) return groupHelp(topic[0] ?? '', group)
  const near = suggest(
    topic.join(' '),
    commands.map(({ path }) => path.join(' ')),
  )
  throw new UsageError(
    `There is no command ${JSON.stringify(topic.join(' '))}${near === undefined ? '' : `: did you mean ${near}?`}`,
  )
}

/** `uport sign <claims> [options]` */
export function usageOf({ path, positionals = [], options, delegate }: CommandSpec): string {
  const words = positionals.map(({ name, required }) => (required ? `<${name}>` : `[${name}]`))
  const rest = delegate !== undefined ? ['[...]'] : options === undefined ? [] : ['[options]']
  return ['uport', ...path, ...words, ...rest].join(' ')
}

function overview(commands: readonly CommandSpec[]): string {
  return [
    'uport: identities, tokens, requests and a wallet, from a terminal',
    '',
    'usage: uport <command> [options]',
    '',
    ...columns(commands.map(({ path, summary }) => [path.join(' '), summary])),
    '',
    '`uport <command> --help` tells options and examples; `uport --version` the version.',
    '',
    'a first round, on this machine alone:',
    '  uport devnet --save              # in a terminal of its own',
    '  uport identity create ada        # make an identity',
    '  uport fund ada                   # Ether for the fee; elsewhere you send it yourself',
    '  uport identity register ada      # now everybody can look it up',
    '  uport identity show ada          # its DID, its account, what the registry says',
    '',
    'exit codes',
    ...columns([...EXIT_MEANINGS].map(([code, meaning]) => [String(code), meaning])),
    '',
  ].join('\n')
}

function groupHelp(name: string, group: readonly CommandSpec[]): string {
  return [
    `usage: uport ${name} <command> [options]`,
    '',
    ...columns(group.map(({ path, summary }) => [path.join(' '), summary])),
    '',
    'examples',
    ...group.flatMap(({ examples }) => exampleLines(examples.slice(0, 1))),
    '',
  ].join('\n')
}

function commandHelp(spec: CommandSpec): string {
  const { summary, description = [], positionals = [], options = {}, examples } = spec
  const words = positionals.map(({ name, description: text, choices }) => [
    `<${name}>`,
    choices === undefined ? text : `${text}: ${choices.join(', ')}`,
  ])
  return [
    `usage: ${usageOf(spec)}`,
    '',
    `${capitalize(summary)}.`,
    ...description.flatMap((paragraph) => ['', ...wrap(paragraph, 100)]),
    ...(words.length === 0 ? [] : ['', ...columns(words)]),
    ...section('options', options),
    ...(spec.delegate === undefined ? section('options of every command', GLOBAL_OPTIONS) : []),
    '',
    'examples',
    ...exampleLines(examples),
    '',
  ].join('\n')
}

function section(title: string, options: Options): readonly string[] {
  const rows = Object.entries(options).map(([name, { value, description, choices, type }]) => {
    const placeholder = value === undefined ? '' : ` <${choices === undefined ? value : choices.join('|')}>`
    return [`--${name}${placeholder}`, type === 'list' ? `${description}; may be repeated` : description]
  })
  return rows.length === 0 ? [] : ['', title, ...columns(rows)]
}

function exampleLines(examples: CommandSpec['examples']): readonly string[] {
  return examples.flatMap(({ command, comment }) => [`  # ${comment}`, `  ${command}`])
}

const NAME_WIDTH = 26
const TEXT_WIDTH = 84

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.min(NAME_WIDTH, Math.max(...rows.map(([name = '']) => name.length)))
  return rows.flatMap(([name = '', text = '']) => {
    const [first = '', ...rest] = wrap(text, TEXT_WIDTH)
    const indent = `  ${' '.repeat(width)}  `
    const head =
      name.length > width ? [`  ${name}`, `${indent}${first}`] : [`  ${name.padEnd(width)}  ${first}`]
    return [...head, ...rest.map((line) => `${indent}${line}`)]
  })
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
