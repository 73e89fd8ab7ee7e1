import type { ProviderRpcError } from './provider-error.ts'

/** What a provider tells of itself (EIP-1193, section Events). */
export interface ProviderEvents {
  /** The node answers, after it did not or was not asked. `chainId` is `0x` hex. */
  readonly connect: { readonly chainId: string }
  /** The node does not answer, or the provider was closed. */
  readonly disconnect: ProviderRpcError
  /** The accounts of `eth_accounts` from now on: lower case; empty where the person is signed out. */
  readonly accountsChanged: readonly string[]
  /** The chain from now on, `0x` hex. */
  readonly chainChanged: string
}

export type ProviderEvent = keyof ProviderEvents

export type Listener<Event extends ProviderEvent> = (value: ProviderEvents[Event]) => void

type AnyListener = (value: never) => void

/** The listeners of one provider. */
export class Emitter {
  readonly #listeners = new Map<string, AnyListener[]>()

  on(event: string, listener: AnyListener): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
  }

  /** Removes one subscription of the listener. */
  removeListener(event: string, listener: AnyListener): void {
    const listeners = this.#listeners.get(event) ?? []
    const index = listeners.lastIndexOf(listener)
    this.#listeners.set(event, index < 0 ? listeners : listeners.toSpliced(index, 1))
  }

  emit<Event extends ProviderEvent>(event: Event, value: ProviderEvents[Event]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        ;(listener as Listener<Event>)(value)
      } catch (error) {
        // A listener's mistake is the page's to hear of, as with DOM events; it must not fail the request under way.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
