import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Job, Message } from './messages.ts'

/** A case ends by itself at its timeout; a process that is this much later is blocked. */
const BLOCKED_AFTER_MILLISECONDS = 2000

/** How a process ended: after all that it was told to do, by itself before that, or killed because it did not answer. */
export type Ending =
  | { readonly kind: 'done' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'died'; readonly how: string }

/** Runs one process to its end. A `take` that throws ends it, and rejects. */
export function runProcess(job: Job, take: (message: Message) => void): Promise<Ending> {
  const child = startProcess(job)
  return new Promise<Ending>((resolve, reject) => {
    let ending: Ending | undefined
    let refusal: unknown
    let watchdog = watch(job.loadMilliseconds)
    const open = new Set(['exit', 'disconnect'])
    const kill = (): void => void child.kill('SIGKILL')
    process.once('exit', kill)

    child.on('message', (message: Message) => {
      clearTimeout(watchdog)
      watchdog = watch(job.timeoutMilliseconds)
      if (message.kind === 'done') ending = { kind: 'done' }
      try {
        if (refusal === undefined) take(message)
      } catch (error) {
        refusal = error
        child.kill('SIGKILL')
      }
    })
    child.on('error', (error) => {
      clearTimeout(watchdog)
      reject(error)
    })
    child.on('exit', (code, signal) => {
      ending ??= { kind: 'died', how: signal === null ? `exit code ${code}` : signal }
      closed('exit')
    })
    // The messages that were on their way have all come when the channel is closed.
    child.on('disconnect', () => closed('disconnect'))

    function closed(part: string): void {
      open.delete(part)
      if (open.size > 0) return
      clearTimeout(watchdog)
      process.off('exit', kill)
      if (refusal === undefined) resolve(ending ?? { kind: 'done' })
      else reject(refusal)
    }

    function watch(milliseconds: number): NodeJS.Timeout {
      return setTimeout(() => {
        ending ??= { kind: 'blocked' }
        child.kill('SIGKILL')
      }, milliseconds + BLOCKED_AFTER_MILLISECONDS)
    }
  })
}

function startProcess(job: Job): ChildProcess {
  const program = fileURLToPath(new URL('./case-process.js', import.meta.url))
  // What the module prints goes to standard error: standard output is the report's.
  return spawn(process.execPath, [...process.execArgv, program, JSON.stringify(job)], {
    stdio: ['inherit', 2, 2, 'ipc'],
  })
}
