import type { CommandRun, CommandSpec } from '../command-spec.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'

const SCRIPTS: ReadonlyMap<string, (commands: readonly CommandSpec[]) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

/** Prints a script that completes the command in a shell. */
export function completionOf(commands: readonly CommandSpec[]): CommandRun {
  return async (args, { terminal }) => {
    const script = SCRIPTS.get(args.requirePosition('shell'))
    terminal.printRaw(script?.(commands) ?? '')
    return undefined
  }
}
