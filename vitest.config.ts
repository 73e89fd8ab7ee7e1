import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { sourceAliases } from './test/support/source-aliases.ts'

/** Set by `npm run test:full`. */
const full = process.env['UPORT_FULL'] === '1'
const longFuzzing = {
  find: /^fast-check$/,
  replacement: new URL('test/support/long-fuzzing.ts', import.meta.url).pathname,
}

export default defineConfig({
  resolve: { alias: [...sourceAliases(), ...(full ? [longFuzzing] : [])] },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/*/{src,pages,react}/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/node/**', ...(full ? [] : ['**/*.full.test.ts'])],
    // Many tests wait for a chain, a server or another process: a core is left idle by one worker a core less one.
    maxWorkers: Math.max(2, availableParallelism()),
    // A worker keeps the modules it has loaded: half the CPU time. No module here has mutable state that a file could leave behind.
    isolate: false,
    testTimeout: full ? 200_000 : 60_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/bin.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
  },
})
