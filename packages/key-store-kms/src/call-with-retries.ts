import { abortable, type Clock, type Options } from '@uport-kit/core'
import { KmsFailure } from './kms-failure.ts'
import type { Pace } from './kms-options.ts'

/** Seconds before the second attempt at the least; doubled each time. */
const FIRST_PAUSE = 0.1
const LONGEST_PAUSE = 2

/** Which failures a request is repeated after. */
export type RepeatRule = (failure: KmsFailure) => boolean

const repeatRetryable: RepeatRule = ({ retryable }) => retryable

/**
 * Repeats a request while its failures are retryable and the deadline has not passed. An attempt that hangs is given up
 * and counts as one that failed. Half of each pause is random, so that those who were throttled together part.
 *
 * @param work one attempt; stops when its signal aborts, and is not waited for
 * @param repeats a failure that it does not allow to be repeated is not called retryable either
 * @throws KmsFailure the last one when the deadline passes; the signal's reason, at once, when the caller cancels
 */
export function callWithRetries<T>(
  work: (signal: AbortSignal) => Promise<T>,
  pace: Pace,
  { signal }: Options,
  repeats: RepeatRule = repeatRetryable,
): Promise<T> {
  let last = judge(timedOut(), repeats)
  const repeat = async (call: AbortSignal): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await within(pace.clock, pace.attemptTimeout, timedOut, call, work)
      } catch (error) {
        call.throwIfAborted()
        if (!(error instanceof KmsFailure)) throw error
        last = judge(error, repeats)
        if (!last.retryable) throw last
      }
      await pause(pauseAfter(attempt, pace.random), pace.clock, call)
    }
  }
  return within(pace.clock, pace.deadline, () => last, signal, repeat)
}

function judge(failure: KmsFailure, repeats: RepeatRule): KmsFailure {
  return !failure.retryable || repeats(failure) ? failure : new KmsFailure(failure.outcome, false)
}

function timedOut(): KmsFailure {
  return new KmsFailure('timeout')
}

/** Does work under a signal that aborts when the outer one does or the time is over, and rejects as soon as it aborts. */
async function within<T>(
  clock: Clock,
  seconds: number,
  tooLate: () => KmsFailure,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted()
  const controller = new AbortController()
  const forward = () => controller.abort(outer?.reason)
  const cancel = clock.after(seconds, () => controller.abort(tooLate()))
  outer?.addEventListener('abort', forward, { once: true })
  try {
    return await abortable(work(controller.signal), controller.signal)
  } finally {
    cancel()
    outer?.removeEventListener('abort', forward)
  }
}

async function pause(seconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let cancel = () => {}
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(seconds, resolve)
  })
  try {
    await abortable(over, signal)
  } finally {
    cancel()
  }
}

function pauseAfter(attempt: number, random: () => number): number {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt)
  return pause / 2 + (pause / 2) * random()
}
