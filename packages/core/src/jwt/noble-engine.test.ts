import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../bytes/concat.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { createNobleEngine } from './noble-engine.ts'
import { compressPoint, pointToAddress } from './points.ts'

const engine = createNobleEngine()
const hex = (text: string) => decodeHex(text)!
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
const ZERO = new Uint8Array(32)

const privateKey = hex('278a5de700e29faae8e40e366ec5012b5ec63d36ec77e8a2417154cc1d25383f')
const publicKey = hex('03fdd57adec3d438ea237fe46b33ee1e016eda6b585c3e27ea66686c2ea5358479')
const digest = sha256(encodeUtf8('a text to sign'))
const signature = engine.sign(digest, privateKey)
const compact = concatBytes(signature.r, signature.s)
const highS = hex(
  (BigInt(`0x${ORDER}`) - BigInt(`0x${encodeHex(signature.s)}`)).toString(16).padStart(64, '0'),
)

describe('sign', () => {
  it('is RFC 6979 with low s', () => {
    // The well-known vector: private key 1, SHA-256 of "Satoshi Nakamoto".
    const one = hex(`${'00'.repeat(31)}01`)
    const { r, s, recovery } = engine.sign(sha256(encodeUtf8('Satoshi Nakamoto')), one)
    expect(encodeHex(r)).toBe('934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8')
    expect(encodeHex(s)).toBe('2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5')
    expect([0, 1]).toContain(recovery)
  })

  it('gives both recovery ids, each the one that recovers', () => {
    const seen = new Set<number>()
    for (let index = 0; index < 16; index++) {
      const other = sha256(Uint8Array.of(index))
      const { r, s, recovery } = engine.sign(other, privateKey)
      seen.add(recovery)
      expect(compressPoint(engine.recover(concatBytes(r, s), recovery, other)!)).toEqual(publicKey)
      expect(BigInt(`0x${encodeHex(s)}`) <= BigInt(`0x${ORDER}`) / 2n).toBe(true)
    }
    expect(seen).toEqual(new Set([0, 1]))
  })

  it.each([0, 31, 33])('refuses a digest of %i bytes', (length) => {
    expect(() => engine.sign(new Uint8Array(length), privateKey)).toThrow(TypeError)
  })

  it('refuses what is no private key', () => {
    expect(() => engine.sign(digest, ZERO)).toThrow(TypeError)
    expect(() => engine.publicKeyOf(hex(ORDER))).toThrow(TypeError)
  })
})

describe('verify', () => {
  it('accepts low and high s, compressed and uncompressed keys', () => {
    for (const s of [signature.s, highS]) {
      for (const key of [publicKey, engine.decompress(publicKey)!]) {
        expect(engine.verify(concatBytes(signature.r, s), digest, key)).toBe(true)
      }
    }
  })

  it.each([
    ['r zero', concatBytes(ZERO, signature.s)],
    ['s zero', concatBytes(signature.r, ZERO)],
    ['both zero', new Uint8Array(64)],
    ['r the order', concatBytes(hex(ORDER), signature.s)],
    ['s the order', concatBytes(signature.r, hex(ORDER))],
    ['all ones', new Uint8Array(64).fill(255)],
    ['short', compact.subarray(0, 63)],
    ['long', concatBytes(compact, Uint8Array.of(0))],
    ['empty', new Uint8Array()],
  ])('says no, and recovers nothing, where the signature has %s', (_, hostile) => {
    expect(engine.verify(hostile, digest, publicKey)).toBe(false)
    expect(engine.recover(hostile, 0, digest)).toBeUndefined()
    expect(engine.recover(hostile, 1, digest)).toBeUndefined()
  })

  it.each([
    ['empty', new Uint8Array()],
    ['infinity', Uint8Array.of(0)],
    ['off the curve', concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(1))],
    ['without a y', hex(`02${'00'.repeat(31)}05`)],
    ['hybrid', concatBytes(Uint8Array.of(6), engine.decompress(publicKey)!.subarray(1))],
    ['x too large', hex(`02${'ff'.repeat(32)}`)],
    ['raw', engine.decompress(publicKey)!.subarray(1)],
  ])('says no where the key is %s', (_, hostile) => {
    expect(engine.verify(compact, digest, hostile)).toBe(false)
    expect(engine.decompress(hostile)).toBeUndefined()
  })

  it('says no to another digest and to one of another length', () => {
    expect(engine.verify(compact, sha256(digest), publicKey)).toBe(false)
    expect(engine.verify(compact, digest.subarray(1), publicKey)).toBe(false)
    expect(engine.recover(compact, 0, digest.subarray(1))).toBeUndefined()
  })
})

