// The process that runs a module of somebody else's: the command watches it and ends it where it does not end.

import type { Job, Message } from './messages.ts'
import { serveCases } from './serve-cases.ts'

/** How long the process may take to end by itself. */
const GRACE_MILLISECONDS = 250

const uncaught: unknown[] = []
process.on('unhandledRejection', (reason) => uncaught.push(reason))
process.on('uncaughtException', (error) => uncaught.push(error))
// Nobody is left to tell. The listener alone would keep the process alive.
process.on('disconnect', () => process.exit())
process.channel?.unref()

const send = (message: Message): void => void process.send?.(message)
const job: Job = JSON.parse(process.argv[2] ?? '')

await serveCases(job, { take: () => uncaught.splice(0) }, send)
setTimeout(() => {
  const resources = process
    .getActiveResourcesInfo()
    .filter((name) => !/^(?:PipeWrap|TTYWrap|Immediate)$/.test(name))
  process.send?.({ kind: 'left-open', resources } satisfies Message, () => process.exit())
}, GRACE_MILLISECONDS).unref()
