/** A line that this tab is writing into the guest book: a reload goes on with it. */
export interface KeptLine {
  /** Whose line it is. */
  readonly did: string
  readonly line: string
  /** Of the request that their wallet is to answer. */
  readonly requestId?: string | undefined
  /** Of the transaction, once the wallet has sent it. */
  readonly hash?: string | undefined
}

const KEPT = 'line'

export function keepLine(kept: KeptLine): void {
  sessionStorage.setItem(KEPT, JSON.stringify(kept))
}

export function forgetLine(): void {
  sessionStorage.removeItem(KEPT)
}

/** What this tab was writing for that person when it was reloaded. */
export function keptLine(did: string | undefined): KeptLine | undefined {
  const text = sessionStorage.getItem(KEPT)
  const kept: KeptLine | undefined = text === null ? undefined : JSON.parse(text)
  return kept?.did === did ? kept : undefined
}
