import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64 } from '../bytes/base64.ts'
import { concatBytes } from '../bytes/concat.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { cidFromDigest } from './cid.ts'
import {
  createIdentityDocument,
  decodeIdentityKey,
  parseIdentityDocument,
  serializeIdentityDocument,
} from './identity-document.ts'

const POINT = decodeHex(
  '04848b547c6effe251b6e9f69c3bc6845b7997963554703aa41bc1b4c8d8db787ac966938139d5b36f404b89727fbc279153a20ad43ff25da0c30edb8b84d9c836',
)!
const ENCRYPTION_KEY = decodeBase64('bpEGZfAtubOkFSsIdZFSlMN30hYlNOjHzS7LJgep82A=')!
const CID = 'QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'

const invalid = expect.objectContaining({ code: 'IDENTITY_DOCUMENT_INVALID' })

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}

/** The CID that `ipfs add` gives a file of one block: UnixFS file node in dag-pb, sha2-256. */
function cidOf(content: Uint8Array): string {
  const size = varint(content.length)
  const file = concatBytes(Uint8Array.of(0x08, 2, 0x12, ...size), content, Uint8Array.of(0x18, ...size))
  return cidFromDigest(sha256(concatBytes(Uint8Array.of(0x0a, ...varint(file.length)), file)))
}

describe('createIdentityDocument', () => {
  it('gives the published example byte for byte', () => {
    const document = createIdentityDocument({
      type: 'Person',
      publicKey: POINT,
      publicEncKey: ENCRYPTION_KEY,
    })
    const bytes = serializeIdentityDocument(document)
    expect(bytes).toHaveLength(258)
    expect(cidOf(bytes)).toBe('QmNVHxsMAXvYktfHLYhRjcL7hGBBojTwY7mnJKsJweCZJK')
  })

  it('writes members in one order, whatever the order of the input', () => {
    const document = createIdentityDocument({
      profile: { network: 'rinkeby', address: 'x' },
      url: 'https://x.example',
      image: CID,
      description: 'd',
      name: 'n',
      publicEncKey: ENCRYPTION_KEY,
      publicKey: POINT,
      type: 'App',
    })
    expect(Object.keys(document)).toEqual([
      '@context',
      '@type',
      'publicKey',
      'publicEncKey',
      'name',
      'description',
      'image',
      'url',
      'network',
      'address',
    ])
    expect(document['image']).toEqual({ '@type': 'ImageObject', name: 'avatar', contentUrl: `/ipfs/${CID}` })
    expect(Object.isFrozen(document)).toBe(true)
  })

  it('decompresses the key', () => {
    const compressed = secp256k1.Point.fromBytes(POINT).toBytes(true)
    const document = createIdentityDocument({ type: 'Person', publicKey: compressed })
    expect(document.publicKey).toBe(`0x${encodeHex(POINT)}`)
  })

  it('takes an image by link too', () => {
    const document = createIdentityDocument({ type: 'Person', publicKey: POINT, image: `/ipfs/${CID}` })
    expect(document['image']).toMatchObject({ contentUrl: `/ipfs/${CID}` })
  })

  it.each([
    ['a type that is none', { type: 'Robot' as 'Person', publicKey: POINT }],
    ['a point off the curve', { type: 'Person', publicKey: POINT.with(64, 0) }],
    ['a key that is none', { type: 'Person', publicKey: new Uint8Array(32) }],
    ['a short encryption key', { type: 'Person', publicKey: POINT, publicEncKey: new Uint8Array(31) }],
    ['an image on the web', { type: 'Person', publicKey: POINT, image: 'https://x.example/a.png' }],
    ['a profile over other members', { type: 'Person', publicKey: POINT, profile: { publicKey: 'x' } }],
    ['a profile that is no JSON', { type: 'Person', publicKey: POINT, profile: { x: new Date() as never } }],
  ] as const)('refuses %s', (_, input) => {
    expect(() => createIdentityDocument(input)).toThrow(TypeError)
  })
})

