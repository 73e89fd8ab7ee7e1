import {
  type BoxKeys,
  type Did,
  type DidResolver,
  foldDid,
  type Identity,
  type JsonObject,
  type KeyStore,
  type Options,
  UportError,
  verifyIdentity,
  type WalletStore,
} from '@uport-kit/core'
import { Collection } from './collection.ts'

/** An identity as the wallet keeps it: no key, only the name of one. */
export interface IdentityRecord {
  readonly did: Did
  readonly keyId: string
  /** The person's own name for it. */
  readonly label?: string | undefined
  /** What the person says of themselves where it is asked for: `name`, `email`, ... */
  readonly claims: JsonObject
}

export interface IdentityParts {
  readonly store: WalletStore
  readonly keys: KeyStore
  readonly boxKeys: BoxKeys
  readonly resolver: DidResolver
}

export interface NewIdentity extends Omit<IdentityRecord, 'claims'> {
  readonly claims?: JsonObject | undefined
}

const DEFAULT = 'default'

/** Who the person can answer as. */
export class Identities {
  readonly #parts: IdentityParts
  readonly #records: Collection<IdentityRecord>
  /** By requester, and one under `default`; a folded DID is never that word. */
  readonly #choices: Collection<{ readonly did: Did }>

  constructor(parts: IdentityParts) {
    this.#parts = parts
    this.#records = new Collection(parts.store, 'identities')
    this.#choices = new Collection(parts.store, 'identity-choices')
  }

  list(options?: Options): Promise<readonly IdentityRecord[]> {
    return this.#records.list(options)
  }

  get(did: string, options?: Options): Promise<IdentityRecord | undefined> {
    return this.#records.get(foldDid(did), options)
  }

  /**
   * Adds an identity, or changes one; the first one becomes the default.
   *
   * @throws UportError `KEY_NOT_FOUND`; `IDENTITY_KEY_MISMATCH` where its published document does not list the key; the
   * resolver's codes
   */
  async add({ did, keyId, label, claims = {} }: NewIdentity, options?: Options): Promise<void> {
    await verifyIdentity(this.#open({ did, keyId }), this.#parts.resolver, options)
    await this.#records.put(foldDid(did), { did, keyId, label, claims }, options)
    await this.#choices.create(DEFAULT, { did }, options)
  }

  /** Forgets the identity and every choice of it. Its key stays in the key store. */
  async remove(did: string, options?: Options): Promise<boolean> {
    const folded = foldDid(did)
    for (const key of await this.#choices.keys(options)) {
      const choice = await this.#choices.get(key, options)
      if (choice !== undefined && foldDid(choice.did) === folded) await this.#choices.delete(key, options)
    }
    return this.#records.delete(folded, options)
  }

  /** @throws UportError `WALLET_IDENTITY_UNKNOWN` */
  async setClaims(did: string, claims: JsonObject, options?: Options): Promise<void> {
    const record = await this.require(did, options)
    await this.#records.put(foldDid(did), { ...record, claims }, options)
  }

  /** @throws UportError `WALLET_IDENTITY_UNKNOWN` */
  async setDefault(did: string, options?: Options): Promise<void> {
    await this.#choices.put(DEFAULT, { did: (await this.require(did, options)).did }, options)
  }

  /** Remembers who answers this requester. @throws UportError `WALLET_IDENTITY_UNKNOWN` */
  async chooseFor(requester: string, did: string, options?: Options): Promise<void> {
    await this.#choices.put(foldDid(requester), { did: (await this.require(did, options)).did }, options)
  }

  /**
   * Who answers this requester: the one chosen for it, else the default, else the only one.
   *
   * @throws UportError `WALLET_IDENTITY_UNKNOWN`
   */
  async forRequester(requester: string | undefined, options?: Options): Promise<IdentityRecord> {
    const keys = requester === undefined ? [DEFAULT] : [foldDid(requester), DEFAULT]
    for (const key of keys) {
      const choice = await this.#choices.get(key, options)
      const record = choice === undefined ? undefined : await this.get(choice.did, options)
      if (record !== undefined) return record
    }
    const [only, ...others] = await this.list(options)
    if (only !== undefined && others.length === 0) return only
    throw new UportError('WALLET_IDENTITY_UNKNOWN', 'The wallet has no default identity; add or choose one.')
  }

  /** @throws UportError `WALLET_IDENTITY_UNKNOWN` */
  async require(did: string, options?: Options): Promise<IdentityRecord> {
    const record = await this.get(did, options)
    if (record !== undefined) return record
    throw new UportError('WALLET_IDENTITY_UNKNOWN', 'The wallet has no such identity; add it first.', {
      data: { did },
    })
  }

  /** The identity with the stores that act for it. @throws UportError `WALLET_IDENTITY_UNKNOWN` */
  async open(did: string, options?: Options): Promise<Identity> {
    return this.#open(await this.require(did, options))
  }

  #open({ did, keyId }: Pick<IdentityRecord, 'did' | 'keyId'>): Identity {
    const { keys, boxKeys } = this.#parts
    return Object.freeze({ did, keyId, keys, boxKeys })
  }
}
