import type { Arguments } from './arguments.ts'
import { CliError } from './cli-error.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'

/** Goes on only where the person says so, now or by `--yes`. @throws CliError (3) */
export async function requireApproval(
  question: string,
  args: Arguments,
  { terminal, signal }: Pick<Context, 'terminal' | 'signal'>,
): Promise<void> {
  if (args.flag('yes')) return
  if (!terminal.canAsk) {
    throw new CliError('Nobody is there to approve: add --yes to do it without asking.', EXIT.declined)
  }
  if (!(await terminal.confirm(question, signal)))
    throw new CliError('Declined: nothing was done.', EXIT.declined)
}
