import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { EventStreamParser, EventTooLarge, type StreamEvent } from './event-stream-parser.ts'

const MAX = 1000

function parse(text: string, cuts: readonly number[] = []): StreamEvent[] {
  const bytes = encodeUtf8(text)
  const parser = new EventStreamParser(MAX)
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return ends.flatMap((end, index) => parser.push(bytes.subarray(ends[index - 1] ?? 0, end)))
}

const event = (data: string, id = '', type = 'message'): StreamEvent => ({ id, type, data })

describe('EventStreamParser', () => {
  test.each([
    ['data: a\n\n', [event('a')]],
    ['data:a\r\n\r\n', [event('a')]],
    ['data: a\r\r', [event('a')]],
    ['\ufeffdata: a\n\n', [event('a')]],
    ['data:  a\n\n', [event(' a')]],
    ['data: a\ndata\ndata: b\n\n', [event('a\n\nb')]],
    [': open\n\n: heartbeat\n\n', []],
    ['id: 7\ndata: a\n\ndata: b\n\n', [event('a', '7'), event('b', '7')]],
    ['id: 7\n\nid\ndata: a\n\n', [event('a')]],
    ['id: 1\0\ndata: a\n\n', [event('a')]],
    ['event: x\ndata: a\n\ndata: b\n\n', [event('a', '', 'x'), event('b')]],
    ['event: x\n\ndata: b\n\n', [event('b')]],
    ['retry: 5\nnonsense\nDATA: x\ndata: a: b\n\n', [event('a: b')]],
    ['data: never ended\n', []],
    ['data: ☃😀\n\n', [event('☃😀')]],
  ])('reads %j', (text, events) => {
    expect(parse(text)).toEqual(events)
  })

  test('does not depend on where the pieces end', () => {
    const piece = fc.constantFrom(
      'data',
      'id',
      'event',
      ':',
      ' ',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'ü😀',
      '7',
      'x',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (pieces, cuts) => {
          const text = pieces.join('')
          expect(parse(text, cuts)).toEqual(parse(text))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('gives back whatever was written as one line of data', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.nat(), (text, id) => {
        const data = text.replaceAll(/[\r\n]/g, ' ')
        expect(parse(`id: ${id}\ndata: ${data}\n\n`)).toEqual([event(data, String(id))])
      }),
    )
  })

  test('bounds a line and an event, however they are cut', () => {
    expect(parse(`data:${'x'.repeat(MAX - 5)}\n\n`)).toHaveLength(1)
    expect(() => parse(`data:${'x'.repeat(MAX)}\n\n`)).toThrow(EventTooLarge)
    const endless = new EventStreamParser(MAX)
    expect(() => {
      for (let n = 0; n <= MAX; n++) endless.push(encodeUtf8('x'))
    }).toThrow(EventTooLarge)
    const manyLines = new EventStreamParser(MAX)
    expect(() => {
      for (let n = 0; n <= MAX; n++) manyLines.push(encodeUtf8('data\n'))
    }).toThrow(EventTooLarge)
  })

  test('takes linear time for a long line in small pieces', () => {
    const parser = new EventStreamParser(2_000_000)
    const milliseconds = cpuTime(() => {
      for (let n = 0; n < 200_000; n++) parser.push(encodeUtf8('xxxxx'))
    })
    expect(milliseconds).toBeLessThan(5000)
  })
})
