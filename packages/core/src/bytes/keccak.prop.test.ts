import { keccak_256, sha3_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeHex } from './hex.ts'
import { hashKeccak } from './keccak.ts'
import { findPlatformKeccak } from './platform-keccak.ts'

const node = { process: { getBuiltinModule: () => undefined } }
const inWebAssembly = findPlatformKeccak({ ...node, WebAssembly })!

describe.each([
  ['in JavaScript', hashKeccak],
  ['in WebAssembly', inWebAssembly],
])('Keccak %s', (_, hash) => {
  it.each([
    ['', 'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a'],
    ['abc', '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376',
    ],
  ])('has the digest of %j that NIST gives for SHA3-256', (text, digest) => {
    expect(encodeHex(hash(new TextEncoder().encode(text), 0x06))).toBe(digest)
  })

  it('is what the audited library says, at every length of two blocks', () => {
    for (let length = 0; length <= 273; length++) {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: length, maxLength: length }), (bytes) => {
          expect(hash(bytes, 0x01)).toEqual(keccak_256(bytes))
          expect(hash(bytes, 0x06)).toEqual(sha3_256(bytes))
        }),
        { numRuns: 2 },
      )
    }
  })

  it('is so for long inputs, and leaves them as they are', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index * 7)
    const before = bytes.slice()
    expect(hash(bytes, 0x01)).toEqual(keccak_256(bytes))
    expect(bytes).toEqual(before)
  })

  it('reads as many bytes as it is told, and writes as many, in an array of its own', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
    for (const length of [0, 22, 136, 299]) {
      const digest = hash(bytes, 0x06, length, 4)
      expect(digest).toEqual(sha3_256(bytes.slice(0, length)).slice(0, 4))
      expect([digest.constructor, digest.buffer.byteLength]).toEqual([Uint8Array, 4])
    }
  })
})

describe('Keccak of the platform', () => {
  it('is not looked for in pages, nor where there is no WebAssembly', () => {
    for (const scope of [{}, { WebAssembly }, { process: {}, WebAssembly }, node]) {
      expect(findPlatformKeccak(scope)).toBe(undefined)
    }
  })

  it('is that in JavaScript where no code may be generated', () => {
    class Module extends WebAssembly.Module {
      constructor(source: BufferSource) {
        super(source)
        throw new WebAssembly.CompileError()
      }
    }
    const hash = findPlatformKeccak({ ...node, WebAssembly: { Instance: WebAssembly.Instance, Module } })!
    const bytes = Uint8Array.of(1, 2, 3)
    expect(hash(bytes, 0x01)).toEqual(keccak_256(bytes))
    expect(hash(bytes, 0x06, 2, 4)).toEqual(sha3_256(bytes.slice(0, 2)).slice(0, 4))
  })

  it('is made at the first call', () => {
    let modules = 0
    class Module extends WebAssembly.Module {
      constructor(source: BufferSource) {
        super(source)
        modules++
      }
    }
    const hash = findPlatformKeccak({ ...node, WebAssembly: { Instance: WebAssembly.Instance, Module } })!
    expect(modules).toBe(0)
    for (const byte of [1, 2])
      expect(hash(Uint8Array.of(byte), 0x01)).toEqual(keccak_256(Uint8Array.of(byte)))
    expect(modules).toBe(1)
  })

  it('starts from nothing after a call that failed half-way', () => {
    const hostile = new Proxy(Uint8Array.of(1, 2, 3), {
      get: (bytes, name) => {
        if (name === '2') throw new RangeError()
        return Reflect.get(bytes, name)
      },
    })
    expect(() => inWebAssembly(hostile, 0x01, 3)).toThrow(RangeError)
    expect(inWebAssembly(Uint8Array.of(9), 0x01)).toEqual(keccak_256(Uint8Array.of(9)))
  })
})
