// Writes docs/conformance.md from the conformance cases: each is data that says what it proves, why that matters and what
// to do when it fails. Reads the built package.
//
// usage: node scripts/conformance-docs.mjs [--check]

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suites } from '../packages/conformance/dist/suites.js'
import { CONFORMANCE_VERSION } from '../packages/core/dist/conformance/index.js'
import { root } from './lib/run.mjs'

const page = 'docs/conformance.md'
const check = process.argv.includes('--check')
const all = [...suites.values()]
const cases = all.flatMap((suite) => suite.cases)
const ids = cases.map(({ id }) => id)
const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
if (cases.length === 0) throw new Error('there are no cases')
if (twice.length > 0) throw new Error(`used twice: ${twice.join(', ')}`)

const fresh = render()
const file = join(root, page)
let current = ''
try {
  current = readFileSync(file, 'utf8')
} catch (error) {
  if (error.code !== 'ENOENT') throw error
}
if (check && current !== fresh)
  console.error(`${page} is out of date: run \`node scripts/conformance-docs.mjs\``)
if (!check) writeFileSync(file, fresh)
console.log(`${cases.length} conformance cases`)
process.exitCode = check && current !== fresh ? 1 : 0

function render() {
  const contents = all.map(
    ({ name, port, cases: { length } }) => `- [\`${name}\`](#${name}) (${port}): ${length} cases`,
  )
  return `# Conformance cases

What every implementation of a port must do. [\`@uport-kit/conformance\`](../packages/conformance) runs them, by a command or
in your test runner. The ids keep their meaning: a failure can be searched for by its id.

Version ${CONFORMANCE_VERSION} of the cases. A patch changes words; a minor version adds a case, or lets one accept more; a
major version lets one accept less, or removes one, whose id is not used again.

This page is generated from the cases (\`node scripts/conformance-docs.mjs\`).

${contents.join('\n')}

${all.map(section).join('\n\n')}
`
}

/** @param {import('../packages/conformance/dist/suites.js').Suite} suite */
function section({ name, port, cases }) {
  const entries = cases.map(
    ({ id, since, title, proves, matters, nextStep }) => `### ${id} ${title}

- **Proves**: ${markdown(proves)}.
- **Matters**: ${markdown(matters)}
- **When it fails**: ${markdown(nextStep)}
- **Since**: ${since}`,
  )
  return `## ${name}

\`npx @uport-kit/conformance ${name} ./my-${name}.js\` shows that a ${port} passes these.

${entries.join('\n\n')}`
}

/** Text for Markdown: error codes as code, and signs that mean something taken literally. @param {string} text */
function markdown(text) {
  return text.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, '`$&`').replace(/[<>*]/g, '\\$&')
}
