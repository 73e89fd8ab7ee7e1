import {
  AbstractSigner,
  getAddress,
  type Provider,
  resolveAddress,
  resolveProperties,
  Signature,
  type TransactionRequest,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
} from 'ethers'
import { keccak256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { toAccountSignature } from '../messages/account-signature.ts'
import { personalMessagePreimage, personalMessagePreview } from '../messages/personal-message.ts'
import type { JsonObject } from '../ports/json.ts'
import type { KeyStore, SignContext } from '../ports/key-store.ts'
import { accountOf } from './answer-typed-data.ts'
import { signTransaction } from './sign-transaction.ts'
import { checkTypedData } from './typed-data.ts'

/**
 * A key of a key store as an ethers `Signer`. The store sees preimage and preview of everything it signs, so a device can
 * show it and a policy can refuse it. Every method rejects with the store's own codes, and with `KEY_NOT_FOUND`.
 */
export class KeyStoreSigner extends AbstractSigner {
  readonly #keys: KeyStore
  readonly #keyId: string

  constructor(keys: KeyStore, keyId: string, provider?: Provider | null) {
    super(provider)
    this.#keys = keys
    this.#keyId = keyId
  }

  /** The account's address in EIP-55 case. */
  async getAddress(): Promise<string> {
    return getAddress(await accountOf(this.#keys, this.#keyId, {}))
  }

  connect(provider: Provider | null): KeyStoreSigner {
    return new KeyStoreSigner(this.#keys, this.#keyId, provider)
  }

  /** Signs an unsigned transaction (`from`, where given, must be this account). */
  async signTransaction(request: TransactionRequest): Promise<string> {
    const address = await accountOf(this.#keys, this.#keyId, {})
    const { to, from, ...fields } = await resolveProperties(request)
    const sender = from === undefined || from === null ? undefined : await resolveAddress(from, this.provider)
    if (sender !== undefined && sender.toLowerCase() !== address) {
      throw new TypeError('transaction from another account than the signer')
    }
    const recipient = to === undefined || to === null ? null : await resolveAddress(to, this.provider)
    const all = JSON.parse(JSON.stringify({ ...fields, to: recipient }, bigintAsText))
    const { serialized } = await signTransaction(all, { keys: this.#keys, keyId: this.#keyId, address }, {})
    return serialized
  }

  /** Signs a message (EIP-191, version 0x45). */
  async signMessage(message: string | Uint8Array): Promise<string> {
    const bytes = typeof message === 'string' ? encodeUtf8(message) : message
    const preimage = personalMessagePreimage(bytes)
    const preview = personalMessagePreview(bytes)
    return this.#sign({ purpose: 'personal-message', hash: 'keccak256', preimage, preview })
  }

  /** Signs typed data (EIP-712). */
  async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    const payload: unknown = TypedDataEncoder.getPayload(domain, types, value)
    const { typedData, hash } = checkTypedData(payload, 'typedData', (member, reason) => {
      throw new TypeError(`signTypedData: ${member} ${reason}`)
    })
    const preview: JsonObject = JSON.parse(JSON.stringify(typedData))
    return this.#sign({ purpose: 'typed-data', hash: 'keccak256', preimage: hash.preimage, preview })
  }

  async #sign(context: SignContext): Promise<string> {
    const signature = await this.#keys.sign(this.#keyId, keccak256(context.preimage), context)
    return Signature.from(toAccountSignature(signature)).serialized
  }
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `0x${value.toString(16)}` : value
}
