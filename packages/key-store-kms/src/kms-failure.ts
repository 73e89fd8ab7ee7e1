/** Why a key management service did not do what it was asked; the `reason` of `KEY_STORE_FAILED`. */
export type KmsFailureReason =
  | 'access-denied'
  | 'connection'
  | 'credentials'
  | 'disabled'
  | 'key-state'
  | 'malformed-answer'
  | 'quota'
  | 'rejected'
  | 'throttled'
  | 'timeout'
  | 'tls'
  | 'unavailable'
  | 'unknown'

/** With those that have a code of their own. */
export type KmsOutcome = KmsFailureReason | 'exists' | 'not-found' | 'wrong-key'

const RETRYABLE: ReadonlySet<KmsOutcome> = new Set(['connection', 'throttled', 'timeout', 'unavailable'])

/**
 * A failure as far as it is known inside this package. It carries nothing of what the service said: the errors of HTTP
 * clients hold on to requests, and requests to credentials and digests.
 */
export class KmsFailure extends Error {
  override readonly name = 'KmsFailure'
  readonly outcome: KmsOutcome
  readonly retryable: boolean

  constructor(outcome: KmsOutcome, retryable: boolean = RETRYABLE.has(outcome)) {
    super(outcome)
    this.outcome = outcome
    this.retryable = retryable
  }
}

const TLS_CODE = /^(?:CERT_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_|SELF_SIGNED_|UNABLE_TO_)/

/** The failure behind a system's error code: a broken connection may come back, a bad certificate will not. */
export function networkFailure(code: string): KmsFailure {
  return new KmsFailure(TLS_CODE.test(code) ? 'tls' : 'connection')
}
