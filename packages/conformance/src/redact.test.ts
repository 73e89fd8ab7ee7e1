import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, redact } from './redact.ts'

const HEX = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'

describe('redact', () => {
  it.each([
    [`key ${HEX} failed`, 'key […] failed'],
    [`key 0x${HEX.toUpperCase()}`, 'key […]'],
    ['digest [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,255] given', 'digest [[…]] given'],
    ['token eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiJ4In0.c2ln was refused', 'token […] was refused'],
    ['secret TGwIg6aRApN9YjFHG127Ywf+USlhcIJ5KuRo0Bo/NjIxOA== was refused', 'secret […] was refused'],
    [
      'fetch of https://me:pass@host.example/p?token=abc failed',
      'fetch of https://[…]@host.example/p?[…] failed',
    ],
  ])('takes out %j', (text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it.each([
    'connect ECONNREFUSED 127.0.0.1:8545',
    'must reject with DID_METHOD_UNSUPPORTED or DID_NOT_FOUND, and it was TypeError',
    "Cannot find package 'pkcs11js' imported from /srv/project/my-store.js",
    'how many won must be 1, and it was 20',
    'the cursors must be [1,2,3,4,5,6,7,8], and it was [1,2,3]',
  ])('leaves %j', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('gives one bounded line without control characters, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const line = redact(text)
        expect(line.length).toBeLessThanOrEqual(300)
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      }),
    )
  })

  it('finds 32 bytes in hexadecimal wherever they stand', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bytes, fc.string({ maxLength: 40 }), (secret, before) => {
        const hex = Buffer.from(secret).toString('hex')
        expect(redact(`${before} ${hex}.`)).not.toContain(hex)
      }),
    )
  })
})

describe('describeError', () => {
  it('names what was thrown', () => {
    expect(describeError(new TypeError('no session'))).toBe('TypeError: no session')
    expect(describeError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).toBe(
      'Error ECONNREFUSED: refused',
    )
    expect(describeError('text')).toBe('string was thrown: text')
    expect(describeError(undefined)).toBe('undefined was thrown: undefined')
    expect(describeError(Object.create(null))).toBe('object was thrown: a value without a text')
  })
})
