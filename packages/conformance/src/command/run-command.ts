import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { CONFORMANCE_VERSION } from '@uport-kit/core/conformance'
import { redact } from '../redact.ts'
import { renderJunit } from '../reporters/junit.ts'
import { type CommandReport, reportCase } from '../reporters/report.ts'
import { renderTable } from '../reporters/table.ts'
import { HELP } from './help.ts'
import { renderList } from './list.ts'
import { parseArguments, type ReporterName, type RunArguments } from './parse-arguments.ts'
import { createProgress } from './progress.ts'
import { supervise } from './supervise.ts'
import { UsageError } from './usage-error.ts'

/** Loading is no case, and a short timeout is not meant for it. */
const LEAST_LOADING = 10_000

export interface Terminal {
  /** Writes to standard output. */
  out(text: string): void
  /** Writes to standard error. */
  err(text: string): void
  /** How wide standard output is; undefined where it is no terminal. */
  readonly columns: number | undefined
  readonly color: boolean
  /** Whether standard error is a terminal that progress can be shown on. */
  readonly progress: boolean
  readonly packageVersion: string
}

/**
 * Runs the `uport-conformance` command.
 *
 * @returns the exit code: 0 every case passed or was left out, 1 a case failed or none passed, 2 a mistake in the call or
 * in the module
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const parsed = parseArguments(args)
    if (parsed.kind === 'run') return await runSuite(parsed, terminal)
    if (parsed.kind === 'help') terminal.out(HELP)
    else if (parsed.kind === 'list') terminal.out(renderList(parsed.suites, { ...parsed, ...terminal }))
    else terminal.out(`@uport-kit/conformance ${terminal.packageVersion}, cases ${CONFORMANCE_VERSION}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.err(`uport-conformance: ${error.message}\n`)
    return 2
  }
}

async function runSuite(args: RunArguments, terminal: Terminal): Promise<number> {
  const report = await makeReport(args, terminal)
  const render = (reporter: ReporterName, plain = false): string => {
    if (reporter === 'json') return `${JSON.stringify(report, undefined, 2)}\n`
    if (reporter === 'junit') return renderJunit(report)
    return renderTable(report, plain ? {} : terminal)
  }
  if (args.output === undefined) terminal.out(render(args.reporter))
  else {
    await write(args.output, render(args.reporter, true))
    terminal.out(render('table'))
  }
  return report.ok ? 0 : 1
}

async function makeReport(args: RunArguments, terminal: Terminal): Promise<CommandReport> {
  const { suite, module, ids, timeoutMilliseconds } = args
  const chosen = suite.cases.filter(({ id }) => ids.includes(id))
  const progress = createProgress(chosen, terminal)
  const job = {
    suite: suite.name,
    module,
    ids,
    timeoutMilliseconds,
    loadMilliseconds: Math.max(LEAST_LOADING, timeoutMilliseconds),
  }
  const { results, problems, notes } = await supervise(job, chosen, progress).finally(() => progress.clear())
  const cases = results.map(reportCase)
  const count = (result: string): number => cases.filter((one) => one.result === result).length
  const counts = { passed: count('passed'), failed: count('failed'), leftOut: count('left out') }
  const none =
    counts.passed + counts.failed === 0 ? ['No case ran: give the subject what the cases above need'] : []
  return {
    format: 1,
    suite: suite.name,
    port: suite.port,
    module,
    version: CONFORMANCE_VERSION,
    ok: counts.failed === 0 && counts.passed > 0 && problems.length === 0,
    counts,
    cases,
    problems: [...problems, ...none],
    notes,
  }
}

async function write(output: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(resolve(output)), { recursive: true })
    await writeFile(output, text)
  } catch (error) {
    throw new UsageError(
      `The report could not be written: ${redact(error instanceof Error ? error.message : '')}`,
    )
  }
}
