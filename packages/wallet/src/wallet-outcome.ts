/** What became of one request. */
export interface WalletOutcome {
  readonly id: string
  readonly decision: 'approved' | 'declined' | 'failed' | 'later'
  /** False: the answer is decided and waits in the outbox. */
  readonly delivered: boolean
  /** Where to lead the person back to. Open it once, tell nobody. */
  readonly returnUrl?: string | undefined
}
