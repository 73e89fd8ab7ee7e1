import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkXml } from '../../test-support/check-xml.ts'
import { renderJunit } from './junit.ts'
import type { CommandReport } from './report.ts'
import { renderTable } from './table.ts'
import { wrap } from './wrap.ts'

const case1 = { proves: 'the first thing', since: '1.0.0', milliseconds: 12 }
const report: CommandReport = {
  format: 1,
  suite: 'key-store',
  port: 'KeyStore',
  module: './my-store.js',
  version: '1.0.0',
  ok: false,
  counts: { passed: 1, failed: 1, leftOut: 2 },
  cases: [
    { ...case1, id: 'KS-01', title: 'does one thing', result: 'passed' },
    {
      ...case1,
      id: 'KS-02',
      title: 'does <another> & "more"',
      result: 'failed',
      found: 'it was 2 \u0000 \ud800',
      nextStep: 'Look here.',
    },
    { ...case1, id: 'KM-01', title: 'needs a manager', result: 'left out', reason: 'there is no manager' },
    { ...case1, id: 'KM-02', title: 'needs it too', result: 'left out', reason: 'there is no manager' },
  ],
  problems: ['Nobody caught Error: x'],
  notes: ['The module left something open'],
}

describe('renderTable', () => {
  it('has a row for each case, and for a failed one what to do', () => {
    expect(
      renderTable({ ...report, cases: report.cases.filter(({ id }) => id !== 'KS-02') }),
    ).toBe(`KeyStore: ./my-store.js (cases 1.0.0)

id      result    what it proves
KS-01   passed    the first thing
KM-01   left out  the first thing
KM-02   left out  the first thing

Left out, because there is no manager: KM-01, KM-02
Nobody caught Error: x
The module left something open
1 passed, 1 failed, 2 left out
`)
    expect(renderTable(report).split('\n').slice(4, 8)).toEqual([
      'KS-02   failed    the first thing',
      '                  rule:  does <another> & "more"',
      '                  found: it was 2 \u0000 \ud800',
      '                  next:  Look here.',
    ])
  })

  it.each([40, 59, 60, 80, 200])('stays within %i columns', (columns) => {
    const long = report.cases.map((one) => ({ ...one, proves: `${'word '.repeat(40)}${'x'.repeat(300)}` }))
    const lines = renderTable({ ...report, cases: long }, { columns }).split('\n')
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns)
  })

  it('is coloured only where it is told to be', () => {
    expect(renderTable(report)).not.toContain('\u001b')
    expect(renderTable(report, { color: true })).toContain('\u001b[31mfailed  \u001b[0m')
    expect(renderTable(report, { color: true, columns: 40 })).toContain('KS-02  \u001b[31mfailed\u001b[0m\n')
  })
})

describe('renderJunit', () => {
  it('is XML with the counts, whatever the texts are', () => {
    const xml = renderJunit(report)
    const elements = checkXml(xml)
    expect(elements.filter(({ name }) => name === 'testcase')).toHaveLength(4)
    expect(elements.find(({ name }) => name === 'testsuite')?.attributes).toMatchObject({
      tests: '4',
      failures: '1',
      errors: '1',
      skipped: '2',
      time: '0.048',
    })
    expect(xml).toContain('name="KS-02 does &lt;another&gt; &amp; &quot;more&quot;"')
    expect(xml).toContain('next: Look here.</failure>')
    expect(xml).toContain('<skipped message="there is no manager"/>')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        checkXml(renderJunit({ ...report, module: text, problems: [text] }))
      }),
      { numRuns: 20 },
    )
  })
})

describe('wrap', () => {
  it('keeps every word, and every line within its width', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrap(text, width)
        expect(lines.every((line) => line.length <= width)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
