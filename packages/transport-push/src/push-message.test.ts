import {
  boxPublicKey,
  encodeUtf8,
  openAnyBox,
  openBox,
  padWithSpaces,
  sealBox,
  sealLegacyBox,
} from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMailboxAddress, parseServerUrl } from './mailbox-address.ts'
import { parsePushMessage, sealPush } from './push-message.ts'

const SECRET = new Uint8Array(32).fill(3)
const KEY = boxPublicKey(SECRET)
const JWT = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln'
const URI = `me.uport:req/${JWT}?callback_type=post`

describe('sealPush', () => {
  test('pads twice, as old wallets expect, so that lengths near each other look the same', () => {
    const lengths = [1, 20].map((length) => {
      const box = sealPush({ jwt: 'a'.repeat(length), uri: 'b' }, KEY)
      const text = Buffer.from(openBox(box, SECRET)).toString()
      expect(text).toMatch(/^\{"message":"a+","url":"b"\} +$/)
      expect(text.length % 50).toBe(0)
      return Buffer.from(box.ciphertext, 'base64').length
    })
    expect(lengths).toEqual([16 + 64, 16 + 64])
  })

  test('brings both forms of the request; ours take the one that says how to reply', () => {
    const opened = openBox(sealPush({ jwt: JWT, uri: URI }, KEY), SECRET)
    expect(JSON.parse(Buffer.from(opened).toString())).toEqual({ message: JWT, url: URI })
    expect(parsePushMessage(opened)).toBe(URI)
  })
})

describe('parsePushMessage', () => {
  const padded = (value: object) => padWithSpaces(encodeUtf8(JSON.stringify(value)))

  test.each<[string, Uint8Array, string]>([
    ['spaces and NULs', openBox(sealBox(padded({ message: JWT }), KEY), SECRET), JWT],
    [
      'spaces, in a box of the first generation',
      openAnyBox(sealLegacyBox(padded({ url: URI }), KEY), SECRET),
      URI,
    ],
    ['NULs that nobody stripped', new Uint8Array([...padded({ message: JWT }), 0, 0, 0]), JWT],
    ['no padding', encodeUtf8(JSON.stringify({ message: JWT, title: 'x' })), JWT],
  ])('reads %s', (_, plaintext, expected) => {
    expect(parsePushMessage(plaintext)).toBe(expected)
  })

  test.each([
    [''],
    ['{}'],
    ['[]'],
    ['null'],
    ['"a"'],
    ['{"message":1}'],
    ['{"message":""}'],
    ['{"message":["a"]}'],
    ['{'],
    [`{"message":"${'x'.repeat(65_536)}"}`],
  ])('finds no request in %.20s', (text) => {
    expect(parsePushMessage(encodeUtf8(text))).toBeUndefined()
  })

  test('finds none in bytes that are no text, and takes long padding in linear time', () => {
    expect(parsePushMessage(new Uint8Array([0xff, 0xfe]))).toBeUndefined()
    expect(parsePushMessage(new Uint8Array(1_000_000).fill(0x20))).toBeUndefined()
  })

  test('never throws, and gives back what was sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = parsePushMessage(bytes)
        expect(text === undefined || text.length > 0).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        parsePushMessage(encodeUtf8(text))
      }),
    )
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (uri) => {
        expect(parsePushMessage(openBox(sealPush({ jwt: JWT, uri }, KEY), SECRET))).toBe(uri)
      }),
      { numRuns: 10 },
    )
  })
})

describe('parseMailboxAddress', () => {
  const id = 'A'.repeat(43)

  test.each([
    [`https://push.example/i/${id}`, 'https://push.example'],
    [`https://push.example/base/i/${id}`, 'https://push.example/base'],
    [`http://127.0.0.1:8080/i/${id}`, 'http://127.0.0.1:8080'],
  ])('reads %s', (url, server) => {
    expect(parseMailboxAddress(url)).toEqual({ url, server, id })
  })

  test.each([
    ['arn:aws:sns:us-west-2:1:endpoint/GCM/uPort/1'],
    [`https://push.example/i/${id}A`],
    [`https://push.example/i/${id}?x`],
    [`https://push.example/i/${id}#x`],
    [`https://user@push.example/i/${id}`],
    [`https://PUSH.example/i/${id}`],
    [`https://push.example:443/i/${id}`],
    [`https://push.example/../i/${id}`],
    [`javascript:alert(1)//i/${id}`],
    [`file:///i/${id}`],
    [`https://push.example/${'x'.repeat(1024)}/i/${id}`],
    [''],
  ])('refuses %.60s', (url) => {
    expect(parseMailboxAddress(url)).toBeUndefined()
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseMailboxAddress(text)
      }),
    )
  })
})

describe('parseServerUrl', () => {
  test.each([
    ['https://push.example/', 'https://push.example'],
    ['https://push.example/base//', 'https://push.example/base'],
    ['http://localhost:1', 'http://localhost:1'],
  ])('takes %s', (input, url) => {
    expect([parseServerUrl(input), parseServerUrl(new URL(input))]).toEqual([url, url])
  })

  test.each([
    ['push.example'],
    ['http://push.example'],
    ['https://a@b.example'],
    ['https://b.example/?x'],
    ['ftp://localhost'],
  ])('refuses %s', (input) => {
    expect(() => parseServerUrl(input)).toThrow(TypeError)
  })
})
