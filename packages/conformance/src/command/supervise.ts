import type { ConformanceCase } from '@uport-kit/core/conformance'
import type { Failure } from '../run-conformance.ts'
import type { Job } from './messages.ts'
import { runProcess } from './run-process.ts'
import { RunRecord, type SupervisedRun, type Watcher } from './run-record.ts'

/** After this many processes have died, the rest is not tried. */
const MOST_DEATHS = 3
const NOT_RUN: Failure = {
  found: 'it was not run, because the module ended the process before',
  nextStep: 'Begin with the first failure.',
}

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
  const record = new RunRecord(cases, watcher)
  for (let deaths = 0; deaths < MOST_DEATHS; deaths++) {
    const ids = record.without(job.ids)
    const ending = await runProcess({ ...job, ids }, (message) => record.take(message))
    if (ending.kind === 'done') return record
    record.end(job, ending)
  }
  for (const id of record.without(job.ids)) record.fail(id, NOT_RUN)
  return record
}
