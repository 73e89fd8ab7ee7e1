import { sha256 } from '@noble/hashes/sha2.js'
import { sha3_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 as ours, sha256OfText } from './hash.ts'
import { encodeHex } from './hex.ts'
import { findPlatformHash } from './platform-hash.ts'
import { encodeUtf8 } from './utf8.ts'

describe('hashes of the platform', () => {
  it('are those of the portable library, in arrays of their own', () => {
    const platform = findPlatformHash()
    expect(platform?.sha3Hex).toBeDefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(platform?.sha256(bytes)).toEqual(sha256(bytes))
        expect(platform?.sha3Hex?.(bytes)).toBe(encodeHex(sha3_256(bytes)))
        expect(ours(bytes)).toEqual(sha256(bytes))
      }),
      { numRuns: 50 },
    )
    const digest = ours(Uint8Array.of(1))
    expect([digest.constructor, digest.buffer.byteLength]).toEqual([Uint8Array, 32])
  })

  it('hash a text as its UTF-8 bytes, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(sha256OfText(text)).toEqual(sha256(encodeUtf8(text)))
      }),
      { numRuns: 50 },
    )
  })

  it('are not looked for where there are none', () => {
    const hash = () => new Uint8Array(32)
    const scopes = [
      {},
      { process: {} },
      { process: { getBuiltinModule: () => undefined } },
      { process: { getBuiltinModule: () => ({ getHashes: () => ['sha256'] }) } },
    ]
    for (const scope of scopes) expect(findPlatformHash(scope)).toBe(undefined)
    const poor = { process: { getBuiltinModule: () => ({ hash, getHashes: () => ['sha256'] }) } }
    expect(findPlatformHash(poor)?.sha3Hex).toBe(undefined)
  })
})
