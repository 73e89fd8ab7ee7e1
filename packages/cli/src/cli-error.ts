import { EXIT } from './exit-code.ts'

/** A failure with an exit code of its own. The message is one line and says what to do. */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** A mistake in the call or the configuration. */
export class UsageError extends CliError {
  override readonly name = 'UsageError'

  constructor(message: string, options?: ErrorOptions) {
    super(message, EXIT.usage, options)
  }
}
