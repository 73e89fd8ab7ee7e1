import type { UportError } from '@uport-kit/core'
import { CliError, UsageError } from './cli-error.ts'
import { EXIT } from './exit-code.ts'
import { printable } from './output/printable.ts'
import type { Sink } from './output/streams.ts'
import { toJson } from './output/to-json.ts'

export interface ReportTerms {
  readonly stderr: Sink
  readonly debug: boolean
  readonly json: boolean
  readonly aborted: boolean
}

/** Tells what failed in one line, or as JSON; the stack only where that was asked for. @returns the exit code */
export function reportError(error: unknown, { stderr, debug, json, aborted }: ReportTerms): number {
  const { code, exitCode, message, ...rest } = aborted ? INTERRUPTED : judge(error)
  const hint = exitCode === EXIT.usage ? ' (`uport --help`)' : ''
  const line = json
    ? JSON.stringify(toJson({ event: 'error', code, exitCode, message, ...rest }))
    : printable(`uport: ${oneLine(message, rest.data)}${code === undefined ? hint : ` [${code}]`}`)
  stderr.write(`${line}\n`)
  if (debug) stderr.write(`${printable(stackOf(error))}\n`)
  return exitCode
}

/** The message, with the reason where it only points to that. */
function oneLine(message: string, data: unknown): string {
  const reason = typeof data === 'object' && data !== null && 'reason' in data ? data.reason : undefined
  const isSaid = typeof reason !== 'string' || message.includes(reason)
  return `${message}${isSaid ? '' : ` (${reason})`}`.replace(/\s*\n\s*/g, ' ')
}

interface Judgement {
  readonly code?: string | undefined
  readonly exitCode: number
  readonly message: string
  readonly retryable?: boolean | undefined
  readonly data?: unknown
}

const INTERRUPTED: Judgement = { exitCode: EXIT.interrupted, message: 'interrupted' }

/** Codes that say that somebody said no. */
const DECLINED: ReadonlySet<string> = new Set(['REQUEST_REFUSED', 'REQUEST_DISMISSED', 'POLICY_DENIED'])

function judge(error: unknown): Judgement {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message }
  // What was configured or given wrongly may come to light inside a part that could only call it a failure.
  if (error instanceof Error && error.cause instanceof UsageError) return judge(error.cause)
  if (isUportErrorLike(error)) {
    const { code, message, retryable, data } = error
    const exitCode = DECLINED.has(code) ? EXIT.declined : retryable ? EXIT.temporary : EXIT.failed
    return { code, exitCode, message, retryable, data }
  }
  // A `TypeError` of a part is a wrong option that only it could recognise.
  if (error instanceof TypeError) return { exitCode: EXIT.usage, message: error.message }
  return { exitCode: EXIT.failed, message: error instanceof Error ? error.message : String(error) }
}

/** By shape: core is not loaded for a mistake in the call. */
function isUportErrorLike(error: unknown): error is UportError {
  return error instanceof Error && error.name === 'UportError' && 'code' in error && 'retryable' in error
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
