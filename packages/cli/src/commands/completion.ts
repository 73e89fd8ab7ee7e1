import type { Arguments } from '../arguments.ts'
import { COMMANDS } from '../commands.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import type { Context } from '../context.ts'

const SCRIPTS: ReadonlyMap<string, (commands: typeof COMMANDS) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

/** Prints a script that completes the command in a shell. */
export async function run(args: Arguments, { terminal }: Context): Promise<undefined> {
  const script = SCRIPTS.get(args.requirePosition('shell'))
  terminal.printRaw(script?.(COMMANDS) ?? '')
}
