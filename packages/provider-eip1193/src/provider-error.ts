/** The codes with which a provider rejects: EIP-1193 and EIP-1474. Answers of the node keep their own. */
export type ProviderErrorCode = 4001 | 4100 | 4200 | 4900 | 4901 | 4902 | -32602 | -32603

/** What the framework knows about a failure: plain JSON, without tokens, keys or claims. */
export interface UportFailure {
  /** The code of the `UportError` behind it. */
  readonly uportCode: string
  readonly retryable: boolean
  readonly [member: string]: unknown
}

/** The form in which EIP-1193 providers reject. */
export class ProviderRpcError extends Error {
  override readonly name = 'ProviderRpcError'
  readonly code: number
  /** Of the node's answers what the node sent; of the framework's failures a `UportFailure`. */
  readonly data: unknown

  constructor(
    code: number,
    message: string,
    init: { readonly data?: unknown; readonly cause?: unknown } = {},
  ) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.data = init.data
  }
}

/** A failure with one of the standard codes. */
export function providerError(
  code: ProviderErrorCode,
  message: string,
  init: { readonly data?: unknown; readonly cause?: unknown } = {},
): ProviderRpcError {
  return new ProviderRpcError(code, message, init)
}

/** Parameters that the method does not take (-32602). */
export function invalidParams(method: string, rule: string): ProviderRpcError {
  return providerError(-32602, `${method}: ${rule}.`)
}
