// The whole test suite: vitest over the sources with its coverage limit, then the port conformance cases under node:test
// over the built packages. The genuine packages of the uPort era are installed first, in a folder of their own, and the
// programs that npm does not bring (a browser, Redis) from the distribution.
// Arguments go to vitest; with arguments nothing else runs and coverage is not judged.
//
// usage: node scripts/test.mjs [--full] [vitest argument...]
//   --full   the properties and the attacks on exchanges, with far more inputs, and what is long by nature: `*.full.test.ts`
//            (UPORT_FULL=1)

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { install, isInstalled } from './lib/install.mjs'
import { providePrograms } from './lib/programs.mjs'
import { root, runNode } from './lib/run.mjs'

const args = process.argv.slice(2)
const full = args.includes('--full')
const given = args.filter((argument) => argument !== '--full')
/** What a longer run finds more with; everything else has been said by the short one. */
const isWholeFull = given.length === 0 && full
const chosen = isWholeFull
  ? ['.prop.test.ts', '.full.test.ts', 'test/security/', 'test/relay-sigkill.test.ts']
  : given
/** What puts the whole machine under load, or measures it: one file after the other, and nothing beside it. */
const alone = [
  'test/security/linear-time.full.test.ts',
  'test/relay-redis.full.test.ts',
  'test/relay-streams.full.test.ts',
  'test/soak.full.test.ts',
]
const interop = chosen.length === 0 && (await installInterop())
const provided = chosen.length === 0 ? await providePrograms() : { env: {}, missing: [] }
const env = {
  ...provided.env,
  ...(full && { UPORT_FULL: '1' }),
  ...(interop && { UPORT_INTEROP: 'required' }),
}

const report = 'reports/vitest.json'
const whole = ['--coverage', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const vitest = ['node_modules/vitest/vitest.mjs', 'run']
const apart = isWholeFull ? alone.flatMap((file) => ['--exclude', file]) : []
let failed = (await runNode([...vitest, ...(chosen.length === 0 ? whole : chosen), ...apart], { env })) !== 0
if (isWholeFull)
  failed = (await runNode([...vitest, '--no-file-parallelism', ...alone], { env })) !== 0 || failed

if (chosen.length === 0) {
  const files = readdirSync(join(root, 'test/node')).filter((name) => name.endsWith('.test.mjs'))
  const nodeTest = ['--test', '--test-reporter=spec', ...files.map((name) => `test/node/${name}`)]
  failed = (await runNode(nodeTest, { env })) !== 0 || failed
  const left = [
    ...(interop ? [] : ['the genuine packages (installed by `npm test`)']),
    ...provided.missing,
    'the long fuzzing and the long tests (npm run test:full)',
    ...(process.platform === 'linux' ? [] : ['what a killed devnet leaves behind (reads /proc, Linux only)']),
    ...skippedTests(),
  ]
  console.log(`Left out: ${left.join('; ')}.`)
}
process.exitCode = failed ? 1 : 0

/** What vitest skipped: port conformance cases of an ability that the part under test does not claim. */
function skippedTests() {
  const { testResults } = JSON.parse(readFileSync(join(root, report), 'utf8'))
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'skipped' || status === 'pending')
    // Suites without their program are named by the line on programs.
    .filter(({ ancestorTitles }) => !ancestorTitles.some((title) => / \(needs [\w-]+\)$/.test(title)))
    .map(({ ancestorTitles, title }) => `${ancestorTitles.at(-1)} ${title.split(' ')[0]}`)
  return skipped.length === 0 ? [] : [`what a part does not claim to do (${skipped.join(', ')})`]
}

/** Whether the genuine packages are there. Their install scripts are not run: nobody here needs what they build. */
async function installInterop() {
  if (isInstalled('test/interop')) return true
  console.error('Installing the genuine packages (the first time only)…')
  const code = await install('test/interop', ['--ignore-scripts'])
  if (code === undefined) return false
  if (code === 0) return true
  console.error('Their installation failed: see the lines above.')
  process.exit(1)
}
