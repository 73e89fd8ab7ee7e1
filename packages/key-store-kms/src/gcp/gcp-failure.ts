import { KmsFailure, type KmsOutcome, networkFailure } from '../kms-failure.ts'

/** By the code of `google.rpc.Status`, which is part of the service's interface; its text is not. */
const OUTCOMES: ReadonlyMap<string, KmsOutcome> = new Map<string, KmsOutcome>([
  ['ABORTED', 'unavailable'],
  ['CANCELLED', 'unavailable'],
  ['DEADLINE_EXCEEDED', 'timeout'],
  // Both may come from a key that is of another kind, disabled or destroyed: its state tells.
  ['FAILED_PRECONDITION', 'key-state'],
  ['INVALID_ARGUMENT', 'key-state'],
  ['INTERNAL', 'unavailable'],
  ['NOT_FOUND', 'not-found'],
  ['PERMISSION_DENIED', 'access-denied'],
  ['RESOURCE_EXHAUSTED', 'throttled'],
  ['UNAUTHENTICATED', 'credentials'],
  ['UNAVAILABLE', 'unavailable'],
])

const BY_HTTP_STATUS: ReadonlyMap<number, KmsOutcome> = new Map<number, KmsOutcome>([
  [401, 'credentials'],
  [403, 'access-denied'],
  [408, 'timeout'],
  [429, 'throttled'],
])

/** What an answer with an error status means. @param rpcStatus the member `error.status` of its body, where there is one */
export function gcpFailure(httpStatus: number, rpcStatus: unknown): KmsFailure {
  const outcome = OUTCOMES.get(String(rpcStatus)) ?? BY_HTTP_STATUS.get(httpStatus)
  if (outcome !== undefined) return new KmsFailure(outcome)
  return new KmsFailure(httpStatus >= 500 ? 'unavailable' : 'rejected')
}

/** What it means that `fetch`, or the reading of a body, threw. The error itself is dropped. */
export function fetchFailure(error: unknown): KmsFailure {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return networkFailure(at.code)
  }
  return new KmsFailure('connection')
}
