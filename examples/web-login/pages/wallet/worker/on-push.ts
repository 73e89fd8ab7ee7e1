import { isUportError } from '@uport-kit/core'
import { knownNames } from '../session/known-names.ts'
import { NOTHING_NOTICE, type RequestNotice, requestNotice, UNFETCHED_NOTICE } from './request-notice.ts'
import { parseWakeCall, takePushed } from './take-pushed.ts'
import type { WorkerWallet } from './worker-wallet.ts'

/** Shows one notification. */
export type ShowNotice = (notice: RequestNotice) => Promise<void>

/** Takes in what a wake-up call announced, and tells the person. */
export async function onPush(
  text: string | undefined,
  open: () => Promise<WorkerWallet>,
  show: ShowNotice,
): Promise<void> {
  let opened: WorkerWallet | undefined
  try {
    opened = await open()
    const notices = await noticesOf(opened, parseWakeCall(text))
    for (const notice of notices.length === 0 ? [NOTHING_NOTICE] : notices) await show(notice)
  } catch (error) {
    await show(UNFETCHED_NOTICE)
    // Servers that cannot be reached are nothing new; anything else is worth a line in the browser's log.
    if (!isUportError(error)) throw error
  } finally {
    opened?.close()
  }
}

async function noticesOf(
  opened: WorkerWallet,
  mailbox: string | undefined,
): Promise<readonly RequestNotice[]> {
  const { parts, wallet } = opened
  const waiting = await takePushed(opened, mailbox)
  const [names, identities] = await Promise.all([knownNames(parts.store), wallet.identities.list()])
  const now = Math.floor(Date.now() / 1000)
  const more = { resolver: parts.resolver, names, now, identities: identities.map(({ did }) => did) }
  return Promise.all(waiting.map((record) => requestNotice(record, more)))
}
