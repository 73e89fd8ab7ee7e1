import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { sourceAliases } from './test/support/source-aliases.ts'

/** What finds faults soonest goes first, for a mutant's run ends with the first failure: the parts before the whole. */
class PartsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files
      .map((file) => ({ file, weight: weightOf(file.moduleId) }))
      .toSorted((a, b) => a.weight - b.weight)
      .map(({ file }) => file)
  }
}

function weightOf(path: string): number {
  const text = readFileSync(path, 'utf8')
  // A whole world takes three times as long to load as a part.
  const whole = text.includes('exchange-world') ? 2_000_000 : 0
  return text.length + whole + (path.includes('/jwt/') ? 0 : 1_000_000)
}

/**
 * The tests that `npm run mutate` runs for every mutant: those beside the mutated sources. Left out is what takes long and
 * tries at random, or by the clock, what the others name; and the tests of single flows, which come after.
 */
export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    include: ['packages/core/src/{jwt,exchange}/**/*.test.ts'],
    exclude: [
      '**/*.{prop,linear-time,full}.test.ts',
      // Of what is not mutated.
      'packages/core/src/jwt/{known-points,verify-many,encode}.test.ts',
      'packages/core/src/exchange/routes.test.ts',
    ],
    sequence: { sequencer: PartsFirst },
    // One load of the sources serves every file of a run; no module keeps state.
    isolate: false,
    // What waits for ever fails here, sooner than Stryker's own limit and without a new process for the next mutant.
    testTimeout: 5000,
  },
})