describe('signatures that are built from their points', () => {
  const { Point } = secp256k1
  const bytes = (value: bigint) => hex(value.toString(16).padStart(64, '0'))
  /** Verification finds the point `u1` times the base point and `u2` times the key. */
  const build = (u1: bigint, u2: bigint, x: bigint) => {
    const r = Point.Fn.create(x)
    const s = Point.Fn.div(r, u2)
    return { signature: concatBytes(bytes(r), bytes(s)), digest: bytes(Point.Fn.mul(u1, s)) }
  }

  it('pass where the x of their point is not below the order', () => {
    let x = Point.Fn.ORDER
    const liftable = () => {
      try {
        return Point.fromBytes(concatBytes(Uint8Array.of(2), bytes(x)))
      } catch {
        return undefined
      }
    }
    let nonce = liftable()
    while (nonce === undefined || x === Point.Fn.ORDER) {
      x += 1n
      nonce = liftable()
    }
    const [u1, u2] = [7n, 11n]
    const key = nonce.add(Point.BASE.multiply(u1).negate()).multiply(Point.Fn.inv(u2))
    const { signature: built, digest: over } = build(u1, u2, x)
    expect(engine.verify(built, over, key.toBytes())).toBe(true)
    expect(engine.verify(built, sha256(over), key.toBytes())).toBe(false)
    expect(secp256k1.verify(built, over, key.toBytes(), { prehash: false, lowS: false })).toBe(true)
  })

  it.each([1n, 5n])('fail where their point is the one at infinity: key %s', (factor) => {
    const key = Point.BASE.multiply(factor)
    const u2 = 13n
    const u1 = Point.Fn.neg(Point.Fn.mul(factor, u2))
    for (const x of [1n, Point.BASE.toAffine().x, key.toAffine().x]) {
      const { signature: built, digest: over } = build(u1, u2, x)
      expect(engine.verify(built, over, key.toBytes())).toBe(false)
    }
  })

  it('give back no key where it would be the point at infinity', () => {
    // The nonce is 1, so the key is (s - e) / r times the base point.
    const { x, y } = Point.BASE.toAffine()
    const s = 0x1234n
    const built = concatBytes(bytes(Point.Fn.create(x)), bytes(s))
    expect(engine.recover(built, Number(y & 1n) as 0 | 1, bytes(s))).toBeUndefined()
    expect(engine.recover(built, Number(1n - (y & 1n)) as 0 | 1, bytes(s))).toBeDefined()
  })
})

describe('a digest that is the same number in other bytes', () => {
  const short = digest.slice(1)
  const zero = Uint8Array.of(0)
  const padded = concatBytes(zero, short)
  const { r, s, recovery } = engine.sign(padded, privateKey)
  const own = concatBytes(r, s)

  it('is another digest: it must have 32 bytes', () => {
    expect(engine.verify(own, padded, publicKey)).toBe(true)
    expect(compressPoint(engine.recover(own, recovery, padded)!)).toEqual(publicKey)
    for (const other of [short, concatBytes(zero, padded)]) {
      expect(engine.verify(own, other, publicKey)).toBe(false)
      expect(engine.recover(own, recovery, other)).toBeUndefined()
    }
  })
})

describe('tables of multiples', () => {
  it('are made of keys that were prepared or expected, and change no answer', () => {
    const expecting = createNobleEngine({ tableAfter: 1 })
    const fast = createNobleEngine()
    expecting.expectMore(publicKey)
    fast.prepare(publicKey)
    expect([expecting.tables, fast.tables, engine.tables]).toEqual([1, 1, 0])
    expect(fast.verify(compact, digest, publicKey)).toBe(true)
    expect(fast.verify(compact, sha256(digest), publicKey)).toBe(false)
  })
})

describe('recover', () => {
  it('gives 65 bytes; the other recovery id gives another key', () => {
    const other = (1 - signature.recovery) as 0 | 1
    expect(engine.recover(compact, signature.recovery, digest)).toEqual(engine.decompress(publicKey))
    expect(engine.recover(compact, other, digest)).not.toEqual(engine.decompress(publicKey))
  })

  it.each([2, 3, 27, -1, Number.NaN])('takes no recovery id %d', (recovery) => {
    expect(engine.recover(compact, recovery as 0, digest)).toBeUndefined()
  })
})

describe('keys', () => {
  it('knows private keys', () => {
    const last = hex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140')
    expect(engine.isPrivateKey(privateKey)).toBe(true)
    expect(engine.isPrivateKey(last)).toBe(true)
    for (const no of [ZERO, hex(ORDER), privateKey.subarray(1), concatBytes(privateKey, Uint8Array.of(1))]) {
      expect(engine.isPrivateKey(no)).toBe(false)
    }
  })

  it('derives public key and address', () => {
    expect(engine.publicKeyOf(privateKey)).toEqual(publicKey)
    expect(pointToAddress(engine.decompress(publicKey)!)).toBe('0xf3beac30c498d9e26865f34fcaa57dbb935b0d74')
  })

  it('compresses by the parity of y', () => {
    const even = engine.decompress(hex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'))!
    expect(encodeHex(compressPoint(even)).slice(0, 4)).toBe('0279')
    expect(compressPoint(engine.decompress(publicKey)!)).toEqual(publicKey)
  })
})
