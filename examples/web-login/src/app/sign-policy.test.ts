import { encodeBase64url, encodeUtf8, type JsonObject } from '@uport-kit/core'
import { expect, it } from 'vitest'
import { judgeSigningInput } from './sign-policy.ts'

const NOW = 1_800_000_000
const RULES = {
  did: 'did:uport:library',
  guestBook: '0x00000000000000000000000000000000000000aa',
  relayUrl: 'http://127.0.0.1:7',
  now: NOW,
}
const GOOD: JsonObject = {
  iat: NOW,
  exp: NOW + 120,
  callback: 'http://127.0.0.1:7/t/abc',
  boxPub: 'x',
  net: '0x7a69',
  to: '0x00000000000000000000000000000000000000AA',
  from: '0x00000000000000000000000000000000000000bb',
  fn: 'sign(string x)',
  data: '0x12',
  type: 'ethtx',
  iss: 'did:uport:library',
}

const encode = (value: JsonObject) => encodeBase64url(encodeUtf8(JSON.stringify(value)))
const input = (payload: JsonObject) => `${encode({ typ: 'JWT', alg: 'ES256K' })}.${encode(payload)}`

it('signs a line for the guest book', () => {
  expect(judgeSigningInput(input(GOOD), RULES)).toEqual(GOOD)
  expect(judgeSigningInput(input({ ...GOOD, value: '0x0' }), RULES)).toBeDefined()
})

it.each<[string, JsonObject]>([
  ['money', { value: '0x1' }],
  ['another contract', { to: '0x00000000000000000000000000000000000000ab' }],
  ['a contract that is made', { to: null }],
  ['a login', { type: 'shareReq' }],
  ['a push', { type: 'push' }],
  ['a credential', { type: null, sub: 'did:uport:x', claim: { residence: true } }],
  ['another issuer', { iss: 'did:uport:town' }],
  ['a long life', { exp: NOW + 601 }],
  ['a life without end', { exp: null }],
  ['a later beginning', { iat: NOW + 61 }],
  ['an answer to elsewhere', { callback: 'http://127.0.0.1:70/t/abc' }],
  ['an answer to a look-alike', { callback: 'http://127.0.0.1:7.evil.example/t/abc' }],
  ['a way back to elsewhere', { redirect_url: 'https://evil.example/' }],
  ['credentials of others', { vc: ['a.b.c'] }],
])('does not sign %s', (_, change) => {
  expect(judgeSigningInput(input({ ...GOOD, ...change }), RULES)).toBeUndefined()
})

it.each([undefined, 7, '', 'x', 'a.b', '.', `${'x'.repeat(9000)}`, `${input(GOOD)}.x`])(
  'does not sign what is no token: %s',
  (text) => {
    expect(judgeSigningInput(text, RULES)).toBeUndefined()
  },
)
