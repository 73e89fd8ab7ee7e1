import { describe, test } from 'vitest'
import { findProgram, programs } from '../../scripts/lib/programs.mjs'

/**
 * Tests with a program that npm does not bring, such as `chromium` or `redis-server`. Where it is missing they are left out,
 * with a line that says so; under `npm test`, which installs it or has said that it cannot, a program that was there and is not
 * found fails.
 *
 * @param name of the table in `scripts/lib/programs.mjs`
 * @param tests is given the program's path
 */
export function describeWithProgram(name: string, title: string, tests: (path: string) => void): void {
  const path = findProgram(name)
  if (path !== undefined) {
    describe(title, () => tests(path))
    return
  }
  const variable = programs.find((program) => program.name === name)?.requiredVariable ?? ''
  if (process.env[variable] === 'required') {
    describe(title, () => {
      test(`has ${name}`, () => {
        throw new Error(`${variable} is set, and ${name} is not found: install it`)
      })
    })
    return
  }
  console.warn(`Left out: ${title}. Install ${name} first.`)
  // A skipped suite without a test would not be in the report.
  describe.skip(`${title} (needs ${name})`, () => test('was left out', () => {}))
}
