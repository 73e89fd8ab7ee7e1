import { describe, expect, test } from 'vitest'
import { awsFailure } from './aws-failure.ts'

const named = (name: string, more: object = {}) => Object.assign(new Error('canary'), { name, ...more })

describe('awsFailure', () => {
  test.each([
    [named('TimeoutError', { code: 'ECONNRESET' }), 'connection', true],
    [named('Error', { code: 'CERT_HAS_EXPIRED' }), 'tls', false],
    [named('Error', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'tls', false],
    [named('Error', { code: 'ENOTFOUND' }), 'connection', true],
    [named('TimeoutError'), 'timeout', true],
    [named('CredentialsProviderError'), 'credentials', false],
    [named('InvalidSignatureException'), 'credentials', false],
    [named('InvalidSignatureException', { $metadata: { clockSkewCorrected: true } }), 'credentials', true],
    [named('LimitExceededException'), 'quota', false],
    [named('InvalidArnException'), 'not-found', false],
    [named('NewException', { $metadata: { httpStatusCode: 503 } }), 'unavailable', true],
    [named('NewException', { $metadata: { httpStatusCode: 429 } }), 'throttled', true],
    [named('ValidationException', { $metadata: { httpStatusCode: 400 } }), 'rejected', false],
    [named('Error', { $metadata: { httpStatusCode: 200 } }), 'malformed-answer', false],
    [named('toString'), 'unknown', false],
    [undefined, 'unknown', false],
    ['text', 'unknown', false],
  ])('%o is %s', (error, outcome, retryable) => {
    const failure = awsFailure(error)
    expect(failure).toMatchObject({ outcome, retryable })
    expect(failure.message).not.toContain('canary')
    expect(failure.cause).toBeUndefined()
  })
})
