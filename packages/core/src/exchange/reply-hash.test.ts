import { expect, it } from 'vitest'
import { sha256Base64url } from '../bytes/hash.ts'
import { replyHash, signingInputOf } from './reply-hash.ts'

it('is the same whatever the order of the parameters and the form of a signature', () => {
  const hash = replyHash({ access_token: 'aa.bb.cc', tx: '0x1', status: 'ok' })
  expect(replyHash({ tx: '0x1', status: 'ok', access_token: 'aa.bb.dd' })).toBe(hash)
  expect(replyHash({ status: 'ok', access_token: 'aa.bb.', tx: '0x1' })).toBe(hash)
  expect(hash).toBe(sha256Base64url('[["access_token","aa.bb"],["status","ok"],["tx","0x1"]]'))
})

it.each<[string, Readonly<Record<string, string>>]>([
  ['another payload', { access_token: 'aa.bc.cc' }],
  ['another header', { access_token: 'ab.bb.cc' }],
  ['another name', { verification: 'aa.bb.cc' }],
  ['one more parameter', { access_token: 'aa.bb.cc', tx: '' }],
  ['no parameter', {}],
])('differs for %s', (_, params) => {
  expect(replyHash(params)).not.toBe(replyHash({ access_token: 'aa.bb.cc' }))
})

it.each([
  ['aa.b-_b.cc', 'aa.b-_b'],
  ['aa.bb.', 'aa.bb'],
  ['aa.bb', 'aa.bb'],
  ['aa.bb.cc.dd', 'aa.bb.cc.dd'],
  [' aa.bb.cc', ' aa.bb.cc'],
  ['aa.bb.cc ', 'aa.bb.cc '],
  ['aa..cc', 'aa..cc'],
  ['.bb.cc', '.bb.cc'],
  ['a=.bb.cc', 'a=.bb.cc'],
  ['0x1', '0x1'],
])('takes of %j what is signed: %j', (text, input) => {
  expect(signingInputOf(text)).toBe(input)
})
