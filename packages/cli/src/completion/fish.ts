import type { CommandSpec } from '../command-spec.ts'
import { type Place, placesOf } from './words.ts'

/** A completion script for fish. */
export function fishCompletion(commands: readonly CommandSpec[]): string {
  return [
    '# fish completion for uport',
    'function __uport_at',
    '  set -l words (commandline -opc)',
    '  set -e words[1]',
    '  test "$words[1..(count $argv)]" = "$argv"',
    'end',
    'function __uport_bare',
    '  test (count (commandline -opc)) -eq (math 1 + (count $argv)); and __uport_at $argv',
    'end',
    'complete -c uport -f',
    ...placesOf(commands).flatMap(linesOf),
    '',
  ].join('\n')
}

function linesOf({ path, commands, options, choices, takesFile }: Place): readonly string[] {
  const bare = path === '' ? '__uport_bare' : `__uport_bare ${path}`
  const at = `__uport_at ${path}`
  return [
    ...commands.map(({ name, summary }) => `complete -c uport -n '${bare}' -a ${name} -d ${quote(summary)}`),
    ...options.map(({ name, description, type, choices: values, isFile }) => {
      const takes =
        type === 'flag'
          ? ''
          : values !== undefined
            ? ` -x -a ${quote(values.join(' '))}`
            : isFile === true
              ? ' -r -F'
              : ' -x'
      return `complete -c uport -n '${at}' -l ${name}${takes} -d ${quote(description)}`
    }),
    ...(choices.length > 0 ? [`complete -c uport -n '${bare}' -a ${quote(choices.join(' '))}`] : []),
    ...(takesFile ? [`complete -c uport -n '${at}' -F`] : []),
  ]
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
