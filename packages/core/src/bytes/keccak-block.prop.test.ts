import { keccak_256, sha3_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keccak256 } from './hash.ts'
import { hashKeccakBlock, MAX_BLOCK_BYTES } from './keccak-block.ts'

it('is what the audited library says, at every length of a block', () => {
  for (let length = 0; length <= MAX_BLOCK_BYTES; length++) {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
        expect(hashKeccakBlock(bytes, 0x01)).toEqual(keccak_256(bytes))
        expect(hashKeccakBlock(bytes, 0x06)).toEqual(sha3_256(bytes))
      }),
      { numRuns: 3 },
    )
  }
})

it('is continued by the library beyond a block', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 130, maxLength: 300 }), (bytes) => {
      expect(keccak256(bytes)).toEqual(keccak_256(bytes))
    }),
    { numRuns: 60 },
  )
})
