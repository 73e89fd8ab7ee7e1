import { type CommandReport, countLine, type ReportedCase } from './report.ts'
import { wrap } from './wrap.ts'

export interface TableOptions {
  /** How many characters a line may have; at least 40. Default 80. */
  readonly columns?: number | undefined
  /** Default false. */
  readonly color?: boolean | undefined
}

const CODES = { passed: 32, failed: 31, 'left out': 33, dim: 2, bold: 1 } as const
const INDENT = 18

/** A row for each case, and under a failed one what happened and what to do. */
export function renderTable(report: CommandReport, options: TableOptions = {}): string {
  const columns = Math.max(40, options.columns ?? 80)
  const paint = (text: string, style: keyof typeof CODES): string =>
    options.color === true ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text
  const narrow = columns < 60
  const indent = narrow ? 4 : INDENT

  const lines = (text: string, label = ''): string[] => {
    const hang = indent + label.length
    return wrap(text, columns - hang).map(
      (line, n) => `${' '.repeat(n === 0 ? indent : hang)}${n === 0 ? label : ''}${line}`,
    )
  }
  const row = (one: ReportedCase): string[] => {
    const [first = '', ...rest] = lines(one.proves)
    const result = paint(one.result.padEnd(8), one.result)
    const head = narrow
      ? [`${one.id}  ${result}`.trimEnd(), first]
      : [`${one.id.padEnd(8)}${result}  ${first.trimStart()}`]
    return [...head, ...rest, ...details(one)]
  }
  const details = (one: ReportedCase): string[] => {
    if (one.result === 'passed') return []
    if (one.result === 'left out') return lines(one.reason ?? '', 'why:   ').map((line) => paint(line, 'dim'))
    return [
      ...lines(one.title, 'rule:  '),
      ...lines(one.found ?? '', 'found: '),
      ...lines(one.nextStep ?? '', 'next:  '),
    ]
  }
  const title = wrap(`${report.port}: ${report.module} (cases ${report.version})`, columns)
  const header = narrow ? [] : [paint(`${'id'.padEnd(8)}${'result'.padEnd(8)}  what it proves`, 'dim')]
  const said = [...report.problems, ...report.notes].flatMap((line) => wrap(line, columns))
  return [
    ...title.map((line) => paint(line, 'bold')),
    '',
    ...header,
    ...report.cases.flatMap(row),
    '',
    ...said,
    paint(countLine(report.counts), report.ok ? 'passed' : 'failed'),
    '',
  ].join('\n')
}
