import { KmsFailure, type KmsOutcome, networkFailure } from '../kms-failure.ts'

/** By the exception's name, which is part of the service's interface; its text is not. */
const OUTCOMES: ReadonlyMap<string, KmsOutcome> = new Map<string, KmsOutcome>([
  ['AbortError', 'timeout'],
  ['AccessDeniedException', 'access-denied'],
  ['AlreadyExistsException', 'exists'],
  ['CredentialsProviderError', 'credentials'],
  ['DependencyTimeoutException', 'unavailable'],
  ['DisabledException', 'disabled'],
  ['ExpiredTokenException', 'credentials'],
  ['IncompleteSignature', 'credentials'],
  ['InvalidArnException', 'not-found'],
  ['InvalidClientTokenId', 'credentials'],
  ['InvalidKeyUsageException', 'wrong-key'],
  ['InvalidSignatureException', 'credentials'],
  ['KMSInternalException', 'unavailable'],
  ['KMSInvalidStateException', 'key-state'],
  ['KeyUnavailableException', 'unavailable'],
  ['LimitExceededException', 'quota'],
  ['MissingAuthenticationToken', 'credentials'],
  ['MissingAuthenticationTokenException', 'credentials'],
  ['NotFoundException', 'not-found'],
  ['RequestLimitExceeded', 'throttled'],
  ['SyntaxError', 'malformed-answer'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['TimeoutError', 'timeout'],
  ['TokenProviderError', 'credentials'],
  ['TooManyRequestsException', 'throttled'],
  ['UnrecognizedClientException', 'credentials'],
  ['UnsupportedOperationException', 'wrong-key'],
])

interface SdkError {
  readonly name?: unknown
  readonly code?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly clockSkewCorrected?: unknown }
}

/** What an error of the SDK means. The error itself is dropped: it holds the request, credentials included. */
export function awsFailure(error: unknown): KmsFailure {
  const { name, code, $metadata }: SdkError = Object(error)
  // The SDK has just learnt how far this machine's clock is off; the next attempt is signed with the right time.
  if ($metadata?.clockSkewCorrected === true) return new KmsFailure('credentials', true)
  // The SDK calls a reset connection a TimeoutError, so the system's code goes first.
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return networkFailure(code)
  const outcome = OUTCOMES.get(String(name))
  if (outcome !== undefined) return new KmsFailure(outcome)
  return new KmsFailure(byStatus($metadata?.httpStatusCode))
}

function byStatus(status: unknown): KmsOutcome {
  if (typeof status !== 'number') return 'unknown'
  if (status >= 500) return 'unavailable'
  if (status === 429) return 'throttled'
  if (status >= 400) return 'rejected'
  return 'malformed-answer'
}
