import { HDNodeWallet, Mnemonic } from 'ethers'
import { decodeHex } from '../bytes/hex.ts'
import { UportError } from '../errors/uport-error.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { KeyStore, PublicKeyInfo, RecoverableSignature, SignContext } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'

/** The path of the original wallets' identity key (BIP-32). */
export const UPORT_PATH = "m/7696500'/0'/0'/0'"

export interface MnemonicKeyStoreOptions {
  /**
   * The keys that the store holds: paths (`m/44'/60'/0'/0/0`), or indices (`0`, `1`) that stand for
   * `m/7696500'/0'/0'/<index>'`. Default: `UPORT_PATH` alone.
   */
  readonly keyIds?: readonly string[] | undefined
  /** The passphrase of BIP-39 ("25th word"). Another one gives other keys, never an error. Default: none. */
  readonly passphrase?: string | undefined
}

const PATH = /^m(?:\/(?:0|[1-9][0-9]{0,9})'?){1,10}$/
const INDEX = /^(?:0|[1-9][0-9]{0,9})$/
const MAX_KEYS = 1024
const MAX_CHILD = 0x7fff_ffff

/**
 * Keys derived from words (BIP-39, BIP-32). Only the keys asked for exist: an id that was not named at the beginning is
 * unknown, so a mistyped path signs nothing. The words are forgotten after derivation, and neither they nor a private key
 * come out; for a store that also creates keys at random, use `MemoryKeyStore` or one that keeps them.
 */
export class MnemonicKeyStore implements KeyStore {
  readonly #keys: MemoryKeyStore
  readonly #keyIds: readonly string[]

  private constructor(keys: MemoryKeyStore, keyIds: readonly string[]) {
    this.#keys = keys
    this.#keyIds = keyIds
  }

  /**
   * @param words 12 to 24 English words
   * @throws TypeError where an id is neither path nor index
   * @throws UportError `KEY_INVALID` where the words are no mnemonic: one unknown, or the checksum wrong
   */
  static async fromWords(words: string, options: MnemonicKeyStoreOptions = {}): Promise<MnemonicKeyStore> {
    const keyIds = [...new Set(options.keyIds ?? [UPORT_PATH])]
    if (keyIds.length === 0 || keyIds.length > MAX_KEYS)
      throw new TypeError(`keyIds must be 1 to ${MAX_KEYS}`)
    const paths = keyIds.map((keyId) => pathOf(keyId))
    const root = HDNodeWallet.fromMnemonic(readWords(words, options.passphrase), 'm')
    const keys = new MemoryKeyStore()
    for (const [index, path] of paths.entries()) {
      const privateKey = decodeHex(root.derivePath(path).privateKey)!
      await keys.import(privateKey, { keyId: keyIds[index] })
      privateKey.fill(0)
    }
    return new MnemonicKeyStore(keys, keyIds)
  }

  get(keyId: string, options: Options = {}): Promise<PublicKeyInfo | undefined> {
    return this.#keys.get(keyId, options)
  }

  /** @throws UportError `KEY_NOT_FOUND`, `KEY_DIGEST_MISMATCH` */
  sign(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options: Options = {},
  ): Promise<RecoverableSignature> {
    return this.#keys.sign(keyId, digest, context, options)
  }

  /** The keys in the order they were named. */
  async *list(options: Options = {}): AsyncIterable<PublicKeyInfo> {
    for (const keyId of this.#keyIds) {
      const info = await this.#keys.get(keyId, options)
      if (info !== undefined) yield info
    }
  }
}

function pathOf(keyId: string): string {
  const path = INDEX.test(keyId) ? UPORT_PATH.replace(/0'$/, `${keyId}'`) : keyId
  const children = path.match(/\d+/g) ?? []
  if (PATH.test(path) && children.every((child) => Number(child) <= MAX_CHILD)) return path
  throw new TypeError("a key id must be a path such as m/44'/60'/0'/0/0, or an index")
}

/** The library's own errors may quote what they were given; they go no further. */
function readWords(words: string, passphrase: string | undefined): Mnemonic {
  try {
    return Mnemonic.fromPhrase(words.normalize('NFKD').trim().split(/\s+/).join(' '), passphrase ?? '')
  } catch {
    throw new UportError('KEY_INVALID', 'The words are no mnemonic: check each word and their order', {
      data: { reason: 'not a BIP-39 mnemonic' },
    })
  }
}
