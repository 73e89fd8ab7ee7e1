import type { CommandReport, ReportedCase } from './report.ts'

/** The report in the form that CI servers read (testsuites, testsuite, testcase). */
export function renderJunit(report: CommandReport): string {
  const { counts, suite, module } = report
  const total = report.cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const totals = attributes({
    name: `conformance ${suite}`,
    tests: report.cases.length,
    failures: counts.failed,
    errors: report.problems.length,
    skipped: counts.leftOut,
    time: seconds(total),
  })
  const properties = Object.entries({ module, port: report.port, version: report.version }).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  )
  const said = [...report.problems, ...report.notes]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${totals}>`,
    `  <testsuite${totals}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...report.cases.flatMap((one) => testcase(suite, one)),
    ...(said.length === 0 ? [] : [`    <system-err>${escapeXml(said.join('\n'))}</system-err>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testcase(suite: string, one: ReportedCase): string[] {
  const start = `    <testcase${attributes({
    classname: `conformance.${suite}`,
    name: `${one.id} ${one.title}`,
    time: seconds(one.milliseconds),
  })}`
  if (one.result === 'passed') return [`${start}/>`]
  if (one.result === 'left out') {
    return [`${start}>`, `      <skipped${attributes({ message: one.reason ?? '' })}/>`, '    </testcase>']
  }
  const text = [`proves: ${one.proves}`, `found: ${one.found}`, `next: ${one.nextStep}`].join('\n')
  const message = attributes({ message: one.found ?? '', type: 'ConformanceFailure' })
  return [`${start}>`, `      <failure${message}>${escapeXml(text)}</failure>`, '    </testcase>']
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** Text for XML 1.0, without the characters that it has no form for: controls and halves of surrogate pairs. */
function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, '')
      .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '')
  )
}
