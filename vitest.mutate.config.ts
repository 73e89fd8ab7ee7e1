import { defineConfig } from 'vitest/config'
import { sourceAliases } from './test/support/source-aliases.ts'

/**
 * The tests that `npm run mutate` runs for every mutant: those of the verification paths. No properties and no fuzzing:
 * they try at random, and take long, what the others name.
 */
export default defineConfig({
  resolve: { alias: sourceAliases() },
  test: {
    include: ['packages/core/src/{jwt,exchange,flows}/**/*.test.ts'],
    exclude: ['**/*.prop.test.ts', '**/*.full.test.ts'],
    // One load of the sources serves every file of a run; no module keeps state.
    isolate: false,
    testTimeout: 5_000,
  },
})
