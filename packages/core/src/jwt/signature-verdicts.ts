import { equalBytes } from '../bytes/equal.ts'
import { sha256Base64url } from '../bytes/hash.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import { LruMap } from './lru-map.ts'

export interface SignatureVerdictsOptions {
  /** Tokens whose signature is remembered; the one unused for longest goes first. Default 10 000, of 1 to 2 kB each. */
  readonly maxEntries?: number | undefined
}

/** What a verdict is about. */
export interface VerdictSubject {
  /** The whole token. */
  readonly jwt: string
  /** What names the document's content for good: the resolver's `versionId`. Without it nothing is remembered. */
  readonly versionId: string | undefined
  /** Whether only keys for authentication counted. */
  readonly authentication: boolean
}

/** Longer ones name nothing that is worth to remember. */
const MAX_VERSION = 256

/** Key ids that are longer are not remembered: whoever publishes a document chooses them. */
const MAX_KEY_ID = 1024

/** Of a key what makes it this one; all else in an entry would be a stranger's to fill. */
type Signer = Pick<VerificationKey, 'id' | 'ethereumAddress' | 'publicKey'>

/**
 * Remembers which key made a token's signature, for verifiers that see the same tokens again and again. Only that: the
 * issuer's document is resolved, and times, audience and every other rule are judged, each time. An entry stands under
 * the SHA-256 of the whole token and the version of the document, holds the key itself, and counts only while the
 * document that was read now lists that very key. Failures are never remembered.
 */
export class SignatureVerdicts {
  readonly #keys: LruMap<Signer>

  /** @throws TypeError where `maxEntries` is no whole number from 1 */
  constructor({ maxEntries = 10_000 }: SignatureVerdictsOptions = {}) {
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw new TypeError('maxEntries must be a whole number from 1')
    }
    this.#keys = new LruMap(maxEntries)
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#keys.size
  }

  /** The one of `keys` that is known to have signed. */
  find(subject: VerdictSubject, keys: readonly VerificationKey[]): VerificationKey | undefined {
    const name = nameOf(subject)
    const signer = name === undefined ? undefined : this.#keys.get(name)
    return signer === undefined ? undefined : keys.find((key) => isSame(key, signer))
  }

  /** @param key the one that made the signature, proven now */
  remember(subject: VerdictSubject, key: VerificationKey): void {
    const name = nameOf(subject)
    const { id, ethereumAddress, publicKey } = key
    if (name === undefined || id.length > MAX_KEY_ID) return
    this.#keys.set(name, { id, ethereumAddress, publicKey: publicKey?.slice() })
  }
}

function nameOf({ jwt, versionId, authentication }: VerdictSubject): string | undefined {
  if (typeof versionId !== 'string' || versionId.length > MAX_VERSION) return undefined
  return `${sha256Base64url(jwt)} ${authentication} ${versionId}`
}

function isSame(a: Signer, b: Signer): boolean {
  return (
    a.id === b.id &&
    a.ethereumAddress === b.ethereumAddress &&
    (a.publicKey === undefined || b.publicKey === undefined
      ? a.publicKey === b.publicKey
      : equalBytes(a.publicKey, b.publicKey))
  )
}
