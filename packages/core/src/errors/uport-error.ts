import type { UportErrorData } from './error-data.ts'

export type UportErrorCode = keyof UportErrorData

type DataOf<Code extends UportErrorCode> = UportErrorData[Code]

/** What an error is made from, beside its code and message. */
export type UportErrorInit<Code extends UportErrorCode> = {
  readonly cause?: unknown
  /** Whether the same call may succeed later, nothing else changed. Default false. */
  readonly retryable?: boolean | undefined
} & (Record<never, never> extends DataOf<Code>
  ? { readonly data?: DataOf<Code> | undefined }
  : { readonly data: DataOf<Code> })

/**
 * The one error of the framework. Match on `code`, never on the message: the message is one line for people and says
 * what to do next. Neither message nor data carries a token, a key or a claim.
 */
export class UportError<Code extends UportErrorCode = UportErrorCode> extends Error {
  override readonly name = 'UportError'
  readonly code: Code
  /** Frozen; its type follows from the code. */
  readonly data: Readonly<DataOf<Code>>
  readonly retryable: boolean

  constructor(
    code: Code,
    message: string,
    ...[init]: Record<never, never> extends DataOf<Code>
      ? [init?: UportErrorInit<Code>]
      : [init: UportErrorInit<Code>]
  ) {
    super(message, init?.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.data = Object.freeze({ ...init?.data }) as Readonly<DataOf<Code>>
    this.retryable = init?.retryable ?? false
  }
}

/**
 * Whether a value is an error of the framework, and of this code where one is given. Recognised by shape, so that two
 * copies of the framework in one process understand each other.
 */
export function isUportError(value: unknown): value is UportError
export function isUportError<Code extends UportErrorCode>(
  value: unknown,
  code: Code,
): value is UportError<Code>
export function isUportError(value: unknown, code?: UportErrorCode): boolean {
  return (
    value instanceof Error &&
    value.name === 'UportError' &&
    'code' in value &&
    typeof value.code === 'string' &&
    'retryable' in value &&
    (code === undefined || value.code === code)
  )
}
