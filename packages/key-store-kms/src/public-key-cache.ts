import { abortable, type Clock, type Options } from '@uport-kit/core'

/** A public key as a service told it. */
export interface KmsPublicKey {
  /**
   * The name under which the service signs with exactly this key and never with another: an alias may be moved between
   * the reading of a public key and a signature.
   */
  readonly handle: string
  /** DER of SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
}

type Load = (signal: AbortSignal) => Promise<KmsPublicKey | undefined>

interface Flight {
  readonly outcome: Promise<KmsPublicKey | undefined>
  readonly controller: AbortController
  waiting: number
}

export interface PublicKeyCacheOptions {
  readonly lifetime: number
  readonly maxKeys: number
  readonly clock: Clock
}

/**
 * Public keys for a while, and one request for each key however many callers want it at the same time. That a service
 * has no such key is not remembered.
 */
export class PublicKeyCache {
  /** In the order of their last use. */
  readonly #entries = new Map<string, { readonly key: KmsPublicKey; readonly until: number }>()
  readonly #flights = new Map<string, Flight>()
  readonly #options: PublicKeyCacheOptions

  constructor(options: PublicKeyCacheOptions) {
    const { lifetime, maxKeys } = options
    if (!(lifetime >= 0 && lifetime <= 86_400)) throw new TypeError('publicKeyLifetime must be 0 to 86 400 s')
    if (!(Number.isSafeInteger(maxKeys) && maxKeys >= 1))
      throw new TypeError('maxPublicKeys must be 1 or more')
    this.#options = options
  }

  /** @param load stops when its signal aborts: nobody waits for the key any more */
  async get(keyId: string, load: Load, { signal }: Options): Promise<KmsPublicKey | undefined> {
    signal?.throwIfAborted()
    const entry = this.#entries.get(keyId)
    if (entry !== undefined && this.#options.clock.now() < entry.until) {
      this.#touch(keyId, entry)
      return entry.key
    }
    const flight = this.#flights.get(keyId) ?? this.#start(keyId, load)
    flight.waiting++
    try {
      return await abortable(flight.outcome, signal)
    } finally {
      flight.waiting--
      if (flight.waiting === 0) this.#end(keyId, flight)
    }
  }

  /** The key that a call begun a moment ago was given, whether or not its time is over by now. */
  latest(keyId: string): KmsPublicKey | undefined {
    return this.#entries.get(keyId)?.key
  }

  drop(keyId: string): void {
    this.#entries.delete(keyId)
  }

  /** Forgets all, and what is being asked for as well. */
  clear(): void {
    this.#entries.clear()
    this.#flights.clear()
  }

  #start(keyId: string, load: Load): Flight {
    const controller = new AbortController()
    const flight: Flight = { outcome: load(controller.signal), controller, waiting: 0 }
    this.#flights.set(keyId, flight)
    flight.outcome.then(
      (key) => {
        if (key !== undefined && this.#flights.get(keyId) === flight) this.#remember(keyId, key)
      },
      () => {},
    )
    return flight
  }

  #end(keyId: string, flight: Flight): void {
    if (this.#flights.get(keyId) === flight) this.#flights.delete(keyId)
    flight.controller.abort()
  }

  #remember(keyId: string, key: KmsPublicKey): void {
    this.#touch(keyId, { key, until: this.#options.clock.now() + this.#options.lifetime })
    if (this.#entries.size <= this.#options.maxKeys) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      break
    }
  }

  #touch(keyId: string, entry: { readonly key: KmsPublicKey; readonly until: number }): void {
    this.#entries.delete(keyId)
    this.#entries.set(keyId, entry)
  }
}
