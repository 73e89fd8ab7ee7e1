import type { ConformanceCase } from '@uport-kit/core/conformance'
import { describeError } from '../redact.ts'
import { failedCase, runCase } from '../run-conformance.ts'
import { suites } from '../suites.ts'
import { type LoadedSubject, loadSubjects, type SubjectSource } from './load-subject.ts'
import type { Job, Message, PlainResult } from './messages.ts'
import { UsageError } from './usage-error.ts'

type Send = (message: Message) => void

/** Gathers what nobody caught, for whoever is in charge just then. */
export interface Strays {
  /** What was not caught since the last call. */
  take(): unknown[]
}

/** A call gets this part of a case's time: several follow one another, and the one that hangs should be named. */
const CALLS_PER_CASE = 6

/** Runs the cases of a job on the subjects of its module, and says how each ended. */
export async function serveCases(job: Job, strays: Strays, send: Send): Promise<void> {
  const suite = suites.get(job.suite)
  if (suite === undefined) throw new TypeError(`there is no suite ${job.suite}`)
  let source: SubjectSource
  let first: LoadedSubject | undefined
  try {
    const loading = async (): Promise<SubjectSource> => {
      const loaded = await loadSubjects(suite, job.module)
      first = await makeFirst(loaded, job)
      return loaded
    }
    source = await within(loading(), job.timeoutMilliseconds, `${job.module} does not finish loading`)
    await settle()
    const [stray] = strays.take()
    if (stray !== undefined) throw new UsageError(`${job.module} caught no ${describeError(stray)}`)
  } catch (error) {
    send({ kind: 'refused', message: describeLoadError(error) })
    return
  }
  const make = async (): Promise<LoadedSubject> => {
    const made = first ?? (await source.make())
    first = undefined
    return made
  }
  for (const one of suite.cases) {
    if (!job.ids.includes(one.id)) continue
    send({ kind: 'case', id: one.id })
    send({ kind: 'result', result: await runOne(one, make, strays, job.timeoutMilliseconds) })
  }
  await end(source, strays, job, send)
  send({ kind: 'done' })
}

/** Proves the module before any case is run; the subject is the first case's. */
async function makeFirst(source: SubjectSource, { module }: Job): Promise<LoadedSubject> {
  try {
    return await source.make()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${module} makes no subject: ${describeError(error)}`)
  }
}

async function runOne(
  one: ConformanceCase<unknown>,
  make: () => Promise<LoadedSubject>,
  strays: Strays,
  timeoutMilliseconds: number,
): Promise<PlainResult> {
  const onSubject: ConformanceCase<LoadedSubject> = {
    ...one,
    skip: ({ subject }) => one.skip?.(subject),
    run: ({ subject }, tools) => one.run(subject, tools),
  }
  const { error: _, ...result } = await runCase(onSubject, make, {
    dispose: (made) => made.close(),
    deadlineMilliseconds: Math.max(1, Math.floor(timeoutMilliseconds / CALLS_PER_CASE)),
    caseMilliseconds: timeoutMilliseconds,
  })
  await settle()
  const [stray] = strays.take()
  if (stray === undefined || result.outcome === 'failed') return result
  return failedCase(one, `nobody caught ${describeError(stray)}`, result.milliseconds)
}

async function end(source: SubjectSource, strays: Strays, job: Job, send: Send): Promise<void> {
  try {
    await within(source.close(), job.timeoutMilliseconds, 'close() of the subject does not finish')
  } catch (error) {
    send({ kind: 'problem', message: describeLoadError(error) })
  }
  await settle()
  for (const stray of strays.take())
    send({ kind: 'problem', message: `Nobody caught ${describeError(stray)}` })
}

function describeLoadError(error: unknown): string {
  return error instanceof UsageError ? error.message : describeError(error)
}

function within<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new UsageError(`${what}: nothing happened for ${milliseconds} ms`))
    }, milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Lets Node see which rejections nobody has taken. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })
}
