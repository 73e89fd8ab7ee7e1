import fc from 'fast-check'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { findPlatformX25519, portableX25519, x25519PublicKey } from './x25519.ts'

const platform = findPlatformX25519()!
const portable = portableX25519()
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe.each([
  ['of the platform', platform],
  ['in JavaScript', portable],
])('X25519 %s', (_, x25519) => {
  it('gives the results of RFC 7748, section 5.2', () => {
    for (const [scalar, u, shared] of [
      [
        'a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4',
        'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c',
        'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
      ],
      [
        '4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d',
        'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493',
        '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957',
      ],
    ] as const) {
      expect(encodeHex(x25519(decodeHex(scalar)!, decodeHex(u)!))).toBe(shared)
    }
  })

  it('agrees with NaCl about any key, and changes none', () => {
    fc.assert(
      fc.property(bytes32, bytes32, (secretKey, publicKey) => {
        const before = [encodeHex(secretKey), encodeHex(publicKey)]
        expect(encodeHex(x25519(secretKey, publicKey))).toBe(encodeHex(nacl.scalarMult(secretKey, publicKey)))
        expect([encodeHex(secretKey), encodeHex(publicKey)]).toEqual(before)
      }),
      { numRuns: 20 },
    )
  })

  it('refuses points of low order, in any spelling', () => {
    const points = [
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0100000000000000000000000000000000000000000000000000000000000000',
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
      '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ]
    for (const point of points) {
      expect(() => x25519(new Uint8Array(32).fill(7), decodeHex(point)!)).toThrow()
    }
  })
})

describe('x25519PublicKey', () => {
  it('is the base point times the key', () => {
    const secretKey = new Uint8Array(32).fill(5)
    expect(x25519PublicKey(secretKey)).toEqual(nacl.scalarMult.base(secretKey))
  })
})

describe('findPlatformX25519', () => {
  it('finds nothing where there is nothing', () => {
    const scopes = [{}, { process: {} }, { process: { getBuiltinModule: () => undefined } }]
    for (const scope of [...scopes, { process: { getBuiltinModule: () => ({}) } }]) {
      expect(findPlatformX25519(scope)).toBe(undefined)
    }
  })
})
