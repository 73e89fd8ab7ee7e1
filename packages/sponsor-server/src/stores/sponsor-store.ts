/** One change of a store; a value that is undefined removes the key. */
export interface SponsorChange {
  readonly key: string
  readonly value: string | undefined
}

/**
 * Where the sponsor keeps its outbox and its budgets. One process at a time uses it.
 *
 * A write is all or nothing, also when the process is killed in the middle, and it is durable before it resolves: what a
 * transaction costs and its bytes are stored in one write before the transaction leaves.
 */
export interface SponsorStore {
  get(key: string): Promise<string | undefined>
  /** Every entry whose key begins so, in the order of the keys' characters. */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: string]>
  write(changes: readonly SponsorChange[]): Promise<void>
  close(): Promise<void>
}
