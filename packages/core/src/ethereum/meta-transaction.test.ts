import { AbiCoder, decodeRlp, encodeRlp } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { isUportError } from '../errors/uport-error.ts'
import { addressOf } from '../keys/address.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { KeyStore } from '../ports/key-store.ts'
import {
  ANY_SENDER,
  MAX_META_DATA_BYTES,
  type MetaTransaction,
  metaTransactionSender,
  signMetaTransaction,
  verifyMetaTransaction,
} from './meta-transaction.ts'
import { parseMetaTransaction, relayCallData, serializeMetaTransaction } from './meta-transaction-wire.ts'

const RELAY = `0x${'11'.repeat(20)}`
const OTHER = `0x${'22'.repeat(20)}`
const DESTINATION = `0x${'33'.repeat(20)}`

const keys = new MemoryKeyStore()
const signing = keys.import(sha256(encodeUtf8('a device')), { keyId: 'device' })

async function signed(changes: Partial<MetaTransaction> = {}) {
  const sender = addressOf((await signing).publicKey)
  const data = callFrom(sender)
  const transaction = { relay: RELAY, whitelistOwner: ANY_SENDER, nonce: 3n, destination: DESTINATION, data }
  return signMetaTransaction({ ...transaction, ...changes }, { keys, keyId: 'device' })
}

function callFrom(sender: string): string {
  return `0x701b8826${sender.slice(2).padStart(64, '0')}`
}

function fault(task: () => unknown): string {
  try {
    task()
    return 'none'
  } catch (error) {
    return isUportError(error, 'META_TRANSACTION_INVALID') ? error.data.reason : String(error)
  }
}

describe('a meta-transaction', () => {
  it('fits one relay and one nonce', async () => {
    const transaction = await signed()
    verifyMetaTransaction(transaction, { relay: RELAY, nonce: 3n })
    expect(fault(() => verifyMetaTransaction(transaction, { relay: RELAY, nonce: 4n }))).toBe('signature')
    expect(fault(() => verifyMetaTransaction(transaction, { relay: OTHER, nonce: 3n }))).toBe('relay')
    const redirected = { ...transaction, relay: OTHER }
    expect(fault(() => verifyMetaTransaction(redirected, { relay: OTHER, nonce: 3n }))).toBe('signature')
  })

  it('cannot be changed in any part', async () => {
    const transaction = await signed()
    const stranger = callFrom(OTHER)
    const changes = [
      [{ whitelistOwner: OTHER }, 'signature'],
      [{ destination: OTHER }, 'signature'],
      [{ data: `${transaction.data}00` }, 'signature'],
      [{ data: stranger }, 'sender'],
      [{ data: stranger, sender: OTHER }, 'signature'],
      [{ data: callFrom(ANY_SENDER), sender: ANY_SENDER }, 'sender'],
      [{ data: '0x701b8826', sender: ANY_SENDER }, 'sender'],
      [{ signature: { ...transaction.signature, v: transaction.signature.v === 27 ? 28 : 27 } }, 'signature'],
      [{ signature: { r: `0x${'00'.repeat(32)}`, s: `0x${'00'.repeat(32)}`, v: 27 } }, 'signature'],
    ] as const
    for (const [change, reason] of changes) {
      const forged = { ...transaction, ...change }
      expect(fault(() => verifyMetaTransaction(forged, { relay: RELAY, nonce: 3n }))).toBe(reason)
    }
  })

  it('is not signed where the contract would take it for the zero address, or for a stranger', async () => {
    for (const data of [
      '0x',
      '0x701b8826',
      callFrom(ANY_SENDER),
      callFrom(OTHER),
      callFrom(OTHER).slice(0, -2),
    ]) {
      expect(await rejection(signed({ data }))).toBeInstanceOf(TypeError)
    }
    const wrong = [
      { relay: 'x' },
      { relay: ANY_SENDER },
      { destination: ANY_SENDER },
      { nonce: -1n },
      { data: '0xabc' },
      { data: `0x${'00'.repeat(MAX_META_DATA_BYTES + 1)}` },
    ]
    for (const change of wrong) expect(await rejection(signed(change))).toBeInstanceOf(TypeError)
  })

  it('shows a key store all it signs, and does not take another signature from it', async () => {
    const { publicKey } = await signing
    const seen: unknown[] = []
    const store: KeyStore = {
      get: async (keyId) => ({ keyId, type: 'secp256k1', publicKey }),
      async sign(keyId, digest, context) {
        seen.push([context.purpose, context.preview])
        const other = sha256(digest)
        return keys.sign(keyId, other, { ...context, hash: 'sha256', preimage: digest })
      },
    }
    const sender = addressOf(publicKey)
    const transaction = {
      relay: RELAY,
      whitelistOwner: ANY_SENDER,
      nonce: 3n,
      destination: DESTINATION,
      data: callFrom(sender),
    }
    const error = await rejection(signMetaTransaction(transaction, { keys: store, keyId: 'device' }))
    expect(isUportError(error, 'KEY_SIGNATURE_INVALID')).toBe(true)
    expect(seen).toEqual([['meta-transaction', { ...transaction, sender, nonce: '3' }]])
  })
})

