import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ConformanceCase } from '@uport-kit/core/conformance'
import { failedCase } from '../run-conformance.ts'
import type { Job, Message, PlainResult } from './messages.ts'
import { UsageError } from './usage-error.ts'

/** What is told while cases run. */
export interface Watcher {
  started(id: string): void
  ended(result: PlainResult): void
}

export interface SupervisedRun {
  /** One for each case of the job, in their order. */
  readonly results: readonly PlainResult[]
  /** What went wrong outside of any case. */
  readonly problems: readonly string[]
  /** What is worth a word and fails nothing. */
  readonly notes: readonly string[]
}

/** A case ends by itself at its timeout; a process that is this much later is blocked. */
const BLOCKED_AFTER_MILLISECONDS = 2000
/** After this many processes have died, the rest is not tried. */
const MOST_DEATHS = 3

type Ending = { readonly kind: 'done' | 'blocked' } | { readonly kind: 'died'; readonly how: string }

/**
 * Runs a job in a process of its own, so that a module which blocks, crashes or exits ends a case and not the command.
 *
 * @throws UsageError where the module cannot be used
 */
export async function supervise(
  job: Job,
  cases: readonly ConformanceCase<unknown>[],
  watcher: Watcher,
): Promise<SupervisedRun> {
  const results: PlainResult[] = []
  const problems: string[] = []
  const notes: string[] = []
  let rest = job.ids
  for (let deaths = 0; rest.length > 0; deaths++) {
    if (deaths === MOST_DEATHS) {
      for (const id of rest)
        add(failed(id, `it was not run: the module has ended ${MOST_DEATHS} processes before it`))
      break
    }
    let running: string | undefined
    const ending = await runProcess({ ...job, ids: rest }, (message) => {
      if (message.kind === 'case') {
        running = message.id
        watcher.started(message.id)
      } else if (message.kind === 'result') {
        running = undefined
        add(message.result)
      } else if (message.kind === 'refused') throw new UsageError(message.message)
      else if (message.kind === 'problem') problems.push(message.message)
      else if (message.kind === 'left-open') notes.push(leftOpen(message.resources))
    })
    if (ending.kind === 'done') break
    const what = describeEnding(ending, job.timeoutMilliseconds)
    if (running !== undefined) add(failed(running, what))
    else if (rest.length === job.ids.length && results.length === 0)
      throw new UsageError(`${job.module}: ${what}`)
    else problems.push(`Between two cases ${what}`)
    rest = rest.filter((id) => !results.some((result) => result.id === id))
  }
  return { results, problems, notes }

  function add(result: PlainResult): void {
    results.push(result)
    watcher.ended(result)
  }

  function failed(id: string, found: string): PlainResult {
    const one = cases.find((candidate) => candidate.id === id)
    if (one === undefined) throw new TypeError(`there is no case ${id}`)
    const { error: _, ...result } = failedCase(one, found, 0)
    return result
  }
}

function leftOpen(resources: readonly string[]): string {
  const names = resources.length === 0 ? '' : ` (${[...new Set(resources)].join(', ')})`
  return `The module left something open${names} that would keep a process from ending: free it in close()`
}

function describeEnding(ending: Ending, timeoutMilliseconds: number): string {
  if (ending.kind === 'died') return `the process ended: ${ending.how}`
  return `the module blocked the process for more than ${timeoutMilliseconds} ms`
}

/** Runs one process to its end. A `take` that throws ends it, and rejects. */
function runProcess(job: Job, take: (message: Message) => void): Promise<Ending> {
  const child = startProcess(job)
  return new Promise<Ending>((resolve, reject) => {
    let ending: Ending | undefined
    let refusal: unknown
    let watchdog = watch()
    const open = new Set(['exit', 'disconnect'])

    child.on('message', (message: Message) => {
      clearTimeout(watchdog)
      watchdog = watch()
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
      if (refusal === undefined) resolve(ending ?? { kind: 'done' })
      else reject(refusal)
    }

    function watch(): NodeJS.Timeout {
      return setTimeout(() => {
        ending ??= { kind: 'blocked' }
        child.kill('SIGKILL')
      }, job.timeoutMilliseconds + BLOCKED_AFTER_MILLISECONDS)
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
