import { CONFORMANCE_VERSION } from '@uport-kit/core/conformance'
import { wrap } from '../reporters/wrap.ts'
import type { Suite } from '../suites.ts'

export interface ListOptions {
  readonly json: boolean
  readonly columns?: number | undefined
}

/** The cases of suites and what they prove. */
export function renderList(suites: readonly Suite[], { json, columns = 80 }: ListOptions): string {
  if (json) return `${JSON.stringify(listed(suites), undefined, 2)}\n`
  const width = Math.max(40, columns)
  const indent = ' '.repeat(8)
  const cases = suites.flatMap((suite) => [
    `${suite.name} (${suite.port})`,
    ...suite.cases.flatMap(({ id, title, proves }) => {
      const [first = '', ...rest] = [title, `proves: ${proves}`].flatMap((text) =>
        wrap(text, width - indent.length),
      )
      return [`${id.padEnd(indent.length)}${first}`, ...rest.map((line) => `${indent}${line}`)]
    }),
    '',
  ])
  return [...cases, `cases ${CONFORMANCE_VERSION}`, ''].join('\n')
}

function listed(suites: readonly Suite[]): object {
  return {
    format: 1,
    version: CONFORMANCE_VERSION,
    suites: suites.map(({ name, port, cases }) => ({
      suite: name,
      port,
      cases: cases.map(({ id, title, proves, nextStep, since }) => ({ id, title, proves, nextStep, since })),
    })),
  }
}
