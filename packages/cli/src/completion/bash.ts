import type { CommandSpec } from '../command-spec.ts'
import { placesOf } from './words.ts'

/** A completion script for bash 3.2 and later. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  const places = placesOf(commands)
  const words = places.map(({ path, commands: next, options, choices }) => {
    const all = [...next.map(({ name }) => name), ...choices, ...options.map(({ name }) => `--${name}`)]
    return `    '${path}') words='${all.join(' ')}' ;;`
  })
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ name, choices, isFile, type }) => {
      if (choices !== undefined) return [`    '${path} --${name}') values='${choices.join(' ')}' ;;`]
      if (isFile === true) return [`    '${path} --${name}') files=1 ;;`]
      return type === 'flag' ? [] : [`    '${path} --${name}') values=' ' ;;`]
    }),
  )
  const files = places.filter(({ takesFile }) => takesFile).map(({ path }) => `'${path}'`)
  const groups = places
    .filter(({ path, commands: next }) => path !== '' && next.length > 0)
    .map(({ path }) => path)
  return `# bash completion for uport
_uport() {
  local current previous path words='' values='' files=''
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  path=''
  if [ "$COMP_CWORD" -gt 1 ]; then
    path="\${COMP_WORDS[1]}"
    case "$path" in
      ${groups.join('|')}) if [ "$COMP_CWORD" -gt 2 ]; then path="$path \${COMP_WORDS[2]}"; fi ;;
    esac
  fi
  case "$path $previous" in
${values.join('\n')}
  esac
  case "$path" in
${words.join('\n')}
  esac
  if [ -n "$values" ]; then
    COMPREPLY=( $(compgen -W "$values" -- "$current") )
  elif [ -n "$files" ]; then
    COMPREPLY=( $(compgen -f -- "$current") )
  else
    COMPREPLY=( $(compgen -W "$words" -- "$current") )
    case "$path" in
      ${files.join('|')}) case "$current" in -*) ;; *) COMPREPLY+=( $(compgen -f -- "$current") ) ;; esac ;;
    esac
  fi
}
complete -o filenames -F _uport uport
`
}
