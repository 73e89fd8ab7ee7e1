import type { Wallet, WalletOutcome } from '@uport-kit/wallet'
import type { Context } from '../context.ts'

/** Waits for the blocks of the transactions that were just sent, and says what became of them. @returns whether all succeeded */
export async function followSent(
  wallet: Wallet,
  outcomes: readonly WalletOutcome[],
  { signal, terminal }: Context,
): Promise<boolean> {
  const ids = new Set(outcomes.filter(({ decision }) => decision === 'approved').map(({ id }) => id))
  const sent = async (): Promise<Awaited<ReturnType<typeof wallet.activity.list>>> =>
    (await wallet.activity.list()).filter((line) => ids.has(line.requestId) && line.transaction !== undefined)
  const submitted = await sent()
  if (submitted.length === 0) return true
  for (const { transaction } of submitted) {
    terminal.progress('submitted', `${transaction?.hash} is sent; waiting for its block.`, { ...transaction })
  }
  if ((await wallet.follow({ signal })) > 0) {
    terminal.progress('underway', 'It is in no block yet: look it up later.')
  }
  const ends = (await sent()).filter(({ kind }) => kind !== 'submitted')
  for (const { kind, transaction, code } of ends) {
    terminal.progress(kind, `${transaction?.hash} is ${kind}.`, { ...transaction, code })
  }
  return ends.every(({ kind }) => kind === 'confirmed')
}
