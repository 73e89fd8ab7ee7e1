import { systemClock } from '@uport-kit/core'
import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { createResolver } from '../create-resolver.ts'
import { EXIT } from '../exit-code.ts'
import { printableLine } from '../output/printable.ts'
import { readText } from '../read-input.ts'
import { type Explanation, explainToken, type RuleResult } from '../verify/explain-token.ts'

const MARKS: Readonly<Record<RuleResult['status'], string>> = {
  passed: 'ok  ',
  failed: 'FAIL',
  undetermined: '?   ',
  skipped: '-   ',
  unreached: '    ',
}

const EXIT_CODES: Readonly<Record<Explanation['verdict'], number>> = {
  valid: EXIT.done,
  invalid: EXIT.invalid,
  undetermined: EXIT.temporary,
}

/** Verifies a token and explains every rule that it applied. */
export async function run(args: Arguments, context: Context): Promise<number> {
  const { settings, signal, terminal } = context
  const jwt = await readText(args.requirePosition('token'), context)
  const explanation = await explainToken(
    jwt,
    {
      resolver: createResolver(settings),
      now: timeOf(args.text('at')) ?? systemClock().now(),
      skew: args.whole('skew'),
      audience: args.list('audience'),
      callback: args.text('callback'),
      requireAudience: args.flag('require-audience'),
      requireExpiry: args.flag('require-expiry'),
      authentication: args.flag('authentication'),
      legacyTimes: args.flag('legacy-times'),
      fresh: true,
    },
    { signal },
  )
  const { error, ...value } = explanation
  terminal.print({ ...value, code: error?.code }, lines(explanation))
  return EXIT_CODES[explanation.verdict]
}

function lines({ verdict, failed, rules, payload, error }: Explanation): readonly string[] {
  const table = rules.map(
    ({ rule, status, asks, found }) =>
      `${MARKS[status]}  ${rule.padEnd(15)} ${status === 'skipped' || status === 'unreached' ? `(${asks})` : printableLine(found ?? '')}`,
  )
  const says = payload === undefined ? [] : ['', JSON.stringify(payload, undefined, 2)]
  const note = payload === undefined || verdict === 'valid' ? [] : ['What the token says, proven by nothing:']
  return [
    ...table,
    '',
    verdict === 'valid' ? 'valid' : `${verdict}: ${failed}${error === undefined ? '' : ` (${error.code})`}`,
    ...note,
    ...says,
  ]
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const milliseconds = Date.parse(text)
  if (Number.isFinite(milliseconds)) return Math.floor(milliseconds / 1000)
  throw new UsageError('--at takes Unix seconds, or a date such as 2026-01-31T12:00:00Z.')
}
