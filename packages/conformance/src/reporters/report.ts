import type { PlainResult } from '../command/messages.ts'

/** What a reporter writes, and what `--reporter json` prints. */
export interface CommandReport {
  /** The form of this report; 1. */
  readonly format: 1
  readonly suite: string
  readonly port: string
  /** As it was given. */
  readonly module: string
  /** The version of the cases. */
  readonly version: string
  readonly ok: boolean
  readonly counts: { readonly passed: number; readonly failed: number; readonly leftOut: number }
  readonly cases: readonly ReportedCase[]
  /** What went wrong outside of any case. */
  readonly problems: readonly string[]
  /** What is worth a word and fails nothing. */
  readonly notes: readonly string[]
}

export interface ReportedCase {
  readonly id: string
  readonly title: string
  readonly proves: string
  readonly since: string
  readonly result: 'passed' | 'failed' | 'left out'
  readonly milliseconds: number
  /** Why it was left out. */
  readonly reason?: string | undefined
  /** What was expected and what happened instead. */
  readonly found?: string | undefined
  readonly nextStep?: string | undefined
}

/** One case for a report. */
export function reportCase(result: PlainResult): ReportedCase {
  const { id, title, proves, since, milliseconds } = result
  const base = { id, title, proves, since, milliseconds }
  if (result.outcome === 'passed') return { ...base, result: 'passed' }
  if (result.outcome === 'skipped') return { ...base, result: 'left out', reason: result.reason }
  return { ...base, result: 'failed', found: result.found, nextStep: result.nextStep }
}

/** `14 passed, 1 failed, 10 left out` */
export function countLine({ passed, failed, leftOut }: CommandReport['counts']): string {
  const left = leftOut === 0 ? '' : `, ${leftOut} left out`
  return `${passed} passed, ${failed} failed${left}`
}
