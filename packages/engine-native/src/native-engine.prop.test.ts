import { concatBytes, createNobleEngine, decodeHex, sha256 } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNativeEngine } from './native-engine.ts'

const native = createNativeEngine()
const noble = createNobleEngine({ maxKeys: 4 })

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const FIELD = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn
const word = (value: bigint) => decodeHex(value.toString(16).padStart(64, '0'))!
const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** Numbers around which libraries differ. */
const edge = fc
  .constantFrom(
    0n,
    1n,
    2n,
    ORDER >> 1n,
    (ORDER >> 1n) + 1n,
    ORDER - 1n,
    ORDER,
    ORDER + 1n,
    FIELD - 1n,
    FIELD,
    2n ** 256n - 1n,
  )
  .map(word)
const bytes32 = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 32, maxLength: 32 }) },
  { weight: 1, arbitrary: edge },
)
const privateKey = bytes32.filter((bytes) => noble.isPrivateKey(bytes))
const anyLength = fc.uint8Array({ maxLength: 70 })
const recovery = fc.constantFrom(0 as const, 1 as const)

/** A point in each spelling, right and wrong. */
const point = privateKey.chain((key) => {
  const compressed = noble.publicKeyOf(key)
  const plain = noble.decompress(compressed)!
  const withForm = (form: number, bytes: Uint8Array) => concatBytes(Uint8Array.of(form), bytes.subarray(1))
  const flipped = plain.map((byte, index) => (index === 64 ? byte ^ 1 : byte))
  return fc.constantFrom(
    compressed,
    plain,
    withForm(6, plain),
    withForm(7, plain),
    withForm(4, compressed),
    withForm(2, plain),
    withForm(0, compressed),
    flipped,
    plain.subarray(1),
    Uint8Array.of(0),
  )
})
const anyPoint = fc.oneof(
  point,
  anyLength,
  bytes32.map((x) => concatBytes(Uint8Array.of(2), x)),
  fc.tuple(bytes32, bytes32).map(([x, y]) => concatBytes(Uint8Array.of(4), x, y)),
)

const signed = fc.record({ privateKey, digest: bytes32, high: fc.boolean() }).map(({ high, ...given }) => {
  const { r, s, recovery } = noble.sign(given.digest, given.privateKey)
  const signature = concatBytes(r, high ? word(ORDER - number(s)) : s)
  return { ...given, signature, recovery: (high ? 1 - recovery : recovery) as 0 | 1 }
})
const runs = { numRuns: 30 }

describe('native and default engine answer alike', () => {
  it('about good signatures, with low and high s and both spellings of the key', () => {
    fc.assert(
      fc.property(signed, ({ privateKey, digest, signature, recovery }) => {
        const compressed = native.publicKeyOf(privateKey)
        expect(compressed).toEqual(noble.publicKeyOf(privateKey))
        const plain = native.decompress(compressed)!
        for (const key of [compressed, plain]) {
          expect(native.verify(signature, digest, key)).toBe(true)
          expect(noble.verify(signature, digest, key)).toBe(true)
        }
        expect(native.recover(signature, recovery, digest)).toEqual(plain)
        const other = recovery === 0 ? 1 : 0
        expect(native.recover(signature, other, digest)).toEqual(noble.recover(signature, other, digest))
      }),
      runs,
    )
  })

  it('about signatures with one byte changed', () => {
    fc.assert(
      fc.property(signed, fc.nat({ max: 63 }), fc.integer({ min: 1, max: 255 }), (given, index, mask) => {
        const { privateKey, digest, signature, recovery } = given
        const changed = signature.map((byte, at) => (at === index ? byte ^ mask : byte))
        const key = noble.publicKeyOf(privateKey)
        expect(native.verify(changed, digest, key)).toBe(false)
        expect(noble.verify(changed, digest, key)).toBe(false)
        expect(native.recover(changed, recovery, digest)).toEqual(noble.recover(changed, recovery, digest))
      }),
      runs,
    )
  })

  it('about r and s at the edges of their range', () => {
    fc.assert(
      fc.property(bytes32, bytes32, bytes32, point, recovery, (r, s, digest, key, recovery) => {
        const signature = concatBytes(r, s)
        expect(native.verify(signature, digest, key)).toBe(noble.verify(signature, digest, key))
        expect(native.recover(signature, recovery, digest)).toEqual(
          noble.recover(signature, recovery, digest),
        )
      }),
      { numRuns: 80 },
    )
  })

  it('about keys that are hybrid, off the curve, cut or at infinity', () => {
    fc.assert(
      fc.property(anyPoint, signed, (key, { digest, signature }) => {
        expect(native.decompress(key)).toEqual(noble.decompress(key))
        expect(native.verify(signature, digest, key)).toBe(noble.verify(signature, digest, key))
      }),
      { numRuns: 80 },
    )
  })

  it('about parts of any length and any recovery id', () => {
    fc.assert(
      fc.property(anyLength, anyLength, anyLength, fc.integer(), (signature, digest, key, id) => {
        const recovery = id as 0 | 1
        expect(native.verify(signature, digest, key)).toBe(false)
        expect(noble.verify(signature, digest, key)).toBe(false)
        expect(native.recover(signature, recovery, digest)).toBe(undefined)
        expect(native.isPrivateKey(key)).toBe(noble.isPrivateKey(key))
        expect(() => native.sign(digest, new Uint8Array(32))).toThrow(TypeError)
        if (key.length !== 32) expect(() => native.publicKeyOf(key)).toThrow(TypeError)
      }),
      runs,
    )
  })

  it('when they sign: the same bytes, with low s', () => {
    fc.assert(
      fc.property(privateKey, bytes32, (key, digest) => {
        const mine = native.sign(digest, key)
        expect(mine).toEqual(noble.sign(digest, key))
        expect(number(mine.s) <= ORDER >> 1n).toBe(true)
      }),
      runs,
    )
  })

  it('and change nothing they are given', () => {
    const key = sha256(Uint8Array.of(1))
    const digest = sha256(Uint8Array.of(2))
    const { r, s } = native.sign(digest, key)
    const high = concatBytes(r, word(ORDER - number(s)))
    const before = high.slice()
    expect(native.verify(high, digest, native.publicKeyOf(key))).toBe(true)
    expect(high).toEqual(before)
  })
})
