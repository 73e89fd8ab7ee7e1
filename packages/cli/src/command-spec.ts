import type { Arguments } from './arguments.ts'
import type { Context } from './context.ts'

/** An option of a command, written `--name`. */
export interface OptionSpec {
  /** `flag` takes no value, `list` may be repeated. */
  readonly type: 'text' | 'flag' | 'list'
  /** What stands for the value in help, such as `url`. */
  readonly value?: string | undefined
  readonly description: string
  /** The only values there are. */
  readonly choices?: readonly string[] | undefined
  /** Whether the value is a path: shells then complete file names. */
  readonly isFile?: boolean | undefined
}

/** A word of a command that is no option. */
export interface PositionalSpec {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly choices?: readonly string[] | undefined
  readonly isFile?: boolean | undefined
}

export type Options = Readonly<Record<string, OptionSpec>>

/** Does the work; resolves with an exit code, or nothing for 0. */
export type CommandRun = (args: Arguments, context: Context) => Promise<number | undefined>

/** The command of another package. */
export interface Delegate {
  readonly package: string
  readonly bin: string
  /** Where the package's manifest is, as a file URL; throws where it is not installed. */
  readonly locate: () => string
}

/** One command. Help, shell completion and the reference page are made from this. */
export interface CommandSpec {
  /** The words that call it: `['identity', 'create']`. */
  readonly path: readonly string[]
  /** One line without a full stop. */
  readonly summary: string
  /** More, in paragraphs. */
  readonly description?: readonly string[] | undefined
  readonly positionals?: readonly PositionalSpec[] | undefined
  readonly options?: Options | undefined
  readonly examples: readonly { readonly command: string; readonly comment: string }[]
  /** Another package's command: what follows goes there unread. */
  readonly delegate?: Delegate | undefined
  /** Loaded when it is called, so that `--help` loads nothing. */
  readonly load: () => Promise<{ readonly run: CommandRun }>
}
