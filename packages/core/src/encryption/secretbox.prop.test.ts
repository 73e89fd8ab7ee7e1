import fc from 'fast-check'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { openSecretbox, sealSecretbox } from './secretbox.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const nonce = fc.uint8Array({ minLength: 24, maxLength: 24 })
const plaintext = fc.uint8Array({ maxLength: 300 })

describe('secretbox', () => {
  it('seals as NaCl does, opens what it sealed, and changes no input', () => {
    fc.assert(
      fc.property(plaintext, nonce, key, (message, once, secret) => {
        const inputs = [message.slice(), once.slice(), secret.slice()]
        const box = sealSecretbox(message, once, secret)
        expect(Array.from(box)).toEqual(Array.from(nacl.secretbox(message, once, secret)))
        const copy = box.slice()
        expect(Array.from(openSecretbox(box, once, secret)!)).toEqual(Array.from(message))
        expect(box).toEqual(copy)
        expect([message, once, secret]).toEqual(inputs)
      }),
      { numRuns: 60 },
    )
  })

  it('goes on behind the first block, and reads from the middle of a buffer', () => {
    const message = Uint8Array.from({ length: 70_001 }, (_, index) => index * 7)
    const around = new Uint8Array(61).fill(9)
    const [secret, once] = [around.subarray(1, 33), around.subarray(35, 59)]
    const box = sealSecretbox(message, once, secret)
    expect(Buffer.from(nacl.secretbox(message, once, secret)).equals(box)).toBe(true)
    expect(Buffer.from(openSecretbox(box, once, secret)!).equals(message)).toBe(true)
  })

  it('opens nothing of which one bit is another', () => {
    fc.assert(
      fc.property(plaintext, nonce, key, fc.nat(), (message, once, secret, at) => {
        const box = sealSecretbox(message, once, secret)
        box[(at >>> 3) % box.length]! ^= 1 << (at & 7)
        expect(openSecretbox(box, once, secret)).toBe(undefined)
      }),
      { numRuns: 60 },
    )
  })
})
