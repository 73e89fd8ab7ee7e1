import type { ConformanceCase } from '@uport-kit/core/conformance'
import { describeError } from '../redact.ts'
import { failedCase, runCase } from '../run-conformance.ts'
import { type Suite, suites } from '../suites.ts'
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
  try {
    const source = await load(job, suite, strays)
    for (const one of suite.cases) {
      if (!job.ids.includes(one.id)) continue
      send({ kind: 'case', id: one.id })
      send({ kind: 'result', result: await runOne(one, source, strays, job.timeoutMilliseconds) })
    }
    await end(source, strays, job, send)
    send({ kind: 'done' })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    send({ kind: 'refused', message: error.message })
  }
}

/** Loads the module and proves that it makes a subject, which is the first case's. */
async function load(job: Job, suite: Suite, strays: Strays): Promise<SubjectSource> {
  const loading = async (): Promise<SubjectSource> => {
    const source = await loadSubjects(suite, job.module)
    return startingWith(await makeFirst(source, job), source)
  }
  const source = await within(loading(), job.loadMilliseconds, `${job.module} does not finish loading`)
  await settle()
  const [stray] = strays.take()
  if (stray === undefined) return source
  throw new UsageError(`${job.module} leaves something uncaught: ${describeError(stray)}`)
}

async function makeFirst(source: SubjectSource, { module }: Job): Promise<LoadedSubject> {
  try {
    return await source.make()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${module} makes no subject: ${describeError(error)}`)
  }
}

function startingWith(made: LoadedSubject, source: SubjectSource): SubjectSource {
  let first: LoadedSubject | undefined = made
  return {
    make: async () => {
      const next = first ?? (await source.make())
      first = undefined
      return next
    },
    close: () => source.close(),
  }
}

async function runOne(
  one: ConformanceCase<unknown>,
  source: SubjectSource,
  strays: Strays,
  timeoutMilliseconds: number,
): Promise<PlainResult> {
  const onSubject: ConformanceCase<LoadedSubject> = {
    ...one,
    skip: ({ subject }) => one.skip?.(subject),
    run: ({ subject }, tools) => one.run(subject, tools),
  }
  const { error: _, ...result } = await runCase(onSubject, source.make, {
    dispose: (made) => made.close(),
    deadlineMilliseconds: Math.max(1, Math.floor(timeoutMilliseconds / CALLS_PER_CASE)),
    caseMilliseconds: timeoutMilliseconds,
  })
  await settle()
  const [stray] = strays.take()
  if (stray === undefined || result.outcome === 'failed') return result
  const found = `nobody caught ${describeError(stray)}`
  const nextStep = 'Await or catch every promise that you start.'
  const { error: _none, ...failed } = failedCase(one, { found, nextStep }, result.milliseconds)
  return failed
}

async function end(source: SubjectSource, strays: Strays, job: Job, send: Send): Promise<void> {
  try {
    await within(source.close(), job.timeoutMilliseconds, 'close() of the subject does not finish')
  } catch (error) {
    send({ kind: 'problem', message: error instanceof UsageError ? error.message : describeError(error) })
  }
  await settle()
  for (const stray of strays.take())
    send({ kind: 'problem', message: `Nobody caught ${describeError(stray)}` })
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
