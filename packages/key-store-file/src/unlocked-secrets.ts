import { storeFailed } from './failure.ts'

/** A secret in memory. It is lent, never given, so that wiping it is the end of it. */
export class UnlockedSecret {
  readonly publicKey: Uint8Array
  readonly #bytes: Uint8Array
  #wiped = false

  /** @param bytes become this object's own */
  constructor(bytes: Uint8Array, publicKey: Uint8Array) {
    this.#bytes = bytes
    this.publicKey = publicKey
  }

  /** @throws UportError `KEY_STORE_FAILED` when it was wiped meanwhile */
  use<T>(work: (bytes: Uint8Array) => T): T {
    if (this.#wiped)
      throw storeFailed('locked', 'The store was locked while this call waited: call again to unlock')
    return work(this.#bytes)
  }

  wipe(): void {
    this.#wiped = true
    this.#bytes.fill(0)
  }
}

/** The secrets that were unlocked, each of them once however many calls want it at the same time. */
export class UnlockedSecrets {
  readonly #secrets = new Map<string, Promise<UnlockedSecret>>()

  has(name: string): boolean {
    return this.#secrets.has(name)
  }

  get(name: string, unlock: () => Promise<UnlockedSecret>): Promise<UnlockedSecret> {
    const known = this.#secrets.get(name)
    if (known !== undefined) return known
    const secret = unlock()
    this.#secrets.set(name, secret)
    // A failure is not remembered: the next call asks for the passphrase again.
    secret.catch(() => {
      if (this.#secrets.get(name) === secret) this.#secrets.delete(name)
    })
    return secret
  }

  /** Wipes one secret; one that is being unlocked as soon as it is there. */
  drop(name: string): void {
    const secret = this.#secrets.get(name)
    this.#secrets.delete(name)
    secret?.then(
      (unlocked) => unlocked.wipe(),
      () => {},
    )
  }

  clear(): void {
    for (const name of [...this.#secrets.keys()]) this.drop(name)
  }
}
