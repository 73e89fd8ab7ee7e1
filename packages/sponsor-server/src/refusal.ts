/** Every reason for which the sponsor refuses, with the status of its answer. */
const STATUS = {
  BODY_INVALID: 400,
  PARAMETER_MISSING: 400,
  PARAMETER_INVALID: 400,
  TX_INVALID: 400,
  META_TRANSACTION_INVALID: 400,
  TOKEN_MISSING: 401,
  TOKEN_INVALID: 401,
  ISSUER_NOT_ALLOWED: 401,
  SUBJECT_MISMATCH: 403,
  META_SIGNATURE_INVALID: 403,
  RELAY_UNKNOWN: 403,
  DESTINATION_NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  CHAIN_UNKNOWN: 404,
  NOT_OFFERED: 404,
  IDENTITY_UNKNOWN: 404,
  TX_NONCE_USED: 409,
  META_NONCE_USED: 409,
  META_NONCE_TAKEN: 409,
  META_NONCE_GAP: 409,
  META_TRANSACTION_FAILED: 409,
  IDENTITY_EXISTS: 409,
  BODY_TOO_LARGE: 413,
  WOULD_REVERT: 422,
  GAS_TOO_HIGH: 422,
  BALANCE_ENOUGH: 429,
  BUDGET_EXHAUSTED: 429,
  GAS_PRICE_TOO_HIGH: 429,
  TOP_UP_TOO_LARGE: 429,
  TOO_MANY_PENDING: 429,
  RATE_LIMITED: 429,
  FAILED: 500,
  BUSY: 503,
  ISSUER_UNRESOLVED: 503,
  NETWORK_TOO_EXPENSIVE: 503,
  NODE_UNAVAILABLE: 503,
  SPONSOR_BALANCE_LOW: 503,
  UNAVAILABLE: 503,
} as const

/** Why the sponsor refuses a request. */
export type RefusalCode = keyof typeof STATUS

/** Facts of a refusal beside its text; amounts as decimal text, in wei. */
export type RefusalFacts = Readonly<Record<string, string | number>>

/** A request that is refused: what its sender is told. The text never repeats a token. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly facts: RefusalFacts
  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined

  constructor(
    code: RefusalCode,
    message: string,
    init: { readonly facts?: RefusalFacts; readonly retryAfter?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: init.cause })
    this.code = code
    this.facts = init.facts ?? {}
    this.retryAfter = init.retryAfter
  }

  get status(): (typeof STATUS)[RefusalCode] {
    return STATUS[this.code]
  }
}
