import { UportError } from '../errors/uport-error.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { pointToAddress } from '../jwt/points.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type {
  KeyImporter,
  KeyManager,
  KeyStore,
  PublicKeyInfo,
  RecoverableSignature,
  SignContext,
} from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import { requireDigest } from './digest.ts'

/** All but one of 2^127 draws are a private key: a source that fails this often is broken. */
const MAX_DRAWS = 4

export interface MemoryKeyStoreOptions {
  /** Fresh random bytes for new keys. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
  /** Default: the engine of `createNobleEngine`. */
  readonly engine?: Secp256k1Engine | undefined
}

interface HeldKey {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

/**
 * Keys in this process's memory, for tests, tools and servers that get their key at start. They are gone with the
 * process; nothing takes a private key out. Where no id is given, a key's id is its Ethereum address in lower case.
 */
export class MemoryKeyStore implements KeyStore, KeyManager, KeyImporter {
  readonly #keys = new Map<string, HeldKey>()
  readonly #randomBytes: (length: number) => Uint8Array
  readonly #engine: Secp256k1Engine

  constructor(options: MemoryKeyStoreOptions = {}) {
    this.#randomBytes = options.randomBytes ?? platformRandomBytes
    this.#engine = options.engine ?? createNobleEngine()
  }

  async get(keyId: string, options: Options = {}): Promise<PublicKeyInfo | undefined> {
    options.signal?.throwIfAborted()
    const key = this.#keys.get(keyId)
    return key === undefined ? undefined : describe(keyId, key)
  }

  /**
   * @throws TypeError where the digest is not 32 bytes
   * @throws UportError `KEY_NOT_FOUND`, `KEY_DIGEST_MISMATCH`
   */
  async sign(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options: Options = {},
  ): Promise<RecoverableSignature> {
    options.signal?.throwIfAborted()
    requireDigest(keyId, digest, context)
    return Object.freeze(this.#engine.sign(digest, this.#require(keyId).privateKey))
  }

  /** @throws UportError `KEY_EXISTS`; `KEY_STORE_FAILED` where the random source is broken */
  async create(options: Options & { readonly keyId?: string | undefined } = {}): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    return this.#add(this.#draw(), options.keyId)
  }

  /** @throws UportError `KEY_EXISTS`, `KEY_INVALID` */
  async import(
    privateKey: Uint8Array,
    options: Options & { readonly keyId?: string | undefined } = {},
  ): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    if (!this.#engine.isPrivateKey(privateKey)) {
      throw new UportError(
        'KEY_INVALID',
        'The bytes are no secp256k1 private key: give 32 bytes, zero and the order excluded',
        {
          data: { reason: 'not a private key of secp256k1' },
        },
      )
    }
    return this.#add(privateKey.slice(), options.keyId)
  }

  /** Overwrites the key, then forgets it. @throws UportError `KEY_NOT_FOUND` */
  async delete(keyId: string, options: Options = {}): Promise<void> {
    options.signal?.throwIfAborted()
    this.#require(keyId).privateKey.fill(0)
    this.#keys.delete(keyId)
  }

  /** The keys in the order they came, as they are when the listing starts. */
  async *list(options: Options = {}): AsyncIterable<PublicKeyInfo> {
    for (const [keyId, key] of [...this.#keys]) {
      options.signal?.throwIfAborted()
      yield describe(keyId, key)
    }
  }

  #require(keyId: string): HeldKey {
    const key = this.#keys.get(keyId)
    if (key !== undefined) return key
    throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it', {
      data: { keyId },
    })
  }

  #draw(): Uint8Array {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const bytes = this.#randomBytes(32).slice()
      if (this.#engine.isPrivateKey(bytes)) return bytes
    }
    throw new UportError('KEY_STORE_FAILED', 'The source of random bytes gives no private keys: replace it', {
      data: { reason: 'random source' },
    })
  }

  #add(privateKey: Uint8Array, chosenId: string | undefined): PublicKeyInfo {
    const publicKey = this.#engine.publicKeyOf(privateKey)
    const keyId = chosenId ?? pointToAddress(this.#engine.decompress(publicKey)!)
    if (this.#keys.has(keyId)) {
      throw new UportError(
        'KEY_EXISTS',
        'A key of this id is there already: choose another id, or delete it first',
        {
          data: { keyId },
        },
      )
    }
    const key = { privateKey, publicKey }
    this.#keys.set(keyId, key)
    return describe(keyId, key)
  }
}

function describe(keyId: string, key: HeldKey): PublicKeyInfo {
  return Object.freeze({ keyId, type: 'secp256k1' as const, publicKey: key.publicKey.slice() })
}

function platformRandomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
