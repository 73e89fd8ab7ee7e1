import { Signature, Transaction, type TransactionLike } from 'ethers'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex } from '../bytes/hex.ts'
import { UportError } from '../errors/uport-error.ts'
import { toAccountSignature } from '../messages/account-signature.ts'
import type { JsonObject } from '../ports/json.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'

/** The account that signs, and with what. */
export interface TransactionSigner {
  readonly keys: Pick<KeyStore, 'sign'>
  readonly keyId: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
}

/**
 * Signs a transaction through a key store, which gets to see the unsigned bytes and, as preview, the fields.
 *
 * @throws UportError `KEY_SIGNATURE_INVALID`: the signature is not one of the signer's account; the store's own codes
 */
export async function signTransaction(
  fields: TransactionLike<string>,
  { keys, keyId, address }: TransactionSigner,
  options: Options,
): Promise<{ readonly serialized: string; readonly hash: string }> {
  const transaction = Transaction.from(fields)
  const preimage = decodeHex(transaction.unsignedSerialized)!
  const context = {
    purpose: 'transaction',
    hash: 'keccak256',
    preimage,
    preview: previewOf(transaction),
  } as const
  const signed = await keys.sign(keyId, keccak256(preimage), context, options)
  try {
    transaction.signature = Signature.from(toAccountSignature(signed))
    const { from, hash, serialized } = transaction
    if (from?.toLowerCase() === address && hash !== null) return { serialized, hash }
  } catch {
    // ethers tells at different places that a signature is none.
  }
  const message = 'The key store answered with a signature that does not fit the key: take it out of use'
  throw new UportError('KEY_SIGNATURE_INVALID', message, {
    data: { keyId, reason: 'not a signature of the account' },
  })
}

/** What a person or a policy can judge; numbers as decimal text, since they pass what JSON holds. */
function previewOf(transaction: Transaction): JsonObject {
  const { chainId, to, data, value, nonce, gasLimit, maxFeePerGas, gasPrice } = transaction
  return {
    chainId: chainId.toString(),
    ...(to === null ? {} : { to: to.toLowerCase() }),
    data,
    value: value.toString(),
    nonce,
    gasLimit: gasLimit.toString(),
    maxFeePerGas: (maxFeePerGas ?? gasPrice ?? 0n).toString(),
  }
}
