import type { ConformanceCase } from '@uport-kit/core/conformance'
import { type Failure, failedCase } from '../run-conformance.ts'
import type { Job, Message, PlainResult } from './messages.ts'
import type { Ending } from './run-process.ts'
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

/** What has been heard of a job so far, over all processes that worked on it. */
export class RunRecord implements SupervisedRun {
  readonly results: PlainResult[] = []
  readonly problems: string[] = []
  readonly notes: string[] = []
  readonly #cases: readonly ConformanceCase<unknown>[]
  readonly #watcher: Watcher
  #running: string | undefined

  constructor(cases: readonly ConformanceCase<unknown>[], watcher: Watcher) {
    this.#cases = cases
    this.#watcher = watcher
  }

  /** Those of the ids that have no result yet. */
  without(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => !this.results.some((result) => result.id === id))
  }

  /** @throws UsageError where the module was refused */
  take(message: Message): void {
    if (message.kind === 'case') {
      this.#running = message.id
      this.#watcher.started(message.id)
    } else if (message.kind === 'result') this.#add(message.result)
    else if (message.kind === 'refused') throw new UsageError(message.message)
    else if (message.kind === 'problem') this.problems.push(message.message)
    else if (message.kind === 'left-open') this.notes.push(leftOpen(message.resources))
  }

  /** A process ended before it was done. @throws UsageError where it had not even loaded the module */
  end({ module, ...job }: Job, ending: Exclude<Ending, { readonly kind: 'done' }>): void {
    const loaded = this.#running !== undefined || this.results.length > 0
    const failure = failureOf(ending, loaded ? job.timeoutMilliseconds : job.loadMilliseconds)
    if (this.#running !== undefined) this.fail(this.#running, failure)
    else if (!loaded) throw new UsageError(`${module}: ${failure.found}`)
    else this.problems.push(`Between two cases ${failure.found}`)
  }

  fail(id: string, failure: Failure): void {
    const one = this.#cases.find((candidate) => candidate.id === id)
    if (one === undefined) throw new TypeError(`there is no case ${id}`)
    const { error: _, ...result } = failedCase(one, failure, 0)
    this.#add(result)
  }

  #add(result: PlainResult): void {
    this.#running = undefined
    this.results.push(result)
    this.#watcher.ended(result)
  }
}

function failureOf(ending: Exclude<Ending, { readonly kind: 'done' }>, timeoutMilliseconds: number): Failure {
  if (ending.kind === 'blocked') {
    return {
      found: `the module blocked the process for more than ${timeoutMilliseconds} ms`,
      nextStep: 'Do long work outside of the event loop: the process could do nothing else meanwhile.',
    }
  }
  return {
    found: `the process ended: ${ending.how}`,
    nextStep: 'Reject instead of ending the process: see what calls process.exit, or crashes.',
  }
}

function leftOpen(resources: readonly string[]): string {
  const names = resources.length === 0 ? '' : ` (${[...new Set(resources)].join(', ')})`
  return `The module left something open${names} that would keep a process from ending: free it in close()`
}
