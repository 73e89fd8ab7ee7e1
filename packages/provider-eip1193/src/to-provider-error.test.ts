import { UportError } from '@uport-kit/core'
import { RpcAnswerError } from '@uport-kit/core/ethereum'
import { describe, expect, it } from 'vitest'
import { toProviderError } from './to-provider-error.ts'

function expired(rejected: number): UportError {
  return new UportError('REQUEST_EXPIRED', 'late', { data: { expiresAt: 1, now: 2, rejected } })
}

function refused(error: string): UportError {
  return new UportError('REQUEST_REFUSED', 'no', { data: { error, authenticated: false } })
}

describe('toProviderError', () => {
  it.each<[string, unknown, number]>([
    ['declined', refused('access_denied'), 4001],
    ['tried and failed', refused('processing_error'), -32603],
    ['not answered', expired(0), 4001],
    ['answered, but not to be taken', expired(1), -32603],
    ['dismissed', new UportError('REQUEST_DISMISSED', 'x', { data: { transport: 'qr' } }), 4001],
    ['denied by policy', new UportError('POLICY_DENIED', 'x', { data: { reason: 'x' } }), 4100],
    ['replayed', new UportError('REPLY_REPLAYED', 'x'), -32603],
    ['answered by the node', new RpcAnswerError(3, 'execution reverted', '0x01'), 3],
    ['a DOM exception, whose number means something else', new DOMException('x', 'AbortError'), -32603],
    ['a programming error', new TypeError('x'), -32603],
    ['no error', 'x', -32603],
  ])('%s', (_, error, code) => {
    expect(toProviderError(error).code).toBe(code)
  })

  it('keeps what the node sent, and takes its own errors as they are', () => {
    const error = toProviderError(new RpcAnswerError(3, 'execution reverted', '0x01'))
    expect(error).toMatchObject({ message: 'execution reverted', data: '0x01' })
    expect(toProviderError(error)).toBe(error)
  })
})
