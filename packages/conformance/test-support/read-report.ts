import { expect } from 'vitest'
import { CONFORMANCE_VERSION, type CommandReport } from '../src/index.ts'

/** The report that a run printed as JSON, held against the form that it promises. */
export function readReport(text: string): CommandReport {
  const report: CommandReport = JSON.parse(text)
  expect(report).toEqual({
    format: 1,
    suite: expect.any(String),
    port: expect.any(String),
    module: expect.stringMatching(/^\.\//),
    version: CONFORMANCE_VERSION,
    ok: expect.any(Boolean),
    counts: { passed: expect.any(Number), failed: expect.any(Number), leftOut: expect.any(Number) },
    cases: expect.any(Array),
    problems: expect.any(Array),
    notes: expect.any(Array),
  })
  for (const one of report.cases) {
    expect(one).toMatchObject({
      id: expect.stringMatching(/^[A-Z]{2}-\d\d$/),
      title: expect.stringMatching(/./),
      proves: expect.stringMatching(/./),
      since: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      result: expect.stringMatching(/^(?:passed|failed|left out)$/),
      milliseconds: expect.any(Number),
    })
    expect(one.reason !== undefined).toBe(one.result === 'left out')
    expect(one.found !== undefined && one.nextStep !== undefined).toBe(one.result === 'failed')
  }
  const count = (result: string) => report.cases.filter((one) => one.result === result).length
  expect(report.counts).toEqual({
    passed: count('passed'),
    failed: count('failed'),
    leftOut: count('left out'),
  })
  return report
}
