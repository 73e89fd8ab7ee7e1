import { expect, it } from 'vitest'
import { mnidOf, shortDid, shortHex } from './did-text.ts'
import { etherText, roughEtherText } from './ether-text.ts'
import { dateText, timeAgo, timeLeft } from './time-text.ts'

it('shortens identifiers in their middle', () => {
  expect(shortDid('did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX')).toBe('did:uport:2nQtiQ…xUkqX')
  expect(shortDid('did:web:app.example')).toBe('did:web:app.example')
  expect(shortHex('0xc0ffee254729296a45a3885639ac7e10f9d54979')).toBe('0xc0ffee…d54979')
  expect(mnidOf('did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX')).toBe('2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX')
  expect(mnidOf('did:key:z6Mk')).toBeUndefined()
})

it('writes amounts exactly, and rounds balances down but never to nothing', () => {
  expect(etherText(0n)).toBe('0 ETH')
  expect(etherText(1n)).toBe('0.000000000000000001 ETH')
  expect(etherText(1_234_567n * 10n ** 18n + 5n * 10n ** 17n)).toBe('1\u202f234\u202f567.5 ETH')
  expect(roughEtherText(1n)).toBe('less than 0.000001 ETH')
  expect(roughEtherText(1_999_999_999_999_999_999n)).toBe('1.999999 ETH')
  expect(roughEtherText(0n)).toBe('0 ETH')
})

it('counts down, and says how long ago', () => {
  expect([187, 60, 0.2, -5].map(timeLeft)).toEqual(['3:07', '1:00', '0:01', '0:00'])
  expect([3600, 100_000, 400_000].map(timeLeft)).toEqual(['1 h 0 min', '27 h 46 min', '4 days'])
  expect([1000, 940, 880, 1010].map((at) => timeAgo(at, 1000))).toEqual([
    'just now',
    '1 min ago',
    '2 min ago',
    'just now',
  ])
  expect(timeAgo(0, 7200)).toBe('2 h ago')
  expect(dateText(1e18)).toBe('an impossible date')
})
