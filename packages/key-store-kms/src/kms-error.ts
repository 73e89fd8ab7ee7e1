import { UportError } from '@uport-kit/core'
import type { KmsFailure, KmsFailureReason } from './kms-failure.ts'

const NEXT_STEPS: Readonly<Record<KmsFailureReason, string>> = {
  'access-denied': 'it denies access: grant the permissions that the README lists',
  connection: 'no connection: check the network and try again',
  credentials: 'it does not accept the credentials: renew them, and compare the clocks',
  disabled: 'the key is disabled: enable it',
  'key-state': "the key's state does not allow it: look at the key in the service's console",
  'malformed-answer': 'its answer makes no sense: check the endpoint and what lies between',
  quota: 'a quota is used up: have it raised, or delete keys',
  rejected: 'it rejects the request: check the region, the endpoint and the id of the key',
  throttled: 'too many requests: try again, or have the quota raised',
  timeout: 'no answer within the deadline: try again',
  tls: 'its certificate is not valid for this machine: check what lies between',
  unavailable: 'it does not work at the moment: try again',
  unknown: 'the reason is not known: look into the log of the service',
}

/** What was asked of the service: a refusal to sign has a code of its own. */
export type KmsOperation = 'read' | 'sign' | 'manage'

/**
 * The error of the framework for a failure. It has no cause: nothing of request or answer may reach a log.
 *
 * @param keyId undefined where the request was about no key in particular
 */
export function toUportError(
  failure: KmsFailure,
  keyId: string | undefined,
  operation: KmsOperation,
): UportError {
  const { outcome, retryable } = failure
  if (outcome === 'wrong-key') {
    const message = 'The key in the service cannot sign for secp256k1: make another one'
    return new UportError('KEY_INVALID', message, { data: { reason: 'not a signing key of secp256k1' } })
  }
  if (outcome === 'not-found') return keyNotFound(keyId ?? '')
  if (outcome === 'exists') return keyExists(keyId ?? '')
  if (outcome === 'access-denied' && operation === 'sign') {
    const message = 'The service refuses to sign: grant this account the right to sign with the key'
    return new UportError('KEY_SIGNING_REFUSED', message, { data: { keyId: keyId ?? '', reason: outcome } })
  }
  const message = `The key service failed: ${NEXT_STEPS[outcome]}`
  const data = keyId === undefined ? { reason: outcome } : { keyId, reason: outcome }
  return new UportError('KEY_STORE_FAILED', message, { data, retryable })
}

export function keyNotFound(keyId: string): UportError<'KEY_NOT_FOUND'> {
  const message = 'The service has no key of this id, or it is to be deleted: check id, region and project'
  return new UportError('KEY_NOT_FOUND', message, { data: { keyId } })
}

export function keyExists(keyId: string): UportError<'KEY_EXISTS'> {
  const message = 'A key of this id is there already: choose another id, or delete it first'
  return new UportError('KEY_EXISTS', message, { data: { keyId } })
}
