// Measures everything, writes RESULTS.md and chart.svg. `npm run bench` installs the peers first and calls it.
//
// usage: node --expose-gc bench/run.mjs [--quick]

import { readFileSync, writeFileSync } from 'node:fs'
import { isMet, renderChart, renderResults } from './lib/report.mjs'

const quick = process.argv.includes('--quick')
const options = quick ? { rounds: 5, batchMs: 20 } : { rounds: 25, batchMs: 60 }
const works = [
  ['tokens', 'measureTokens'],
  ['credentials', 'measureCredentials'],
  ['threads', 'measureThreads'],
  ['texts', 'measureTexts'],
  ['resolution', 'measureResolution'],
  ['start-up', 'measureStartUp'],
]

const groups = []
for (const [name, measure] of works) {
  console.error(`Measuring ${name}…`)
  const work = await import(`./work/${name}.mjs`)
  groups.push(...(await work[measure](options)))
}
const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
const versions = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`)
const results = renderResults(groups, versions)
writeFileSync(new URL('./RESULTS.md', import.meta.url), results)
writeFileSync(new URL('./chart.svg', import.meta.url), renderChart(groups))
const claims = groups.flatMap((group) => group.claims)
console.log(results)
console.log(`${claims.filter(isMet).length} of ${claims.length} promises met; written to bench/RESULTS.md`)
