import { describe, expect, it } from 'vitest'
import { createRequestUri, parseRequestUri } from './request-uri.ts'

const JWT = 'aa.b-_b.cc'

function refused(text: unknown, reason: string): void {
  expect(() => parseRequestUri(text)).toThrow(
    expect.objectContaining({ code: 'REQUEST_MALFORMED', data: { reason } }),
  )
}

describe('what is no request is refused with its reason', () => {
  it.each<[unknown, string]>([
    [7, 'it is not text'],
    [undefined, 'it is not text'],
    ['', 'it is neither a URI nor a JWT'],
    ['aa.bb', 'it is neither a URI nor a JWT'],
    ['aa.bb.cc.dd', 'it is neither a URI nor a JWT'],
    ['me.uport:req/aa.bb', 'it carries no JWT and its scheme is no address to fetch'],
    ['mailto:a@b.example', 'it carries no JWT and its scheme is no address to fetch'],
    ['me.uport:me?requestToken=x', 'its requestToken is no JWT'],
    ['me.uport:add', 'its attestations are no JWTs'],
    [`me.uport:add?attestations=${JWT},x`, 'its attestations are no JWTs'],
    [`me.uport:add?attestations=${Array(17).fill(JWT).join()}`, 'it carries too many credentials'],
  ])('%j', (text, reason) => {
    refused(text, reason)
  })

  it('beyond 66560 characters', () => {
    const longest = `${'a'.repeat(66_554)}.bb.cc`
    expect(parseRequestUri(longest)).toEqual({ kind: 'inline', jwt: longest })
    refused(`a${longest}`, 'it is too long')
  })
})

it('takes sixteen credentials in one link', () => {
  const jwts = Array<string>(16).fill(JWT)
  expect(parseRequestUri(`https://id.uport.me/add?attestations=${jwts.join()}`)).toEqual({
    ...{ kind: 'credentials', jwts },
  })
})

it.each(['https://a.example/x', 'http://127.0.0.1:1/r/1#h', 'https://a.example/req/none'])(
  'takes %s for a reference',
  (text) => {
    expect(parseRequestUri(` ${text} `)).toEqual({ kind: 'reference', url: new URL(text) })
  },
)

describe('a request is written', () => {
  it.each([
    [undefined, undefined, `me.uport:req/${JWT}?callback_type=post`],
    ['https://a.example/req', undefined, `https://a.example/req/${JWT}?callback_type=post`],
    ['https://a.example/req/', 'universal', `https://a.example/req/${JWT}?callback_type=post`],
    ['https://a.example/req/', 'scheme', `me.uport:req/${JWT}?callback_type=post`],
    [undefined, 'legacy', `https://id.uport.me/req/${JWT}?callback_type=post`],
  ] as const)('with the universal links %s as %s: %s', (universal, form, uri) => {
    expect(createRequestUri(JWT, 'post', { universal }, form)).toBe(uri)
    expect(parseRequestUri(uri)).toEqual({ kind: 'inline', jwt: JWT, replyMode: 'post' })
  })

  it('by universal link only where the application has one', () => {
    expect(() => createRequestUri(JWT, 'redirect', {}, 'universal')).toThrow('links.universal is not set')
    expect(createRequestUri(JWT, 'redirect')).toBe(`me.uport:req/${JWT}?callback_type=redirect`)
  })
})
