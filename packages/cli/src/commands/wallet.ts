import { isUportError } from '@uport-kit/core'
import type { Wallet, WalletOutcome } from '@uport-kit/wallet'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { IdentityBook } from '../identities/identity-book.ts'
import { readFileBytes, readText } from '../read-input.ts'
import { followSent } from '../wallet/follow-sent.ts'
import { openWallet } from '../wallet/open-wallet.ts'
import { type Attitude, TerminalPrompt } from '../wallet/terminal-prompt.ts'

/** Answers a request that was scanned or pasted, or lists what waits. */
export async function run(args: Arguments, context: Context): Promise<number> {
  const given = args.position('request')
  const image = args.text('image')
  if (given !== undefined && image !== undefined) throw new UsageError('Give a request or --image, not both.')
  const book = await IdentityBook.open(context)
  const identity = book.acting()
  const prompt = new TerminalPrompt(attitudeOf(args), context)
  const text = await requestText(given, image, context)
  await using opened = await openWallet(identity, prompt, context)
  const { wallet } = opened
  if (text === undefined) return listPending(wallet, context)
  const outcomes = await handle(wallet, text, context)
  const lines = outcomes.map(describe)
  context.terminal.print({ outcomes, shown: prompt.shown }, lines)
  const failed = outcomes.find(({ cause }) => cause !== undefined)
  if (failed !== undefined) throw failed.cause
  if (!(await followSent(wallet, outcomes, context))) return EXIT.failed
  return outcomes.every(({ decision }) => decision === 'approved') ? EXIT.done : EXIT.declined
}

function attitudeOf(args: Arguments): Attitude {
  if (args.flag('approve') && args.flag('decline')) throw new UsageError('Choose --approve or --decline.')
  return args.flag('approve') ? 'approve' : args.flag('decline') ? 'decline' : 'ask'
}

async function requestText(
  given: string | undefined,
  image: string | undefined,
  context: Context,
): Promise<string | undefined> {
  if (given !== undefined) return readText(given, context)
  if (image === undefined) return undefined
  const { readQrImage } = await import('../wallet/read-qr-image.ts')
  return readQrImage(await readFileBytes(image, 32 * 1_048_576))
}

/** A request that waits is asked about again; its copies come to the same record. */
async function handle(wallet: Wallet, text: string, context: Context): Promise<readonly WalletOutcome[]> {
  const { signal, terminal } = context
  try {
    return await wallet.handle({ text, arrival: 'paste', acknowledge: async () => {} }, { signal })
  } catch (error) {
    if (isUportError(error, 'REQUEST_ALREADY_ANSWERED')) {
      const waiting = await wallet.deliver({ signal })
      terminal.progress('outbox', `${waiting} answers wait to be delivered.`, { waiting })
    }
    throw error
  }
}

async function listPending(wallet: Wallet, { terminal, signal }: Context): Promise<number> {
  await wallet.deliver({ signal })
  const records = await wallet.pending.list({ signal })
  const value = records.map(({ id, arrival }) => ({ id, arrival }))
  const lines = value.map(({ id, arrival }) => `${id}  ${arrival}`)
  terminal.print(value, lines.length > 0 ? lines : ['Nothing waits.'])
  return EXIT.done
}

function describe({ decision, delivered, returnUrl }: WalletOutcome): string {
  if (decision === 'later') return 'not answered: nobody approved; the request waits'
  const sent = delivered ? 'the answer is delivered' : 'the answer waits to be delivered'
  return `${decision}; ${sent}${returnUrl === undefined ? '' : `; go back to ${returnUrl}`}`
}