describe('parseMetaTransaction', () => {
  it('reads what it wrote, with and without 0x, and in the short form', async () => {
    const transaction = await signed()
    const wire = serializeMetaTransaction(transaction, { gasLimit: 1n })
    const expected = { ...transaction, gasLimit: 1n, gasPrice: 0n }
    const [nonce, price, gas, to, value, data] = decodeRlp(`0x${wire}`) as string[]
    const short = encodeRlp([nonce!, price!, gas!, to!, value!, data!])
    for (const text of [wire, `0x${wire}`, wire.toUpperCase(), short]) {
      expect(parseMetaTransaction(text)).toEqual(expected)
    }
  })

  it('refuses every other form', async () => {
    const transaction = await signed()
    const fields = decodeRlp(`0x${serializeMetaTransaction(transaction)}`) as string[]
    const wire = (index: number, value: string) =>
      encodeRlp(fields.map((field, at) => (at === index ? value : field)))
    const data = fields[5]!
    const word = (value: number) => AbiCoder.defaultAbiCoder().encode(['uint256'], [value]).slice(2)
    const hostile = [
      undefined,
      '',
      '0x',
      'zz',
      `0x${'00'.repeat(80_000)}`,
      encodeRlp(fields.slice(0, 5)),
      encodeRlp([...fields, '0x']),
      encodeRlp(fields.map((field, at) => (at === 0 ? [field] : field))),
      `${encodeRlp(fields)}00`,
      wire(1, '0x0001'),
      wire(2, `0x01${'00'.repeat(32)}`),
      wire(3, '0x'),
      wire(3, ANY_SENDER),
      wire(4, '0x01'),
      wire(5, '0x'),
      wire(5, `${data}00`),
      wire(5, data.replace('0xc3f44c0a', '0xc3f44c0b')),
      wire(5, data.replace(`c3f44c0a${word(transaction.signature.v)}`, `c3f44c0a${word(29)}`)),
      wire(
        5,
        data.replace(
          `c3f44c0a${word(transaction.signature.v)}`,
          `c3f44c0a${word(256 + transaction.signature.v)}`,
        ),
      ),
      wire(5, data.replaceAll(DESTINATION.slice(2), '00'.repeat(20))),
      wire(7, '0x01'),
      wire(8, '0x01'),
    ]
    for (const text of hostile) expect(fault(() => parseMetaTransaction(text))).toBe('malformed')
    const anonymous = relayCallData({ ...transaction, data: callFrom(ANY_SENDER) })
    const dirty = relayCallData({ ...transaction, data: transaction.data.replace('8826000', '8826001') })
    for (const call of [anonymous, dirty])
      expect(fault(() => parseMetaTransaction(wire(5, call)))).toBe('sender')
  })

  it('never fails in another way, and reads back what it accepts', async () => {
    const wire = serializeMetaTransaction(await signed(), { gasLimit: 3_000_000n, gasPrice: 20n })
    const mutated = fc
      .tuple(
        fc.nat(wire.length - 1),
        fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), maxLength: 4 }),
      )
      .map(([at, text]) => wire.slice(0, at) + text + wire.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string()), (text) => {
        const reason = fault(() => {
          const parsed = parseMetaTransaction(text)
          expect(metaTransactionSender(parsed.data)).toBe(parsed.sender)
          expect(parseMetaTransaction(serializeMetaTransaction(parsed, parsed))).toEqual(parsed)
        })
        expect(['none', 'malformed', 'sender']).toContain(reason)
      }),
    )
  })
})
