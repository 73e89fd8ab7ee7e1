import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import {
  metaTransactionPreimage,
  metaTransactionSender,
  signMetaTransaction,
  verifyMetaTransaction,
} from './meta-transaction.ts'
import { parseMetaTransaction, relayCallData, serializeMetaTransaction } from './meta-transaction-wire.ts'

interface Vector {
  readonly id: string
  readonly privateKey: string
  readonly claimedSender: string
  readonly relay: string
  readonly whitelistOwner: string
  readonly nonce: number
  readonly destination: string
  readonly data: string
  readonly preimage: string
  readonly hash: string
  readonly signature: { readonly v: 27 | 28; readonly r: string; readonly s: string }
  readonly relayMetaTxCalldata: string
}

const { metaTransactions } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/abi.json', import.meta.url), 'utf8'),
) as { metaTransactions: Vector[] }

describe('meta-transactions of the original contracts', () => {
  it('has vectors with a whitelist and without', () => {
    expect(metaTransactions.length).toBeGreaterThanOrEqual(4)
    expect(new Set(metaTransactions.map(({ whitelistOwner }) => /^0x0+$/.test(whitelistOwner))).size).toBe(2)
  })

  it.each(metaTransactions)('$id is signed byte for byte', async (vector) => {
    const { relay, whitelistOwner, destination, data } = vector
    const transaction = { relay, whitelistOwner, destination, data, nonce: BigInt(vector.nonce) }
    const preimage = metaTransactionPreimage(transaction)
    expect(`0x${encodeHex(preimage)}`).toBe(vector.preimage)
    expect(`0x${encodeHex(keccak256(preimage))}`).toBe(vector.hash)
    expect(metaTransactionSender(data)).toBe(vector.claimedSender)

    const keys = new MemoryKeyStore()
    const { keyId } = await keys.import(decodeHex(vector.privateKey)!)
    const signed = await signMetaTransaction(transaction, { keys, keyId })
    expect(signed.signature).toEqual(vector.signature)
    expect(relayCallData(signed)).toBe(vector.relayMetaTxCalldata)

    const parsed = parseMetaTransaction(serializeMetaTransaction(signed, { gasLimit: 7n, gasPrice: 256n }))
    expect(parsed).toEqual({ ...signed, gasLimit: 7n, gasPrice: 256n })
    verifyMetaTransaction(parsed, { relay, nonce: BigInt(vector.nonce) })
  })

  it('writes the bytes that the original signer wrote', () => {
    const published =
      'f9012b80850ba43b7400832fefd894f85c44a9062acddcb5b174868fc62dd1f8c9e7f980b90104c3f44c0a000000000000000000000000000000000000000000000000000000000000001ca5ea2ebc7fdeda7dd51e730aeb375f5d1dbd9f37f64a9b58a1a8fba78b64c29c79783652dd3afa35fd1a2da566ebb7dd5fb693b58e04625bbdd1225f17d8e5e90000000000000000000000009e2068cce22de4e1e80f15cb71ef435a20a3b37c00000000000000000000000000000000000000000000000000000000000000c0000000000000000000000000737f53c0cebf0acd1ea591685351b2a8580702a500000000000000000000000000000000000000000000000000000000000000090abcdef0123456789000000000000000000000000000000000000000000000001c8080'
    const signed = {
      relay: '0xf85c44a9062acddcb5b174868fc62dd1f8c9e7f9',
      whitelistOwner: '0x737f53c0cebf0acd1ea591685351b2a8580702a5',
      destination: '0x9e2068cce22de4e1e80f15cb71ef435a20a3b37c',
      data: '0x0abcdef01234567890',
      sender: '',
      signature: {
        v: 28,
        r: '0xa5ea2ebc7fdeda7dd51e730aeb375f5d1dbd9f37f64a9b58a1a8fba78b64c29c',
        s: '0x79783652dd3afa35fd1a2da566ebb7dd5fb693b58e04625bbdd1225f17d8e5e9',
      },
    } as const
    expect(serializeMetaTransaction(signed, { gasLimit: 0x2fefd8n, gasPrice: 50_000_000_000n })).toBe(
      published,
    )
    // Its data is too short to hold a sender, which the contract would take for the zero address.
    expect(() => parseMetaTransaction(published)).toThrow(
      expect.objectContaining({ code: 'META_TRANSACTION_INVALID', data: { reason: 'sender' } }),
    )
  })
})
