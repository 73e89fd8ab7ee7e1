import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didFromMnid, foldDid, isDid, mnidFromDid, parseDid, sameDid } from './did.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const BAD_CHECKSUM = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqU'
const ADDRESS = '0x00521965E7bd230323c423d96c657db5b79d099f'

const invalid = expect.objectContaining({ code: 'DID_INVALID' })
const invalidMnid = expect.objectContaining({ code: 'MNID_INVALID' })

describe('parseDid', () => {
  it.each([
    ['did:a:b', { did: 'did:a:b', method: 'a', id: 'b' }],
    [
      'did:web:x.example%3A8443:u::v',
      { did: 'did:web:x.example%3A8443:u::v', method: 'web', id: 'x.example%3A8443:u::v' },
    ],
    ['did:a:b/', { did: 'did:a:b', method: 'a', id: 'b', path: '/' }],
    ['did:a:b?', { did: 'did:a:b', method: 'a', id: 'b', query: '' }],
    ['did:a:b#', { did: 'did:a:b', method: 'a', id: 'b', fragment: '' }],
    [
      'did:a:b/p/q?r=/s?#t/u?',
      { did: 'did:a:b', method: 'a', id: 'b', path: '/p/q', query: 'r=/s?', fragment: 't/u?' },
    ],
    ['did:constructor:x', { did: 'did:constructor:x', method: 'constructor', id: 'x' }],
  ])('takes %s apart', (text, parts) => {
    expect(parseDid(text)).toStrictEqual(parts)
  })

  it.each([
    '',
    'did:',
    'did:a',
    'did:a:',
    'did::b',
    'did:a:b:',
    'DID:a:b',
    'did:A:b',
    'did:a-b:c',
    'did:a:b c',
    'did:a:b\n',
    ' did:a:b',
    'did:a:b%4',
    'did:a:b%zz',
    'did:a:b#c#d',
    'did:a:é',
    'did:a:b;c=d',
    MNID,
    undefined,
    null,
    1,
    ['did:a:b'],
  ])('refuses %j', (hostile) => {
    expect(() => parseDid(hostile)).toThrow(invalid)
    expect(isDid(hostile)).toBe(false)
  })

  it('refuses long texts unread, and reads the longest in linear time', () => {
    expect(() => parseDid(`did:a:${'b'.repeat(5000)}`)).toThrow(invalid)
    for (const hostile of ['b:', '%41', '%4', 'b/', ':']) {
      const text = `did:a:${hostile.repeat(Math.floor(4000 / hostile.length))}\n`
      expect(() => parseDid(text)).toThrow(invalid)
    }
  })

  it('names what is a DID by itself', () => {
    expect(isDid('did:a:b')).toBe(true)
    expect(isDid('did:a:b#c')).toBe(false)
    expect(isDid('did:a:b?')).toBe(false)
  })
})

describe('foldDid', () => {
  it.each([
    ['did:a:B', 'did:a:B'],
    [MNID, `did:uport:${MNID}`],
    [`did:uport:${MNID}`, `did:uport:${MNID}`],
    [`did:ethr:${ADDRESS}`, `did:ethr:${ADDRESS.toLowerCase()}`],
    [`did:ethr:0x2A:${ADDRESS}`, `did:ethr:0x2a:${ADDRESS.toLowerCase()}`],
    [`did:ethr:Rinkeby:${ADDRESS}`, `did:ethr:Rinkeby:${ADDRESS.toLowerCase()}`],
    [`did:pkh:eip155:1:${ADDRESS}`, `did:pkh:eip155:1:${ADDRESS.toLowerCase()}`],
    [`did:web:${ADDRESS}`, `did:web:${ADDRESS}`],
  ])('%s becomes %s', (text, folded) => {
    expect(foldDid(text)).toBe(folded)
  })

  it.each([
    'hello',
    BAD_CHECKSUM,
    ADDRESS,
    'https://x.example',
    'did:a:b#c',
    `did:uport:${MNID}/x`,
    '',
    ` ${MNID}`,
  ])('refuses %j', (hostile) => {
    expect(() => foldDid(hostile)).toThrow(invalid)
  })

  it('refuses what is no text', () => {
    expect(() => foldDid(undefined as never)).toThrow(invalid)
  })
})

describe('sameDid', () => {
  it('compares folded', () => {
    expect(sameDid(MNID, `did:uport:${MNID}`)).toBe(true)
    expect(sameDid(`did:ethr:${ADDRESS}`, `did:ethr:${ADDRESS.toLowerCase()}`)).toBe(true)
    expect(sameDid('did:a:b', 'did:a:B')).toBe(false)
  })

  it('never throws, and what is no DID equals nothing', () => {
    expect(sameDid('hello', 'hello')).toBe(false)
    expect(sameDid(undefined, undefined)).toBe(false)
    expect(sameDid('did:a:b', undefined)).toBe(false)
    expect(sameDid(1 as never, 1 as never)).toBe(false)
  })
})

describe('MNIDs and DIDs', () => {
  it('stand for each other', () => {
    expect(didFromMnid(MNID)).toBe(`did:uport:${MNID}`)
    expect(mnidFromDid(didFromMnid(MNID))).toEqual({ network: 1n, address: ADDRESS.toLowerCase() })
    expect(mnidFromDid(MNID).network).toBe(1n)
  })

  it('are refused otherwise', () => {
    expect(() => didFromMnid(BAD_CHECKSUM)).toThrow(invalidMnid)
    expect(() => mnidFromDid(`did:uport:${BAD_CHECKSUM}`)).toThrow(invalidMnid)
    expect(() => mnidFromDid(BAD_CHECKSUM)).toThrow(invalidMnid)
    expect(() => mnidFromDid(`did:ethr:${MNID}`)).toThrow(invalid)
    expect(() => mnidFromDid(`did:uport:${MNID}#keys-1`)).toThrow(invalid)
  })
})

describe('any text', () => {
  const character = fc.constantFrom(...'did:ethrupo0xaA/?#%4.-_ é')
  const text = fc.string({ unit: character, maxLength: 60 }).map((rest) => `did:${rest}`)

  it('is refused, or put together again from its parts', () => {
    fc.assert(
      fc.property(text, (url) => {
        let parsed: ReturnType<typeof parseDid>
        try {
          parsed = parseDid(url)
        } catch (error) {
          expect(error).toEqual(invalid)
          return
        }
        const query = parsed.query === undefined ? '' : `?${parsed.query}`
        const fragment = parsed.fragment === undefined ? '' : `#${parsed.fragment}`
        expect(`${parsed.did}${parsed.path ?? ''}${query}${fragment}`).toBe(url)
        expect(isDid(parsed.did)).toBe(true)
        expect(foldDid(foldDid(parsed.did))).toBe(foldDid(parsed.did))
        expect(sameDid(parsed.did, foldDid(parsed.did))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
