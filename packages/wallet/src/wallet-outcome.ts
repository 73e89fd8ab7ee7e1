/** What became of one request. */
export interface WalletOutcome {
  readonly id: string
  readonly decision: 'approved' | 'declined' | 'failed' | 'later'
  /** False: the answer is decided and waits in the outbox; or, after a failure, came too late for anybody to be told. */
  readonly delivered: boolean
  /** Why what was approved could not be done. It is for the person: the requester is told only that it failed. */
  readonly cause?: unknown
  /** Where to lead the person back to. Open it once, tell nobody. */
  readonly returnUrl?: string | undefined
}
