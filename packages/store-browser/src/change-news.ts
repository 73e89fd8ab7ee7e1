/** What changed in a wallet's records. Both are absent where everything may have. */
export interface WalletChange {
  readonly collection?: string | undefined
  readonly key?: string | undefined
}

/**
 * News of changes between the tabs and workers of one site, by BroadcastChannel. A hint to look again and no more: what
 * counts is in the database. Where there is no such channel, nothing is told.
 */
export class ChangeNews {
  readonly #name: string
  readonly #listeners = new Set<(change: WalletChange) => void>()
  #channel: BroadcastChannel | undefined
  #closed = false

  constructor(databaseName: string) {
    this.#name = `uport-kit/store-browser/${databaseName}`
  }

  tell(change: WalletChange): void {
    this.#open()?.postMessage(change)
  }

  listen(listener: (change: WalletChange) => void): () => void {
    const own = (change: WalletChange) => listener(change)
    this.#listeners.add(own)
    this.#open()
    return () => {
      this.#listeners.delete(own)
    }
  }

  close(): void {
    this.#closed = true
    this.#listeners.clear()
    this.#channel?.close()
    this.#channel = undefined
  }

  /** Not before it is needed: an open channel keeps the processes of some platforms running. */
  #open(): BroadcastChannel | undefined {
    if (this.#closed || globalThis.BroadcastChannel === undefined) return undefined
    if (this.#channel !== undefined) return this.#channel
    const channel = new BroadcastChannel(this.#name)
    channel.onmessage = ({ data }) => {
      const change = parseChange(data)
      for (const listener of this.#listeners) listener(change)
    }
    this.#channel = channel
    return channel
  }
}

/** Any script of the site may have sent it. */
function parseChange(data: unknown): WalletChange {
  const { collection, key } = Object(data) as { readonly collection?: unknown; readonly key?: unknown }
  return typeof collection === 'string' && typeof key === 'string' ? { collection, key } : {}
}
