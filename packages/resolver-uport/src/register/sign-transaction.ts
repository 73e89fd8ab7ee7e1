import { decodeHex, encodeHex, type KeyStore, type Options, UportError } from '@uport-kit/core'
import { keccak256, Signature, Transaction, type TransactionLike } from 'ethers'

/** A transaction signed and ready to send. */
export interface SignedTransaction {
  /** `0x` hex. */
  readonly serialized: string
  readonly hash: string
}

/** The account that signs, and with what. */
export interface Signer {
  readonly keys: KeyStore
  readonly keyId: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
}

/**
 * Signs a transaction through a key store, which gets to see the unsigned bytes and the fields.
 *
 * @throws UportError `KEY_SIGNATURE_INVALID`: the signature is not one of the signer's account; the store's own codes
 */
export async function signTransaction(
  fields: TransactionLike<string>,
  { keys, keyId, address }: Signer,
  options: Options,
): Promise<SignedTransaction> {
  const transaction = Transaction.from(fields)
  const preimage = decodeHex(transaction.unsignedSerialized) ?? new Uint8Array(0)
  const digest = decodeHex(keccak256(preimage)) ?? new Uint8Array(0)
  const context = {
    purpose: 'transaction',
    hash: 'keccak256',
    preimage,
    preview: preview(transaction),
  } as const
  const { r, s, recovery } = await keys.sign(keyId, digest, context, options)
  const signed = attach(transaction, { r: hex(r), s: hex(s), yParity: recovery })
  if (signed === undefined) throw signatureInvalid(keyId, 'not a signature in low-S form')
  if (signed.from !== address) throw signatureInvalid(keyId, 'of another key')
  return { serialized: signed.serialized, hash: signed.hash }
}

/** @returns undefined where the signature is not one: ethers tells so at different places */
function attach(
  transaction: Transaction,
  signature: { readonly r: string; readonly s: string; readonly yParity: 0 | 1 },
): (SignedTransaction & { readonly from: string }) | undefined {
  try {
    transaction.signature = Signature.from(signature)
    const { from, hash, serialized } = transaction
    return from === null || hash === null ? undefined : { from: from.toLowerCase(), hash, serialized }
  } catch {
    return undefined
  }
}

/** What a person or a policy can judge; numbers as decimal text, since they pass what JSON holds. */
function preview({ chainId, to, data, value, nonce, gasLimit, maxFeePerGas, gasPrice }: Transaction) {
  const gas = maxFeePerGas ?? gasPrice ?? 0n
  return {
    chainId: chainId.toString(),
    to: to ?? '',
    data,
    value: value.toString(),
    nonce,
    gasLimit: gasLimit.toString(),
    maxFeePerGas: gas.toString(),
  }
}

function hex(bytes: Uint8Array): string {
  return `0x${encodeHex(bytes)}`
}

function signatureInvalid(keyId: string, reason: string): UportError<'KEY_SIGNATURE_INVALID'> {
  const message = 'The key store answered with a signature that does not fit the key: take it out of use'
  return new UportError('KEY_SIGNATURE_INVALID', message, { data: { keyId, reason } })
}
