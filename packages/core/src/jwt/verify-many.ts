import type { DidResolver } from '../ports/did-resolver.ts'
import type { Options } from '../ports/options.ts'
import { OnceResolver } from '../resolve/once-resolver.ts'
import { abortable } from './abortable.ts'
import { requireTimeRules } from './time.ts'
import { type VerifiedJwt, type VerifyJwtRules, verifyInTurn } from './verify.ts'

export interface VerifyManyOptions extends Options {
  /** Tokens under way at a time: more keep more threads and requests busy. Default 256. */
  readonly concurrency?: number | undefined
}

/** Milliseconds of arithmetic after which timers and other work get their turn. */
const SLICE_MS = 20

/**
 * Verifies many tokens by the same rules, each as `verifyJwt` does. Every issuer is resolved once; one token's failure is
 * that token's alone. With an engine that shares its work among threads, all of them work.
 *
 * @returns an outcome for each token, in the order of the tokens: `fulfilled` with a `VerifiedJwt`, or `rejected` with the
 * error that `verifyJwt` throws
 * @throws TypeError where the rules are wrong; the signal's reason as soon as it aborts
 */
export async function verifyMany(
  jwts: readonly unknown[],
  rules: VerifyJwtRules,
  { signal, concurrency = 256 }: VerifyManyOptions = {},
): Promise<readonly PromiseSettledResult<VerifiedJwt>[]> {
  requireTimeRules(rules)
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new TypeError('concurrency must be a whole number from 1')
  }
  signal?.throwIfAborted()
  const tokens = [...jwts]
  const resolver = new OnceResolver(rules.resolver)
  const abort = () => resolver.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await abortable(verifyAll(tokens, rules, { resolver, concurrency, signal }), signal)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

async function verifyAll(
  tokens: readonly unknown[],
  rules: VerifyJwtRules,
  {
    resolver,
    concurrency,
    signal,
  }: {
    readonly resolver: DidResolver
    readonly concurrency: number
    readonly signal: AbortSignal | undefined
  },
): Promise<readonly PromiseSettledResult<VerifiedJwt>[]> {
  const outcomes: PromiseSettledResult<VerifiedJwt>[] = []
  const shared = { resolver, pause: createPause(signal) }
  let next = 0
  const work = async (): Promise<void> => {
    while (next < tokens.length && signal?.aborted !== true) {
      const index = next++
      // Without the signal: hundreds would listen to it, and those who must know are told by the resolver and the pause.
      outcomes[index] = await settle(verifyInTurn(tokens[index], rules, {}, shared))
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, tokens.length) }, work))
  signal?.throwIfAborted()
  return Object.freeze(outcomes)
}

async function settle<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  try {
    return { status: 'fulfilled', value: await work }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

/** Node's way takes microseconds; a timer waits for a millisecond at least. */
function inTheNextTurn(run: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown }
  if (setImmediate === undefined) setTimeout(run, 0)
  else setImmediate(run)
}

/** Waits for a turn of the event loop whenever a slice of time is used up; all who wait share the turn. */
function createPause(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let end = performance.now() + SLICE_MS
  let turn: Promise<void> | undefined
  return () => {
    signal?.throwIfAborted()
    if (turn === undefined && performance.now() >= end) {
      turn = new Promise((resolve) => {
        inTheNextTurn(() => {
          turn = undefined
          end = performance.now() + SLICE_MS
          resolve()
        })
      })
    }
    return turn
  }
}
