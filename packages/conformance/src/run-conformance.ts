import {
  type ConformanceCase,
  ConformanceFailure,
  type ConformanceToolsOptions,
  createConformanceTools,
} from '@uport-kit/core/conformance'
import { describeError } from './redact.ts'

/** Gives each case a subject of its own. */
export type MakeSubject<Subject> = () => Subject | Promise<Subject>

/** Frees a subject after its case. */
export type DisposeSubject<Subject> = (subject: Subject) => void | Promise<void>

export interface RunOptions<Subject> extends ConformanceToolsOptions {
  readonly dispose?: DisposeSubject<Subject> | undefined
  /**
   * How long a case may take altogether, its subject made and disposed. Default: six times what one call may take, so
   * 30000.
   */
  readonly caseMilliseconds?: number | undefined
}

/** How one case ended. */
export interface CaseResult {
  readonly id: string
  readonly title: string
  readonly proves: string
  /** The version of the cases that it came with. */
  readonly since: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly milliseconds: number
  /** Why it failed, in one line with the rule and the next step; or why it does not apply. */
  readonly reason?: string | undefined
  /** What was expected and what happened instead, where it failed; without keys, digests and tokens. */
  readonly found?: string | undefined
  /** What to do about it, where it failed. */
  readonly nextStep?: string | undefined
  /** What was thrown, as it was. Not for printing: it may quote anything. */
  readonly error?: unknown
}

/** How a suite ended. */
export interface Report {
  readonly results: readonly CaseResult[]
  /** Ids, in the order of the cases. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

/**
 * Runs a suite without a test runner, one case after the other, and reports. Never rejects for a subject that does not
 * conform.
 */
export async function runConformance<Subject, Made extends Subject>(
  cases: readonly ConformanceCase<Subject>[],
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made> = {},
): Promise<Report> {
  const results: CaseResult[] = []
  for (const one of cases) results.push(await runCase(one, makeSubject, options))
  const idsOf = (outcome: CaseResult['outcome']): readonly string[] =>
    results.filter((result) => result.outcome === outcome).map(({ id }) => id)
  return { results, passed: idsOf('passed'), failed: idsOf('failed'), skipped: idsOf('skipped') }
}

/** Runs one case on a fresh subject. Never rejects. */
export async function runCase<Subject, Made extends Subject>(
  one: ConformanceCase<Subject>,
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made> = {},
): Promise<CaseResult> {
  const { id, title, proves, since } = one
  const start = performance.now()
  const spent = (): number => Math.round(performance.now() - start)
  const base = { id, title, proves, since }
  try {
    const reason = await inTime(onFreshSubject(one, makeSubject, options), caseLimit(options))
    if (reason === undefined) return { ...base, outcome: 'passed', milliseconds: spent() }
    return { ...base, outcome: 'skipped', milliseconds: spent(), reason }
  } catch (error) {
    return failedCase(one, { found: describeError(error), ...nextStepOf(error) }, spent(), error)
  }
}

/** How a case failed. */
export interface Failure {
  readonly found: string
  /** Default: the case's own. */
  readonly nextStep?: string | undefined
}

/** The result of a case that failed. */
export function failedCase<Subject>(
  { id, title, proves, since, ...one }: ConformanceCase<Subject>,
  { found, nextStep = one.nextStep }: Failure,
  milliseconds: number,
  error?: unknown,
): CaseResult {
  const reason = `${id} (${title}): ${found}. ${nextStep}`
  return { id, title, proves, since, outcome: 'failed', milliseconds, reason, found, nextStep, error }
}

/** @returns why the case does not apply; undefined when it has run */
async function onFreshSubject<Subject, Made extends Subject>(
  one: ConformanceCase<Subject>,
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made>,
): Promise<string | undefined> {
  const subject = await makeSubject()
  try {
    const reason = one.skip?.(subject)
    if (reason === undefined) await one.run(subject, createConformanceTools(options))
    return reason
  } finally {
    await options.dispose?.(subject)
  }
}

function nextStepOf(error: unknown): Pick<Failure, 'nextStep'> {
  return error instanceof ConformanceFailure ? { nextStep: error.nextStep } : {}
}

function caseLimit<Subject>({ caseMilliseconds, deadlineMilliseconds = 5000 }: RunOptions<Subject>): number {
  return caseMilliseconds ?? 6 * deadlineMilliseconds
}

const SETTLE = 'Settle every promise, also when something fails; give a slow device more time.'

function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `the case must not hang: it was given ${milliseconds} ms and did not end`
      reject(new ConformanceFailure(message, { nextStep: SETTLE }))
    }, milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
