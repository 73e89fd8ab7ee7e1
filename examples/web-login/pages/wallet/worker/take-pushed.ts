import { isUportError, type Options } from '@uport-kit/core'
import type { PendingRecord } from '@uport-kit/wallet'
import type { WorkerWallet } from './worker-wallet.ts'

/** What a wake-up call says: which mailbox has something. @returns undefined where it says nothing of the kind */
export function parseWakeCall(text: string | undefined): string | undefined {
  try {
    const { mailbox } = Object(JSON.parse(text ?? ''))
    return typeof mailbox === 'string' && /^[\w-]{43}$/.test(mailbox) ? mailbox : undefined
  } catch {
    return undefined
  }
}

/**
 * Takes what waits in a mailbox into the wallet's queue, and resolves with all that was pushed and waits for the person: also with
 * what a page was faster to take.
 *
 * @param mailbox undefined for all of them
 * @throws UportError `PUSH_INBOX_FAILED` and the like, after what could be taken was
 */
export async function takePushed(
  { wallet, inbox }: WorkerWallet,
  mailbox: string | undefined,
  options: Options = {},
): Promise<readonly PendingRecord[]> {
  for await (const request of inbox.waiting({ ...options, mailbox })) {
    try {
      await wallet.receive(request, options)
    } catch (error) {
      // What can never be read, or was answered, is acknowledged and logged; what failed for the moment comes again.
      if (!isUportError(error)) throw error
    }
  }
  return (await wallet.pending.list(options)).filter(({ arrival }) => arrival === 'push')
}
