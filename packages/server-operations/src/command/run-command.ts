import { isUportError } from '@uport-kit/core'
import type { CommandIo } from './command-io.ts'

/** What is wrong with an option: of a server, so of a command that runs it. */
export interface OptionMistake {
  /** As a file has it, such as `logLevel`, or `limits.maxBytes` for one of several. */
  readonly option: string
  readonly reason: string
}

export interface CommandOptions {
  readonly name: string
  readonly args: readonly string[]
  /** The command's flags, without their dashes. */
  readonly flags: readonly string[]
  /** Options that have a flag of another name: `limits` has `limit`. */
  readonly renamed?: ReadonlyMap<string, string> | undefined
  /** The mistake, where an error tells of one in flags, environment or file. */
  readonly mistakeOf: (cause: unknown) => OptionMistake | undefined
}

/**
 * Runs a command, and says in one line what is wrong.
 *
 * @returns the exit code: 0, 2 for a mistake in flags, environment or file, 1 for any other failure
 */
export async function runCommand(
  command: CommandOptions,
  io: Pick<CommandIo, 'err'>,
  task: () => Promise<void>,
): Promise<number> {
  try {
    await task()
    return 0
  } catch (cause) {
    if (!isUportError(cause)) throw cause
    const mistake = command.mistakeOf(cause)
    const text = mistake === undefined ? cause.message : `${typedName(mistake, command)}: ${mistake.reason}.`
    io.err(`${command.name}: ${text}`)
    return mistake === undefined ? 1 : 2
  }
}

/** The flag, unless the option is in a file: nobody should look for what they did not write. */
function typedName({ option }: OptionMistake, { args, flags, renamed }: CommandOptions): string {
  const dot = option.indexOf('.')
  const member = dot < 0 ? option : option.slice(0, dot)
  const name = dot < 0 ? undefined : option.slice(dot + 1)
  const flag = renamed?.get(member) ?? member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (!flags.includes(flag)) return option
  const isTyped = args.some((arg, index) =>
    name === undefined
      ? arg === `--${flag}` || arg.startsWith(`--${flag}=`)
      : arg.startsWith(`--${flag}=${name}=`) ||
        (args[index - 1] === `--${flag}` && arg.startsWith(`${name}=`)),
  )
  const hasFile = args.some((arg) => arg === '--config' || arg.startsWith('--config='))
  if (!isTyped && hasFile) return option
  return name === undefined ? `--${flag}` : `--${flag} ${name}`
}
