import {
  type ConformanceCase,
  type ConformanceToolsOptions,
  createConformanceTools,
} from '@uport-kit/core/conformance'

/** Gives each case a subject of its own. */
export type MakeSubject<Subject> = () => Subject | Promise<Subject>

/** Frees a subject after its case. */
export type DisposeSubject<Subject> = (subject: Subject) => void | Promise<void>

export interface RunOptions<Subject> extends ConformanceToolsOptions {
  readonly dispose?: DisposeSubject<Subject> | undefined
}

/** How one case ended. */
export interface CaseResult {
  readonly id: string
  readonly title: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed, with what to look at; or why it does not apply. */
  readonly reason?: string | undefined
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
  for (const one of cases) results.push(await resultOf(one, makeSubject, options))
  const idsOf = (outcome: CaseResult['outcome']): readonly string[] =>
    results.filter((result) => result.outcome === outcome).map(({ id }) => id)
  return { results, passed: idsOf('passed'), failed: idsOf('failed'), skipped: idsOf('skipped') }
}

async function resultOf<Subject, Made extends Subject>(
  one: ConformanceCase<Subject>,
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made>,
): Promise<CaseResult> {
  const { id, title } = one
  try {
    const reason = await runCase(one, makeSubject, options)
    return reason === undefined ? { id, title, outcome: 'passed' } : { id, title, outcome: 'skipped', reason }
  } catch (error) {
    return { id, title, outcome: 'failed', reason: explain(one, error), error }
  }
}

/**
 * Runs one case on a fresh subject.
 *
 * @returns why the case does not apply; undefined when it has run
 */
export async function runCase<Subject, Made extends Subject>(
  one: ConformanceCase<Subject>,
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made> = {},
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

/** A failure in one line: which rule, what happened, what to do. */
export function explain<Subject>({ id, title, nextStep }: ConformanceCase<Subject>, error: unknown): string {
  const happened = error instanceof Error ? error.message : String(error)
  return `${id} (${title}): ${happened}. ${nextStep}`
}
