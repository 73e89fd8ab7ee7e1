import { keccak_256, sha3_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hashKeccak } from './keccak.ts'

it('is what the audited library says, at every length of two blocks', () => {
  for (let length = 0; length <= 273; length++) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
        expect(hashKeccak(bytes, 0x01)).toEqual(keccak_256(bytes))
        expect(hashKeccak(bytes, 0x06)).toEqual(sha3_256(bytes))
      }),
      { numRuns: 2 },
    )
  }
})

it('is so for long inputs, and leaves them as they are', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index * 7)
  const before = bytes.slice()
  expect(hashKeccak(bytes, 0x01)).toEqual(keccak_256(bytes))
  expect(bytes).toEqual(before)
})
