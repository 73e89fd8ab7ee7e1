import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLegacyTopic } from './legacy-topic.ts'

const enveloped = (members: object) =>
  JSON.stringify({ status: 'success', message: { id: 'x', expiration: '2020-01-01T00:00:00Z', ...members } })

describe('parseLegacyTopic', () => {
  test.each([
    ['a new topic', '{"status":"success"}', { hasEnded: false }],
    ['an empty one', enveloped({ content: null }), { hasEnded: false }],
    ['an empty one of the older server', '{"status":"success","message":{}}', { hasEnded: false }],
    [
      'content',
      enveloped({ content: '{"access_token":"a"}' }),
      { text: '{"access_token":"a"}', body: { access_token: 'a' }, hasEnded: false },
    ],
    [
      'content of the older server',
      '{"status":"success","message":{"tx":"0x1"}}',
      { text: '{"tx":"0x1"}', body: { tx: '0x1' }, hasEnded: false },
    ],
    [
      'a refusal, which is content and not the end',
      enveloped({ content: '{"error":"access_denied"}', error: 'access_denied' }),
      { text: '{"error":"access_denied"}', body: { error: 'access_denied' }, hasEnded: false },
    ],
    ['an expired topic', enveloped({ content: null, error: 'expired' }), { hasEnded: true }],
    ['content that is no JSON', enveloped({ content: '<html>' }), { text: '<html>', hasEnded: false }],
    ['content that is no object', enveloped({ content: '[1]' }), { text: '[1]', hasEnded: false }],
  ])('%s', (_, answer, expected) => {
    expect(parseLegacyTopic(answer)).toEqual(expected)
  })

  test.each([
    [''],
    ['<html>'],
    ['null'],
    ['[]'],
    ['{}'],
    ['{"status":"error","message":"x"}'],
    ['{"message":{}}'],
  ])('%s is no answer of such a server', (answer) => {
    expect(parseLegacyTopic(answer)).toBeUndefined()
  })

  test('never throws, and gives objects alone', () => {
    let bodies = 0
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.boolean(), (content, other, isEnveloped) => {
        const message: unknown = isEnveloped ? { content } : JSON.parse(other)
        const answer = parseLegacyTopic(JSON.stringify({ status: 'success', message }))
        expect(answer).toBeDefined()
        if (answer?.body === undefined) return
        bodies += 1
        expect(Object.prototype.toString.call(answer.body)).toBe('[object Object]')
      }),
      { numRuns: 500 },
    )
    expect(bodies).toBeGreaterThan(20)
  })
})
