import type { CommandSpec, OptionSpec } from '../command-spec.ts'
import { GLOBAL_OPTIONS } from '../global-options.ts'

/** What may follow at one place of a command line. */
export interface Place {
  /** The words that lead there: `identity`, `identity create`. */
  readonly path: string
  /** Commands that may follow. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly options: readonly (OptionSpec & { readonly name: string })[]
  /** Values of the first positional. */
  readonly choices: readonly string[]
  /** Whether a positional is a path. */
  readonly takesFile: boolean
}

/** Every place at which a shell completes. */
export function placesOf(commands: readonly CommandSpec[]): readonly Place[] {
  const groups = [...new Set(commands.filter(({ path }) => path.length > 1).map(({ path }) => path[0]!))]
  const root = [...new Map(commands.map((spec) => [spec.path[0]!, spec]))].map(([name, spec]) => ({
    name,
    summary: spec.path.length > 1 ? `${name} commands` : spec.summary,
  }))
  const none = { options: [], choices: [], takesFile: false }
  return [
    { path: '', commands: [...root, { name: 'help', summary: 'explain a command' }], ...none },
    ...groups.map((group) => ({
      path: group,
      commands: commands
        .filter(({ path }) => path.length > 1 && path[0] === group)
        .map(({ path, summary }) => ({ name: path[1]!, summary })),
      ...none,
    })),
    ...commands.map(placeOf),
  ]
}

function placeOf({ path, positionals = [], options, delegate }: CommandSpec): Place {
  const all = delegate === undefined ? { ...options, ...GLOBAL_OPTIONS } : {}
  return {
    path: path.join(' '),
    commands: [],
    options: Object.entries(all).map(([name, spec]) => ({ ...spec, name })),
    choices: positionals[0]?.choices ?? [],
    takesFile: delegate !== undefined || positionals.some(({ isFile }) => isFile === true),
  }
}
