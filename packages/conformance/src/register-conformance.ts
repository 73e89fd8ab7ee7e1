import type { ConformanceCase } from '@uport-kit/core/conformance'
import { type MakeSubject, type RunOptions, runCase } from './run-conformance.ts'

/** What a test runner hands to a test; vitest and node:test both do. */
export interface TestContext {
  skip?(reason?: string): void
}

/** The part of a test runner that is needed; vitest and node:test both have it. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown
  it(name: string, run: (context: TestContext) => Promise<void>): unknown
}

/**
 * Registers a suite with a test runner: one test for each case, each with a subject of its own.
 *
 * ```ts
 * import { describe, it } from 'vitest'
 * registerConformance({ describe, it }, 'HsmKeyStore', keyStoreCases, () => ({ store: new HsmKeyStore(hsm), keyId }))
 * ```
 */
export function registerConformance<Subject, Made extends Subject>(
  { describe, it }: TestRunner,
  name: string,
  cases: readonly ConformanceCase<Subject>[],
  makeSubject: MakeSubject<Made>,
  options: RunOptions<Made> = {},
): void {
  describe(`${name} conforms`, () => {
    for (const one of cases) {
      it(`${one.id} ${one.title}`, async (context) => {
        const { outcome, reason, error } = await runCase(one, makeSubject, options)
        if (outcome === 'failed') throw new Error(reason, { cause: error })
        if (outcome === 'skipped') context.skip?.(reason)
      })
    }
  })
}
