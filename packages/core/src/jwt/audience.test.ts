import { describe, expect, it } from 'vitest'
import { type AudienceRules, checkAudience, readAudience } from './audience.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const ETHR = 'did:ethr:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74'
const CALLBACK = 'https://app.example/callback?id=1'

describe('readAudience', () => {
  it('reads text and texts', () => {
    expect(readAudience({})).toBeUndefined()
    expect(readAudience({ aud: 'a' })).toEqual(['a'])
    expect(readAudience({ aud: '' })).toEqual([''])
    expect(readAudience({ aud: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(readAudience({ aud: [] })).toEqual([])
  })

  it.each([null, 1, true, {}, [1], ['a', null], [['a']], { 0: 'a', length: 1 }])('refuses %j', (aud) => {
    expect(() => readAudience({ aud })).toThrow(
      expect.objectContaining({
        code: 'JWT_CLAIM_INVALID',
        data: { claim: 'aud', reason: 'not text or an array of texts' },
      }),
    )
  })
})

describe('checkAudience', () => {
  const match: (readonly [readonly string[] | undefined, AudienceRules])[] = [
    [undefined, {}],
    [undefined, { audience: ETHR, callback: CALLBACK }],
    [undefined, { requireAudience: false }],
    [[ETHR], { audience: ETHR }],
    [[ETHR], { audience: ['did:test:a', ETHR] }],
    [[ETHR], { audience: ETHR, requireAudience: true }],
    [['did:ethr:0xF3BEAC30C498D9E26865F34FCAA57DBB935B0D74'], { audience: ETHR }],
    [[MNID], { audience: `did:uport:${MNID}` }],
    [[`did:uport:${MNID}`], { audience: MNID }],
    [['did:test:b', 'https://b.example', ETHR], { audience: ETHR }],
    [[CALLBACK], { callback: CALLBACK }],
    [[CALLBACK], { audience: ETHR, callback: CALLBACK }],
    [['did:test:b', CALLBACK], { callback: CALLBACK }],
    [['any name'], { audience: 'any name' }],
  ]
  it.each(match)('%j is addressed to %j', (audience, rules) => {
    expect(checkAudience(audience, rules)).toBeUndefined()
  })

  const mismatch: (readonly [readonly string[] | undefined, AudienceRules, readonly string[]])[] = [
    [undefined, { requireAudience: true }, []],
    [undefined, { requireAudience: true, audience: ETHR }, [ETHR]],
    [[], { audience: ETHR }, [ETHR]],
    [[''], { audience: ETHR, callback: CALLBACK }, [ETHR, CALLBACK]],
    [[''], { audience: '', callback: '' }, ['', '']],
    [[ETHR], {}, []],
    [[ETHR], { audience: [] }, []],
    [[ETHR], { audience: ['did:test:a', 'did:test:b'] }, ['did:test:a', 'did:test:b']],
    [[ETHR], { callback: CALLBACK }, [CALLBACK]],
    [[CALLBACK], { audience: ETHR }, [ETHR]],
    [[`${CALLBACK}&`], { callback: CALLBACK }, [CALLBACK]],
    [[CALLBACK.toUpperCase()], { callback: CALLBACK }, [CALLBACK]],
    [[`${ETHR}#owner`], { audience: ETHR }, [ETHR]],
    [['hello'], { audience: 'did:uport:hello' }, ['did:uport:hello']],
    [[MNID.toLowerCase()], { audience: MNID }, [MNID]],
  ]
  it.each(mismatch)('%j is not addressed to %j', (audience, rules, expected) => {
    expect(() => checkAudience(audience, rules)).toThrow(
      expect.objectContaining({
        code: 'JWT_AUDIENCE_MISMATCH',
        data: { audience: audience ?? [], expected },
      }),
    )
  })

  it('says whether the verifier has a name', () => {
    expect(() => checkAudience([ETHR], {})).toThrow('configure its audience or callback')
    expect(() => checkAudience([ETHR], { callback: CALLBACK })).toThrow('not addressed to this verifier')
  })
})
