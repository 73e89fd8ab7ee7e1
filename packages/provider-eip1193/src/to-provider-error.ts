import { isUportError, type UportError } from '@uport-kit/core'
import { RpcAnswerError } from '@uport-kit/core/ethereum'
import { type ProviderErrorCode, ProviderRpcError, providerError } from './provider-error.ts'

/** What a failure of the framework means to a dApp; every other code is an internal error. */
const CODES: ReadonlyMap<string, ProviderErrorCode> = new Map<string, ProviderErrorCode>([
  ['REQUEST_DISMISSED', 4001],
  ['REQUEST_CANCELLED', 4001],
  ['POLICY_DENIED', 4100],
  ['SIGNER_MISMATCH', 4100],
  ['ACCOUNT_MISMATCH', 4100],
  ['REQUEST_UNREACHABLE', 4900],
  ['RPC_FAILED', 4900],
  ['RPC_WRONG_CHAIN', 4901],
])

/** The error a request rejects with, whatever failed behind it. */
export function toProviderError(error: unknown): ProviderRpcError {
  if (error instanceof ProviderRpcError) return error
  if (isUportError(error)) return fromUportError(error)
  if (isAnswerError(error)) {
    return new ProviderRpcError(error.code, error.message, { data: error.data, cause: error })
  }
  return providerError(-32603, 'The provider failed; the cause says why.', { cause: error })
}

function fromUportError(error: UportError): ProviderRpcError {
  const { code, retryable, data, message } = error
  return providerError(codeOf(error), message, {
    data: { uportCode: code, retryable, ...data },
    cause: error,
  })
}

function codeOf(error: UportError): ProviderErrorCode {
  // A wallet that was allowed and failed says so: the person did not decline.
  if (isUportError(error, 'REQUEST_REFUSED')) return error.data.error === 'access_denied' ? 4001 : -32603
  // After a reply that was not taken, a transaction may be on its way: that is no refusal.
  if (isUportError(error, 'REQUEST_EXPIRED')) return error.data.rejected === 0 ? 4001 : -32603
  return CODES.get(error.code) ?? -32603
}

/** What the node answered, by whichever client it was asked: `RpcAnswerError`, or another provider's error. */
function isAnswerError(error: unknown): error is Pick<RpcAnswerError, 'code' | 'message' | 'data'> {
  if (error instanceof RpcAnswerError) return true
  // DOM exceptions carry numbers of another kind.
  if (!(error instanceof Error) || error instanceof DOMException) return false
  return 'code' in error && Number.isSafeInteger(error.code)
}
