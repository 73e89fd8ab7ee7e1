import { isUportError, type UportErrorCode } from '../errors/uport-error.ts'

/** Says how a subject does not conform. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
  /** What to look at first, where that is not what the case says. */
  readonly nextStep: string | undefined

  constructor(message: string, { nextStep }: { readonly nextStep?: string | undefined } = {}) {
    super(message)
    this.nextStep = nextStep
  }
}

export interface ConformanceToolsOptions {
  /** How long anything may take before it counts as hanging. Default 5000. */
  readonly deadlineMilliseconds?: number | undefined
}

/** What the cases lean on beside `check` and `checkSame`: no test runner, no assertion library. */
export interface ConformanceTools {
  /** The outcome of `work`, or a ConformanceFailure when it takes too long. */
  within<T>(work: Promise<T>, what: string): Promise<T>
  /** The reason that `work` rejects with; a ConformanceFailure when it resolves or hangs. */
  rejection(work: Promise<unknown>, what: string): Promise<unknown>
  /** Checks that `work` rejects with an error of the framework, of one of these codes where some are given. */
  refuses(work: Promise<unknown>, codes: readonly UportErrorCode[], what: string): Promise<void>
  /** Checks that a call with an aborted signal rejects with the signal's own reason. */
  honoursAbort(call: (signal: AbortSignal) => Promise<unknown>, what: string): Promise<void>
  /** A name that no other case uses, for subjects that share a backend. */
  uniqueName(prefix: string): string
}

/** The tools for one run of one case. */
export function createConformanceTools(options: ConformanceToolsOptions = {}): ConformanceTools {
  const deadline = options.deadlineMilliseconds ?? 5000
  const tools: ConformanceTools = {
    within: (work, what) => withDeadline(work, deadline, what),
    rejection: async (work, what) => {
      const outcome = await tools.within(
        work.then(
          () => undefined,
          (reason: unknown) => ({ reason }),
        ),
        what,
      )
      check(outcome !== undefined, `${what} must reject, and resolved`)
      return outcome.reason
    },
    refuses: async (work, codes, what) => {
      const reason = await tools.rejection(work, what)
      check(isUportError(reason), `${what} must reject with a UportError, and it was ${nameOf(reason)}`)
      const fits = codes.length === 0 || codes.includes(reason.code)
      check(fits, `${what} must reject with ${codes.join(' or ')}, and it was ${reason.code}`)
    },
    honoursAbort: async (call, what) => {
      const expected = new Error('aborted by the conformance case')
      const reason = await tools.rejection(
        call(AbortSignal.abort(expected)),
        `${what} with an aborted signal`,
      )
      check(reason === expected, `${what} must reject with the signal's reason, and it was ${nameOf(reason)}`)
    },
    uniqueName: (prefix) => `${prefix}-${crypto.randomUUID()}`,
  }
  return Object.freeze(tools)
}

/** @throws ConformanceFailure unless the condition holds */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceFailure(message)
}

/** Compares as JSON, members in any order: what a store or a wire gives back. */
export function checkSame(found: unknown, expected: unknown, what: string): void {
  check(
    canonical(found) === canonical(expected),
    `${what} must be ${canonical(expected)}, and it was ${canonical(found)}`,
  )
}

/** JSON with members in order, so that a store may reorder them. */
function canonical(value: unknown): string {
  const text = JSON.stringify(value, (_member, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
  return text ?? 'undefined'
}

const NEXT_STEP_OF_HANGING = 'Settle every promise, also when something fails; give a slow device more time.'

function withDeadline<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `${what} must not hang: nothing happened for ${milliseconds} ms`
      reject(new ConformanceFailure(message, { nextStep: NEXT_STEP_OF_HANGING }))
    }, milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function nameOf(reason: unknown): string {
  return reason instanceof Error ? reason.name : typeof reason
}
