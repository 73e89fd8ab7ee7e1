import { type CommandReport, countLine, type ReportedCase } from './report.ts'
import { wrap } from './wrap.ts'

export interface TableOptions {
  /** How many characters a line may have; at least 40. Default 80. */
  readonly columns?: number | undefined
  /** Default false. */
  readonly color?: boolean | undefined
}

/** Codes of SGR (ECMA-48, section 8.3.117). */
const STYLES = { passed: 32, failed: 31, 'left out': 33, dim: 2, bold: 1 } as const
/** Narrower than this, what a case proves stands under its id. */
const LEAST_TWO_COLUMNS = 60

interface Layout {
  readonly columns: number
  readonly narrow: boolean
  readonly indent: number
  paint(text: string, style: keyof typeof STYLES): string
}

/** A row for each case, and under a failed one what happened and what to do. */
export function renderTable(report: CommandReport, options: TableOptions = {}): string {
  const layout = layoutOf(options)
  const { columns, narrow, paint } = layout
  const title = wrap(`${report.port}: ${report.module} (cases ${report.version})`, columns)
  const header = narrow ? [] : [paint(`${'id'.padEnd(8)}${'result'.padEnd(8)}  what it proves`, 'dim')]
  const said = [...leftOut(report), ...report.problems, ...report.notes]
  return [
    ...title.map((line) => paint(line, 'bold')),
    '',
    ...header,
    ...report.cases.flatMap((one) => [...rowOf(one, layout), ...detailsOf(one, layout)]),
    '',
    ...said.flatMap((line) => wrap(line, columns)),
    paint(countLine(report.counts), report.ok ? 'passed' : 'failed'),
    '',
  ].join('\n')
}

function layoutOf({ columns = 80, color = false }: TableOptions): Layout {
  const width = Math.max(40, columns)
  const narrow = width < LEAST_TWO_COLUMNS
  return {
    columns: width,
    narrow,
    indent: narrow ? 4 : 18,
    paint: (text, style) => (color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text),
  }
}

function rowOf({ id, result, proves }: ReportedCase, layout: Layout): string[] {
  const { narrow, paint } = layout
  const [first = '', ...rest] = hanging('', proves, layout)
  if (narrow) return [`${id}  ${paint(result, result)}`, first, ...rest]
  return [`${id.padEnd(8)}${paint(result.padEnd(8), result)}  ${first.trimStart()}`, ...rest]
}

function detailsOf({ result, title, found = '', nextStep = '' }: ReportedCase, layout: Layout): string[] {
  if (result !== 'failed') return []
  return [
    ...hanging('rule:  ', title, layout),
    ...hanging('found: ', found, layout),
    ...hanging('next:  ', nextStep, layout),
  ]
}

/** A text behind its label; further lines begin under its first word. */
function hanging(label: string, text: string, { columns, indent }: Layout): string[] {
  const margin = ' '.repeat(indent)
  const under = margin + ' '.repeat(label.length)
  return wrap(text, columns - under.length).map((line, n) => `${n === 0 ? margin + label : under}${line}`)
}

/** A line for each reason that cases were left out for. */
function leftOut({ cases }: CommandReport): string[] {
  const ids = new Map<string, string[]>()
  for (const { id, result, reason = '' } of cases) {
    if (result === 'left out') ids.set(reason, [...(ids.get(reason) ?? []), id])
  }
  return [...ids].map(([reason, list]) => `Left out, because ${reason}: ${list.join(', ')}`)
}
