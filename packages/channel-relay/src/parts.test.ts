import { ManualClock } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Attempt, AttemptTimeout } from './attempt.ts'
import { Backoff } from './backoff.ts'
import { Closing } from './closing.ts'
import { parseMessageEvent, parseMessages } from './relay-message.ts'
import { parseRelayUrl } from './relay-url.ts'
import { createSecretId, secretIdOf } from './secret-id.ts'

describe('secretIdOf', () => {
  test('hashes label and secret', () => {
    const secret = 'A'.repeat(43)
    // printf 'uport-kit/topic/1' followed by 32 zero bytes, through sha256sum.
    expect(secretIdOf('topic', secret).id).toBe('6Hws-eospOvxURSW8Jd1P0k9tGlxsKURz8KGg3GP8JA')
    expect(secretIdOf('reference', secret).id).not.toBe(secretIdOf('topic', secret).id)
    expect(createSecretId('topic', (length) => new Uint8Array(length)).secret).toBe(secret)
  })

  test.each([['A'.repeat(42)], ['A'.repeat(44)], [`${'A'.repeat(42)}B`], [`${'A'.repeat(42)}+`]])(
    'refuses %s',
    (secret) => {
      expect(() => secretIdOf('topic', secret)).toThrow(TypeError)
    },
  )
})

describe('parseRelayUrl', () => {
  test.each([
    ['https://relay.example', 'https://relay.example'],
    ['https://relay.example/base//', 'https://relay.example/base'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://localhost', 'http://localhost'],
  ])('takes %s', (input, url) => {
    expect(parseRelayUrl(input, false)).toBe(url)
    expect(parseRelayUrl(new URL(input), false)).toBe(url)
  })

  test.each([
    ['relay.example'],
    ['http://relay.example'],
    ['http://127.0.0.1.example'],
    ['http://localhost.example'],
    ['ftp://127.0.0.1'],
    ['https://user@relay.example'],
    ['https://relay.example?x'],
    ['https://relay.example#x'],
  ])('refuses %s', (input) => {
    expect(() => parseRelayUrl(input, false)).toThrow(TypeError)
  })

  test('takes http from elsewhere where it is allowed', () => {
    expect(parseRelayUrl('http://relay:8080', true)).toBe('http://relay:8080')
    expect(() => parseRelayUrl('ftp://relay', true)).toThrow(TypeError)
  })
})

describe('relay messages', () => {
  test('are read from polls and events', () => {
    expect(parseMessages('{"messages":[]}')).toEqual([])
    expect(parseMessages('{"messages":[{"cursor":1,"body":{"a":1},"more":2}]}')).toEqual([
      { cursor: 1, body: { a: 1 } },
    ])
    expect(parseMessageEvent({ id: '3', data: '{"a":1}' })).toEqual({ cursor: 3, body: { a: 1 } })
  })

  test.each([
    ['', '[]', 'null', '{}', '{"messages":{}}', '{"messages":[1]}', '{"messages":[{"cursor":0,"body":{}}]}'],
    [
      '{"messages":[{"cursor":1.5,"body":{}}]}',
      '{"messages":[{"cursor":1,"body":[]}]}',
      '{"messages":[{"cursor":1}]}',
    ],
  ])('are refused in any other form', (...texts) => {
    for (const text of texts) expect(parseMessages(text)).toBeUndefined()
    for (const [id, data] of [
      ['', '{}'],
      ['0', '{}'],
      ['1x', '{}'],
      ['1', '[]'],
      ['1', '{'],
      ['9999999999999999', '{}'],
    ] as const)
      expect(parseMessageEvent({ id, data })).toBeUndefined()
  })

  test('never throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseMessages(text)
        parseMessages(`{"messages":[${text}]}`)
        parseMessageEvent({ id: '1', data: text })
      }),
    )
  })
})

describe('Backoff', () => {
  test('doubles up to its longest pause, with jitter, and starts again', () => {
    const backoff = new Backoff({ first: 1, longest: 4, randomBytes: () => new Uint8Array(1) })
    expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([1, 2, 4, 4])
    backoff.reset()
    expect(backoff.next()).toBe(1)
    const jittered = new Backoff({ first: 1, longest: 4, randomBytes: () => new Uint8Array([255]) })
    expect(jittered.next()).toBeCloseTo(0.5, 2)
  })
})

describe('Attempt', () => {
  test('ends with the first of its signals, its deadline or itself, and keeps no alarm', async () => {
    const clock = new ManualClock(0)
    const caller = new AbortController()
    const attempt = new Attempt(clock, caller.signal, undefined)
    attempt.limit(5)
    attempt.limit(10)
    expect(clock.pending).toBe(1)
    const never = attempt.race(new Promise(() => {}))
    caller.abort('enough')
    await expect(never).rejects.toBe('enough')
    attempt.end()
    expect(clock.pending).toBe(0)

    const late = new Attempt(clock)
    late.limit(1)
    const waiting = late.race(new Promise(() => {}))
    clock.advance(1)
    await expect(waiting).rejects.toBeInstanceOf(AttemptTimeout)
    await expect(new Attempt(clock, AbortSignal.abort('before')).race(Promise.resolve(1))).rejects.toBe(
      'before',
    )
    expect(await new Attempt(clock).race(Promise.resolve(1))).toBe(1)
  })

  test('of many that one client makes warn of no leak, and all end when it closes', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', warn)
    const closing = new Closing()
    const attempts = Array.from({ length: 50 }, () => new Attempt(new ManualClock(0), undefined, closing))
    const waiting = attempts.map((attempt) => attempt.race(new Promise(() => {})))
    closing.close('closed')
    for (const result of await Promise.allSettled(waiting))
      expect(result).toEqual({ status: 'rejected', reason: 'closed' })
    await expect(new Attempt(new ManualClock(0), undefined, closing).race(Promise.resolve(1))).rejects.toBe(
      'closed',
    )
    // Warnings are told in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })
})