describe('parseIdentityDocument', () => {
  const hex = encodeHex(POINT)
  const compressed = encodeHex(secp256k1.Point.fromBytes(POINT).toBytes(true))

  it.each([`0x${hex}`, hex, `0x${hex.toUpperCase()}`, `0x${compressed}`, compressed])(
    'reads the key %s',
    (publicKey) => {
      const document = parseIdentityDocument({ publicKey })
      expect(document.publicKey).toBe(publicKey)
      expect([33, 65]).toContain(decodeIdentityKey(document).length)
    },
  )

  it('reads what it wrote, as bytes or as JSON', () => {
    const document = createIdentityDocument({
      type: 'Person',
      publicKey: POINT,
      publicEncKey: ENCRYPTION_KEY,
      name: 'Zoë',
    })
    const bytes = serializeIdentityDocument(document)
    expect(parseIdentityDocument(bytes)).toEqual(document)
    expect(parseIdentityDocument(JSON.parse(decodeUtf8(bytes)!))).toEqual(document)
  })

  it('copies and freezes', () => {
    const source = { publicKey: hex, image: { contentUrl: '/ipfs/x' } }
    const document = parseIdentityDocument(source)
    source.image.contentUrl = 'changed'
    expect(document['image']).toEqual({ contentUrl: '/ipfs/x' })
    expect(Object.isFrozen(document) && Object.isFrozen(document['image'])).toBe(true)
  })

  it('takes an encryption key without padding', () => {
    const publicEncKey = 'bpEGZfAtubOkFSsIdZFSlMN30hYlNOjHzS7LJgep82A'
    expect(parseIdentityDocument({ publicKey: hex, publicEncKey }).publicEncKey).toBe(publicEncKey)
  })

  it('keeps a member called __proto__ a member', () => {
    const document = parseIdentityDocument(encodeUtf8(`{"publicKey":"${hex}","__proto__":{"polluted":true}}`))
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
    expect('polluted' in document).toBe(false)
    expect(Object.keys(document)).toContain('__proto__')
  })

  it.each([
    ['no object', null],
    ['an array', [{ publicKey: hex }]],
    ['text', `{"publicKey":"${hex}"}`],
    ['no key', { name: 'x' }],
    ['keys in a list', { publicKey: [hex] }],
    ['a private key', { publicKey: '11'.repeat(32) }],
    ['a key of the wrong form', { publicKey: `05${hex.slice(2)}` }],
    ['a key that is no hex', { publicKey: `0x${'zz'.repeat(65)}` }],
    ['a short encryption key', { publicKey: hex, publicEncKey: 'AAAA' }],
    ['an encryption key that is no text', { publicKey: hex, publicEncKey: 1 }],
    ['a member that is no JSON', { publicKey: hex, x: () => 1 }],
    [
      'too many members',
      Object.fromEntries([['publicKey', hex], ...Array.from({ length: 64 }, (_, i) => [`m${i}`, 1])]),
    ],
    ['a huge member', { publicKey: hex, x: 'x'.repeat(70_000) }],
    ['deep nesting', JSON.parse(`{"publicKey":"${hex}","x":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
    ['bytes that are no UTF-8', Uint8Array.of(0xc3, 0x28)],
    ['bytes that are no JSON', encodeUtf8('{')],
    ['too many bytes', new Uint8Array(70_000).fill(0x20)],
  ])('refuses %s', (_, source) => {
    expect(() => parseIdentityDocument(source)).toThrow(invalid)
  })

  it('refuses any other JSON with its code', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(() => parseIdentityDocument(value)).toThrow(invalid)
        expect(() => parseIdentityDocument(encodeUtf8(JSON.stringify(value)))).toThrow(invalid)
      }),
    )
  })

  it('refuses a hand-made document whose key is none', () => {
    expect(() => decodeIdentityKey({ publicKey: 'secret?' })).toThrow(invalid)
  })
})
