import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 as ours, sha256OfText } from './hash.ts'
import { findPlatformSha256 } from './platform-sha256.ts'
import { encodeUtf8 } from './utf8.ts'

describe('SHA-256 of the platform', () => {
  it('is that of the portable library, in arrays of their own', () => {
    const platform = findPlatformSha256()
    expect(platform).toBeDefined()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(platform?.(bytes)).toEqual(sha256(bytes))
        expect(ours(bytes)).toEqual(sha256(bytes))
      }),
      { numRuns: 50 },
    )
    const digest = ours(Uint8Array.of(1))
    expect([digest.constructor, digest.buffer.byteLength]).toEqual([Uint8Array, 32])
  })

  it('hashes a text as its UTF-8 bytes, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(sha256OfText(text)).toEqual(sha256(encodeUtf8(text)))
      }),
      { numRuns: 50 },
    )
  })

  it('is not looked for where there is none', () => {
    const scopes = [
      {},
      { process: {} },
      { process: { getBuiltinModule: () => undefined } },
      { process: { getBuiltinModule: () => ({}) } },
    ]
    for (const scope of scopes) expect(findPlatformSha256(scope)).toBe(undefined)
  })
})
