import {
  Signature,
  SigningKey,
  Transaction,
  type TransactionLike,
  type TypedDataDomain,
  type TypedDataField,
} from 'ethers'
import { concatBytes } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { AbstractKeyStore, type RawPublicKey, type RawSignature } from '../keys/abstract-key-store.ts'
import { addressOf } from '../keys/address.ts'
import type { Refuse } from '../messages/members.ts'
import { personalMessagePreimage } from '../messages/personal-message.ts'
import type { JsonObject } from '../ports/json.ts'
import type { KeyStore, SignContext } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import { messageOfPreimage } from './message-of-preimage.ts'
import { checkTypedData } from './typed-data.ts'

/** What of an ethers `Signer` is used. A `Wallet` also has `signingKey`, and can then sign any digest. */
export interface SignerLike {
  getAddress(): Promise<string>
  signMessage(message: string | Uint8Array): Promise<string>
  signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string>
  signTransaction(transaction: TransactionLike<string>): Promise<string>
  readonly signingKey?: SigningKey | undefined
}

export interface SignerKeyStoreOptions {
  /** The id of the signer's key. Default: its address in lower case. */
  readonly keyId?: string | undefined
  /** The signer's public key, a point in 33 or 65 bytes, where you know it. */
  readonly publicKey?: Uint8Array | undefined
}

/** The text that a signer without a known public key is asked to sign once. */
export const PUBLIC_KEY_MESSAGE = 'This signature shows the public key of this account, and nothing else.'

/**
 * An ethers signer as a key store with one key.
 *
 * A wallet in this process (one with a `signingKey`) signs for every purpose. Any other signer, such as a browser wallet
 * or a hardware device, signs what it can show: `personal-message`, `typed-data` and `transaction`; a JWT or a
 * meta-transaction has a digest that no such signer takes and is refused (`KEY_SIGNING_REFUSED`). Its public key is
 * learnt from one signature over `PUBLIC_KEY_MESSAGE`, unless you give it.
 *
 * @throws TypeError where the public key given is not the signer's
 * @throws UportError `KEY_SIGNATURE_INVALID` where the signer does not sign as the account it names
 */
export async function signerKeyStore(
  signer: SignerLike,
  options: SignerKeyStoreOptions = {},
): Promise<KeyStore> {
  const address = (await signer.getAddress()).toLowerCase()
  const keyId = options.keyId ?? address
  const publicKey = await findPublicKey(signer, keyId, options.publicKey)
  if (addressOf(publicKey) === address) return new SignerKeyStore(signer, keyId, publicKey)
  if (options.publicKey !== undefined) throw new TypeError('publicKey is not the key of the signer')
  throw new UportError('KEY_SIGNATURE_INVALID', 'The signer signs as another account than it names', {
    data: { keyId, reason: 'of another account' },
  })
}

async function findPublicKey(
  signer: SignerLike,
  keyId: string,
  given: Uint8Array | undefined,
): Promise<Uint8Array> {
  if (given !== undefined) return given.slice()
  if (signer.signingKey !== undefined) return bytesOf(signer.signingKey.compressedPublicKey)
  const message = encodeUtf8(PUBLIC_KEY_MESSAGE)
  const signature = await ask(keyId, () => signer.signMessage(message))
  const digest = `0x${encodeHex(keccak256(personalMessagePreimage(message)))}`
  return bytesOf(SigningKey.recoverPublicKey(digest, Signature.from(signature)))
}

class SignerKeyStore extends AbstractKeyStore {
  readonly #signer: SignerLike
  readonly #keyId: string
  readonly #publicKey: Uint8Array

  constructor(signer: SignerLike, keyId: string, publicKey: Uint8Array) {
    super()
    this.#signer = signer
    this.#keyId = keyId
    this.#publicKey = publicKey
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    return keyId === this.#keyId ? { point: this.#publicKey.slice() } : undefined
  }

  protected override async signDigest(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    _options: Options,
  ): Promise<RawSignature> {
    const { signingKey } = this.#signer
    const signature =
      signingKey === undefined
        ? await ask(keyId, () => this.#signShown(keyId, digest, context))
        : signingKey.sign(digest)
    const { r, s } = Signature.from(signature)
    return { compact: concatBytes(bytesOf(r), bytesOf(s)) }
  }

  #signShown(keyId: string, digest: Uint8Array, context: SignContext): Promise<string> {
    switch (context.purpose) {
      case 'personal-message': {
        const message = messageOfPreimage(context.preimage)
        if (message === undefined) throw refused(keyId, 'the preimage is no EIP-191 message')
        return this.#signer.signMessage(message)
      }
      case 'typed-data':
        return this.#signTypedData(keyId, digest, context.preview)
      case 'transaction':
        return this.#signTransaction(keyId, digest, context.preimage)
      default:
        throw refused(
          keyId,
          `an ethers signer cannot sign a ${context.purpose}; use a wallet or another store`,
        )
    }
  }

  /** The preview is what the signer shows and hashes itself, so it must be what the digest was made of. */
  async #signTypedData(keyId: string, digest: Uint8Array, preview: JsonObject): Promise<string> {
    const refuse: Refuse = () => {
      throw refused(keyId, 'the preview is no typed data')
    }
    const { typedData, hash } = checkTypedData(preview, 'typedData', refuse)
    if (!equalBytes(hash.digest, digest)) throw refused(keyId, 'the preview is not what the digest is of')
    const { EIP712Domain: _, ...types } = typedData.types
    const lists = Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))])
    const structs: Record<string, TypedDataField[]> = Object.fromEntries(lists)
    return this.#signer.signTypedData({ ...typedData.domain }, structs, { ...typedData.message })
  }

  async #signTransaction(keyId: string, digest: Uint8Array, preimage: Uint8Array): Promise<string> {
    let unsigned: Transaction
    try {
      unsigned = Transaction.from(`0x${encodeHex(preimage)}`)
    } catch {
      throw refused(keyId, 'the preimage is no transaction')
    }
    const signed = Transaction.from(await this.#signer.signTransaction(unsigned.toJSON()))
    if (signed.signature === null || signed.unsignedHash !== `0x${encodeHex(digest)}`) {
      throw refused(keyId, 'the signer changed the transaction')
    }
    return signed.signature.serialized
  }
}

/** A person's refusal, as ethers tells it, is a refusal here. */
async function ask<T>(keyId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown }
    if (code === 'ACTION_REJECTED' || code === 4001) throw refused(keyId, 'declined at the signer')
    if (code === 'UNSUPPORTED_OPERATION') throw refused(keyId, 'the signer cannot sign this')
    throw error
  }
}

function refused(keyId: string, reason: string): UportError<'KEY_SIGNING_REFUSED'> {
  return new UportError('KEY_SIGNING_REFUSED', 'The signer did not sign: see the reason', {
    data: { keyId, reason },
  })
}

function bytesOf(hex: string): Uint8Array {
  return decodeHex(hex)!
}
