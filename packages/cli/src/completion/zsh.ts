import type { CommandSpec } from '../command-spec.ts'
import { type Place, placesOf } from './words.ts'

/** A completion script for zsh: a file named `_uport` in `fpath`. */
export function zshCompletion(commands: readonly CommandSpec[]): string {
  const places = placesOf(commands)
  const groups = places.filter(({ path, commands: next }) => path !== '' && next.length > 0)
  return `#compdef uport
# zsh completion for uport
_uport() {
  local -a found
  local path=''
  if (( CURRENT > 2 )); then
    path="\${words[2]}"
    case "$path" in
      ${groups.map(({ path }) => path).join('|')}) if (( CURRENT > 3 )); then path="$path \${words[3]}"; fi ;;
    esac
  fi
  case "$path" in
${places.map(branch).join('\n')}
  esac
}
_uport "$@"
`
}

function branch({ path, commands, options, choices, takesFile }: Place): string {
  if (commands.length > 0) {
    const found = commands.map(({ name, summary }) => quote(`${name}:${summary.replaceAll(':', '\\:')}`))
    return `    '${path}') found=(${found.join(' ')}); _describe 'command' found ;;`
  }
  const specs = options.map(({ name, description, type, value = '', choices: values, isFile }) => {
    const repeat = type === 'list' ? '*' : ''
    const action = values !== undefined ? `(${values.join(' ')})` : isFile === true ? '_files' : ' '
    const takes = type === 'flag' ? '' : `:${escapeSpec(value)}:${action}`
    return quote(`${repeat}--${name}[${escapeSpec(description)}]${takes}`)
  })
  const words = choices.length > 0 ? [quote(`1:word:(${choices.join(' ')})`)] : []
  const files = takesFile ? [quote('*:file:_files')] : []
  return `    '${path}') _arguments -S ${[...specs, ...words, ...files].join(' ')} ;;`
}

function escapeSpec(text: string): string {
  return text.replace(/[[\]:]/g, '\\$&')
}

/** A word that the shell takes as it is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
