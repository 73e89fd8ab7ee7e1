import { concatBytes } from '../bytes/concat.ts'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex } from '../bytes/hex.ts'
import type { MetaTransactionFault } from '../errors/error-data.ts'
import { UportError } from '../errors/uport-error.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import { type AccountSignature, recoverAccount, toAccountSignature } from '../messages/account-signature.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import { parseAddress } from './address.ts'
import { accountOf } from './answer-typed-data.ts'
import { toQuantity } from './quantity.ts'

/** The whitelist owner of a meta-transaction that anybody may send: the zero address. */
export const ANY_SENDER = `0x${'0'.repeat(40)}`

/** Bytes of call data that a meta-transaction may carry. */
export const MAX_META_DATA_BYTES = 65_536

/** What a key signs so that somebody else sends it and pays: a call through a `TxRelay` contract. Addresses are `0x` hex. */
export interface MetaTransaction {
  /** The `TxRelay`. Nothing else separates chains: deploy each at an address of its own. */
  readonly relay: string
  /** Whose whitelist must name the account that sends it. `ANY_SENDER`: anybody may. */
  readonly whitelistOwner: string
  /** The signer's own counter in the `TxRelay`. */
  readonly nonce: bigint
  /** The contract that is called. */
  readonly destination: string
  /** The call, `0x` hex; its first argument is the signer's address. */
  readonly data: string
}

/** A meta-transaction as it travels. Its nonce stays behind: the signature fits one nonce only. */
export interface SignedMetaTransaction extends Omit<MetaTransaction, 'nonce'> {
  /** Who signed it, if the signature fits: the first argument of `data`, lower case. */
  readonly sender: string
  readonly signature: AccountSignature
}

/**
 * Who a call says it is from: the address in its first argument, lower case.
 *
 * @returns undefined where there is none, or it is the zero address, for which the contract takes every broken signature
 */
export function metaTransactionSender(data: string): string | undefined {
  const sender = /^0x[0-9a-fA-F]{8}0{24}([0-9a-fA-F]{40})/.exec(data)?.[1]?.toLowerCase()
  return sender === undefined || /^0+$/.test(sender) ? undefined : `0x${sender}`
}

/**
 * The bytes whose Keccak-256 is signed (EIP-191, version 0x00, as `TxRelay` packs them): `0x19 0x00`, relay, whitelist owner,
 * nonce in 32 bytes, destination, data. There is no "Ethereum Signed Message" around them.
 *
 * @throws TypeError where a member is not what it should be
 */
export function metaTransactionPreimage(transaction: MetaTransaction): Uint8Array {
  const { relay, whitelistOwner, nonce, destination, data } = transaction
  const bytes =
    data.length <= 2 + 2 * MAX_META_DATA_BYTES ? decodeHex(data, { prefix: 'required' }) : undefined
  if (bytes === undefined) throw new TypeError('meta-transaction: data is not 0x hex of acceptable length')
  return concatBytes(
    Uint8Array.of(0x19, 0x00),
    addressBytes(relay, 'relay'),
    addressBytes(whitelistOwner, 'whitelistOwner'),
    decodeHex(toQuantity(nonce, 'nonce').slice(2).padStart(64, '0'))!,
    addressBytes(destination, 'destination'),
    bytes,
  )
}

/**
 * Signs a meta-transaction through a key store, which sees the purpose `meta-transaction`, the preimage and the members.
 *
 * @throws TypeError where a member is not what it should be, or the call is not from the key's own account: data too short
 * for an address, and the zero address, are never signed
 * @throws UportError `KEY_NOT_FOUND`, `KEY_SIGNATURE_INVALID` and the key store's own codes
 */
export async function signMetaTransaction(
  transaction: MetaTransaction,
  { keys, keyId }: { readonly keys: KeyStore; readonly keyId: string },
  options: Options = {},
): Promise<SignedMetaTransaction> {
  const preimage = metaTransactionPreimage(transaction)
  const members = lowerCase(transaction)
  if (members.relay === ANY_SENDER || members.destination === ANY_SENDER) {
    throw new TypeError('meta-transaction: relay and destination are contracts, not the zero address')
  }
  const sender = metaTransactionSender(members.data)
  if (sender === undefined || sender !== (await accountOf(keys, keyId, options))) {
    throw new TypeError(
      'meta-transaction: the first argument of data must be the account of the key that signs',
    )
  }
  const digest = keccak256(preimage)
  const preview = { ...members, sender, nonce: transaction.nonce.toString() }
  const context = { purpose: 'meta-transaction', hash: 'keccak256', preimage, preview } as const
  const signature = toAccountSignature(await keys.sign(keyId, digest, context, options))
  if (recoverAccount(signature, digest, createNobleEngine()) === sender) {
    return Object.freeze({ ...members, sender, signature })
  }
  const message = 'The key store answered with a signature that does not fit the key: take it out of use'
  throw new UportError('KEY_SIGNATURE_INVALID', message, {
    data: { keyId, reason: 'not a signature of the account' },
  })
}

export interface VerifyMetaTransactionOptions {
  /** The `TxRelay` that it will be sent to: what the message says is not believed. */
  readonly relay: string
  /** What that contract has as the sender's counter, or will have when this one is included. */
  readonly nonce: bigint
  /** Default: the engine of `createNobleEngine`. */
  readonly engine?: Secp256k1Engine | undefined
}

/**
 * Checks that a meta-transaction is for this relay and signed by the account it says it is from, for this nonce. Whether
 * the call then succeeds, and who may send it (`whitelistOwner`), is for the caller to look at.
 *
 * @throws UportError `META_TRANSACTION_INVALID`: `sender` (none, or the zero address), `relay`, `signature` (also that of
 * another nonce, chain or relay)
 * @throws TypeError where relay or nonce is none
 */
export function verifyMetaTransaction(
  signed: SignedMetaTransaction,
  { relay, nonce, engine = createNobleEngine() }: VerifyMetaTransactionOptions,
): void {
  const preimage = metaTransactionPreimage({ ...signed, relay, nonce })
  const sender = metaTransactionSender(signed.data)
  if (sender === undefined || sender !== signed.sender.toLowerCase()) throw metaTransactionInvalid('sender')
  if (signed.relay.toLowerCase() !== relay.toLowerCase()) throw metaTransactionInvalid('relay')
  if (recoverAccount(signed.signature, keccak256(preimage), engine) !== sender) {
    throw metaTransactionInvalid('signature')
  }
}

const FAULTS: Readonly<Record<MetaTransactionFault, string>> = {
  malformed: 'The meta-transaction is none: send the unsigned transaction to the TxRelay as hex.',
  sender:
    "The meta-transaction's call does not begin with the address of who signed it: it cannot be relayed.",
  relay: 'The meta-transaction is for another TxRelay: sign it for this one.',
  signature: 'The signature does not fit sender and nonce: read the nonce from the TxRelay and sign again.',
}

export function metaTransactionInvalid(reason: MetaTransactionFault): UportError<'META_TRANSACTION_INVALID'> {
  return new UportError('META_TRANSACTION_INVALID', FAULTS[reason], { data: { reason } })
}

function lowerCase({ relay, whitelistOwner, destination, data }: MetaTransaction) {
  return {
    relay: relay.toLowerCase(),
    whitelistOwner: whitelistOwner.toLowerCase(),
    destination: destination.toLowerCase(),
    data: data.toLowerCase(),
  }
}

function addressBytes(text: string, name: string): Uint8Array {
  const address = parseAddress(text)
  if (address === undefined) throw new TypeError(`meta-transaction: ${name} is not an address`)
  return decodeHex(address)!
}
