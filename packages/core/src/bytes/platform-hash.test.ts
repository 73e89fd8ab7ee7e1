import { sha256 } from '@noble/hashes/sha2.js'
import { sha3_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 as ours } from './hash.ts'
import { encodeHex } from './hex.ts'
import { findPlatformHash } from './platform-hash.ts'

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
