import { UportError } from '../errors/uport-error.ts'
import type { Outcome } from '../flows/flow.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'

/**
 * Where a middleware stands, from the outside in. `observe` sees the whole exchange, its end included. `policy` judges:
 * before `next` the request, after it each verified reply; what it denies then is not consumed and the exchange waits
 * for another reply. `limit` is entered once, before anything is signed.
 */
export type Phase = 'observe' | 'policy' | 'limit'

/** What a middleware may know of an exchange. Frozen. */
export interface ExchangeContext {
  readonly side: 'requester' | 'responder'
  readonly requestId: string
  readonly requestType: string
  /** Who acts on this side. */
  readonly identity: Did
  /** The request's payload; on the requester's side before the kernel's members are added. */
  readonly payload: JsonObject
  readonly signal: AbortSignal
}

/**
 * Watches, denies (throw) or delays. It cannot forge: the result must be the very object that `next` gave, and that is
 * checked at run time too.
 */
export type Middleware = <Result extends Outcome>(
  context: ExchangeContext,
  next: () => Promise<Result>,
) => Promise<Result>

export interface PhasedMiddleware {
  readonly name: string
  readonly phase: Phase
  readonly run: Middleware
}

/** Runs the middlewares of one phase around `kernel`, the first one outermost. */
export function runPhase<Result extends Outcome>(
  middleware: readonly PhasedMiddleware[],
  phase: Phase,
  context: ExchangeContext,
  kernel: () => Promise<Result>,
): Promise<Result> {
  return middleware
    .filter((one) => one.phase === phase)
    .reduceRight<() => Promise<Result>>((next, one) => () => runOne(one, context, next), kernel)()
}

async function runOne<Result extends Outcome>(
  { name, run }: PhasedMiddleware,
  context: ExchangeContext,
  next: () => Promise<Result>,
): Promise<Result> {
  let given: Promise<Result> | undefined
  const result = await run(context, () => {
    if (given !== undefined) throw misused(name, 'called next twice')
    given = next()
    return given
  })
  if (given === undefined) throw misused(name, 'returned without calling next')
  if (result !== (await given)) {
    throw new UportError(
      'MIDDLEWARE_ALTERED_RESULT',
      `The middleware ${name} returned another result than next gave it.`,
      {
        data: { middleware: name },
      },
    )
  }
  return result
}

function misused(name: string, reason: string): UportError<'MIDDLEWARE_MISUSED'> {
  return new UportError('MIDDLEWARE_MISUSED', `The middleware ${name} ${reason}; throw to deny.`, {
    data: { middleware: name, reason },
  })
}
