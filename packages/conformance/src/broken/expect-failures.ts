import type { ConformanceCase } from '@uport-kit/core/conformance'
import { expect, it } from 'vitest'
import { type MakeSubject, runConformance } from '../index.ts'

/** An implementation with one flaw, and the cases that must find it: these and no others. */
export interface Flaw<Subject> {
  readonly flaw: string
  readonly makeSubject: MakeSubject<Subject>
  readonly fails: readonly string[]
}

/** Long enough for everything that is computed, short enough for what hangs. */
const DEADLINE = { deadlineMilliseconds: 300 }

export function expectFailures<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  flaws: readonly Flaw<Subject>[],
): void {
  it.each(flaws)('finds one that $flaw', async ({ makeSubject, fails }) => {
    const report = await runConformance(cases, makeSubject, DEADLINE)
    expect(report.failed).toEqual(fails)
  })

  it('has a flaw that each case finds', () => {
    const found = new Set(flaws.flatMap(({ fails }) => fails))
    expect(cases.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([])
  })
}

/** The sound implementation that the flawed ones are made from must pass, or their failures would prove nothing. */
export function expectSound<Subject>(
  cases: readonly ConformanceCase<Subject>[],
  makeSubject: MakeSubject<Subject>,
  skipped: readonly string[] = [],
): void {
  it('passes the sound one', async () => {
    const report = await runConformance(cases, makeSubject, DEADLINE)
    expect(report.results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(report.skipped).toEqual(skipped)
    expect(report.passed).toHaveLength(cases.length - skipped.length)
  })
}

/** Lets everything else that is due run first. */
export async function turn(): Promise<void> {
  for (let n = 0; n < 5; n++) await Promise.resolve()
}
