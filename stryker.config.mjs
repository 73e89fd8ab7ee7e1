// Mutation testing of what decides trust: `npm run mutate`. A mutant is a small fault put into the source; a test must
// notice it.

/** Files of the two folders that decide no trust, each with its reason. Those that hold types alone have no mutants. */
const undecided = [
  'jwt/encode.ts', // makes tokens
  'jwt/known-points.ts', // makes verifying faster; its tests take long
  'jwt/lru-map.ts', // holds what is remembered
  'jwt/verify-many.ts', // calls `verifyJwt`, several at a time
  'exchange/routes.ts', // finds an assembled part by its name
  'exchange/deliver-via.ts', // tries roads in order
  'exchange/exchange-state.ts', // shows progress
  'exchange/deferred.ts', // a promise with its two ends outside
]

export default {
  testRunner: 'in-process',
  plugins: ['./scripts/mutation/in-process-runner.mjs', './scripts/mutation/message-ignorer.mjs'],
  mutate: [
    'packages/core/src/{jwt,exchange}/*.ts',
    '!**/*.test.ts',
    ...undecided.map((file) => `!packages/core/src/${file}`),
  ],
  ignorers: ['messages'],
  // A mutant of what runs once, on import, would need the whole suite for itself.
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  tempDirName: 'reports/mutation/sandbox',
  ignorePatterns: ['dist', 'coverage', 'docs', '*.tsbuildinfo'],
  tsconfigFile: 'none.json',
  concurrency: 2,
  // A mutant may hang, but a busy machine must not look like one that does.
  timeoutMS: 5000,
  thresholds: { high: 95, low: 90, break: 85 },
}
