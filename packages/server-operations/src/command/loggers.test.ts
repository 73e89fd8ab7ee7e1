import { expect, test } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { LOG_LEVELS, logEvents } from '../logger.ts'
import { createJsonLogger } from './json-logger.ts'
import { createTextLogger } from './text-logger.ts'

function collect(level: (typeof LOG_LEVELS)[number] = 'debug') {
  const lines: string[] = []
  const logger = createJsonLogger({ name: 'server', level, write: (line) => lines.push(line) })
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line)) }
}

test('a line is an object with level, time, name, members and message', () => {
  const { logger, lines, parsed } = collect()
  logger.info({ event: 'started', url: 'http://127.0.0.1:8080' }, 'listening')
  expect(lines[0]).not.toContain('\n')
  expect(parsed()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      name: 'server',
      event: 'started',
      url: 'http://127.0.0.1:8080',
      msg: 'listening',
    },
  ])
})

test.each(LOG_LEVELS)('at the level %s nothing that matters less is written', (level) => {
  const { logger, parsed } = collect(level)
  const text: string[] = []
  const line = (to: string) => (words: string) => text.push(`${to} ${words}`)
  const people = createTextLogger({ level, out: line('out'), err: line('err') })
  for (const each of [logger, people]) for (const at of LOG_LEVELS) each[at]({}, at)
  const expected = LOG_LEVELS.slice(LOG_LEVELS.indexOf(level))
  expect(parsed().map(({ msg }) => msg)).toEqual(expected)
  expect(text).toEqual(expected.map((at) => `${at === 'warn' || at === 'error' ? 'err' : 'out'} ${at}`))
})

test('what is public stays readable', () => {
  const { logger, parsed } = collect()
  const fields = {
    id: '8c1d0a80-6d0f-4a6e-9f5c-2f5a4b1e7c11',
    hash: `0x${'ab'.repeat(32)}`,
    address: `0x${'cd'.repeat(20)}`,
    route: '/t/:id',
    cost: '21000000000000',
    trace: 'ab'.repeat(16),
    wait: undefined,
  }
  logger.info(fields, `included fund ${fields.hash} (nonce 4)`)
  expect(parsed()[0]).toMatchObject(JSON.parse(JSON.stringify(fields)))
  expect(parsed()[0].msg).toBe(`included fund ${fields.hash} (nonce 4)`)
})

test.each([
  ['a long random word', `read ${'a_-9'.repeat(11)}`, 'read [redacted]'],
  ['hex of 32 bytes', '5f'.repeat(32), '[redacted]'],
  ['what only begins as a hash does', `0x${'ab'.repeat(33)}`, '[redacted]'],
  ['a token', 'got eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl today', 'got [redacted] today'],
  ['a bearer', 'Authorization: Bearer abc.def', 'Authorization: [redacted]'],
  ['a query', 'GET https://a.example/x?key=1&b=2 failed', 'GET https://a.example/x?[redacted] failed'],
])('%s is censored in members and messages', (_, text, expected) => {
  const { logger, parsed } = collect()
  logger.warn({ note: text }, text)
  expect(parsed()[0]).toMatchObject({ note: expected, msg: expected })
})

test('a member that is named like a secret is censored, at the top and one level below', () => {
  const { logger, lines } = collect()
  logger.info({ token: 'abc', request: { body: 'abc', headers: ['abc'] }, Path: 1, path: 'abc' }, 'x')
  expect(lines[0]).not.toContain('abc')
  expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(4)
})

test('of an error there is its code, or its name', () => {
  const { logger, parsed } = collect()
  const coded = Object.assign(new Error('cannot open abc'), { code: 'EACCES' })
  logger.error({ error: coded, cause: new RangeError('abc') }, 'failed')
  expect(parsed()[0]).toMatchObject({ error: 'EACCES', cause: 'RangeError' })
})

test('a line stays short, and is censored in linear time', () => {
  const { logger, lines } = collect()
  const milliseconds = cpuTime(() => {
    for (const text of ['a.'.repeat(500_000), 'a'.repeat(1_000_000), '?'.repeat(1_000_000)])
      logger.info({ text }, text)
  })
  expect(milliseconds).toBeLessThan(500)
  for (const line of lines) expect(line.length).toBeLessThan(6000)
})

test('a line break in a text begins no line of its own', () => {
  const { logger, lines } = collect()
  const text: string[] = []
  const people = createTextLogger({ level: 'info', out: (line) => text.push(line), err: () => {} })
  const forged = 'stopped\r\n{"level":"error","msg":"forged"}\u001b[2J'
  for (const each of [logger, people]) each.info({ note: forged }, forged)
  expect(lines.map((line) => line.split('\n').length)).toEqual([1])
  expect(text).toEqual(['stopped {"level":"error","msg":"forged"} [2J'])
})

test('events are written by any logger', () => {
  const written: unknown[] = []
  const write = (level: string) => (fields: object, message: string) => written.push([level, fields, message])
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const log = logEvents<{ event: 'full' | 'empty' }>(logger, ({ event }) => ({
    level: event === 'full' ? 'warn' : 'debug',
    message: `it is ${event}`,
  }))
  log({ event: 'full' })
  log({ event: 'empty' })
  expect(written).toEqual([
    ['warn', { event: 'full' }, 'it is full'],
    ['debug', { event: 'empty' }, 'it is empty'],
  ])
})
