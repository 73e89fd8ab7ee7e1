import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { decodeQr, encodeQr } from '../index.ts'
import { seededBytes } from '../test-support/seeded-bytes.ts'
import { decodeBytewords, encodeBytewords } from './bytewords.ts'
import {
  decodeFountainPart,
  encodeByteString,
  encodeFountainPart,
  type FountainPart,
} from './fountain-part.ts'
import { AnimatedDecoder, createAnimatedParts } from './index.ts'

const IGNORED = { state: 'ignored' }
const FORGED: FountainPart = {
  sequence: 900_000_000,
  count: 64,
  messageLength: 6400,
  checksum: 0xdeadbeef,
  data: new Uint8Array(100),
}

/** A frame with a valid checksum of its own: whatever it claims, somebody meant it. */
function frameOf(part: FountainPart, header = `${part.sequence}-${part.count}`): string {
  return `ur:bytes/${header}/${encodeBytewords(encodeFountainPart(part))}`
}

/** Milliseconds that some work takes, at its best of three. */
function fastest(work: () => void): number {
  return Math.min(...[1, 2, 3].map(() => cpuTime(work)))
}

describe('a forged frame', () => {
  it.each([
    ['claims a thousand fragments', { ...FORGED, count: 1000, messageLength: 100_000 }],
    ['claims a million fragments', { ...FORGED, count: 1_000_000, messageLength: 100_000_000 }],
    ['claims four thousand million fragments', { ...FORGED, count: 0xffffffff, messageLength: 0xffffffff }],
    ['claims 65 fragments', { ...FORGED, count: 65, messageLength: 6500 }],
    ['claims none', { ...FORGED, count: 0 }],
    ['has the number 0', { ...FORGED, sequence: 0 }],
    ['claims a message that its fragments cannot hold', { ...FORGED, messageLength: 6401 }],
    ['claims a message that needs fewer fragments', { ...FORGED, messageLength: 6300 }],
    ['claims an empty message', { ...FORGED, messageLength: 0 }],
    ['claims a message beyond the limit', { ...FORGED, messageLength: 65_600, data: new Uint8Array(1025) }],
    ['carries nothing', { ...FORGED, data: new Uint8Array(0) }],
  ])('that %s is ignored within 50 ms', (_name, part) => {
    const frame = frameOf(part)
    const decoder = new AnimatedDecoder()
    expect(fastest(() => expect(decoder.receive(frame)).toEqual(IGNORED))).toBeLessThan(50)
  })

  it('whose header and content disagree is ignored', () => {
    const decoder = new AnimatedDecoder()
    expect(decoder.receive(frameOf({ ...FORGED, count: 100_000 }, '900000000-64'))).toEqual(IGNORED)
    expect(decoder.receive(frameOf(FORGED, '900000001-64'))).toEqual(IGNORED)
    expect(decoder.receive(frameOf(FORGED, '0900000000-64'))).toEqual(IGNORED)
  })

  it('of the largest kind that is admitted costs less than 50 ms, and hundreds of them no memory', () => {
    const decoder = new AnimatedDecoder()
    const frames = Array.from({ length: 100 }, (_, index) =>
      frameOf({
        ...FORGED,
        sequence: FORGED.sequence + index,
        checksum: index,
        data: seededBytes(1000, index),
        messageLength: 64_000,
      }),
    )
    const all = fastest(() => {
      for (const frame of frames) expect(decoder.receive(frame).state).toBe('partial')
    })
    expect(all / frames.length).toBeLessThan(50)
    // Each frame began a message of its own. All but the last few are forgotten: another frame of one counts as its first.
    const again = frames.map((frame) => decoder.receive(frame))
    expect(again.every((progress) => progress.state === 'partial' && progress.received === 1)).toBe(true)
  })

  it('of a message that is being collected delays it, and no more', () => {
    const text = 'x'.repeat(900)
    const parts = createAnimatedParts(text, { partBytes: 100 })
    const decoder = new AnimatedDecoder()
    expect(decoder.receive(forgeLike(text, 100)).state).toBe('partial')
    let complete = 0
    for (let sequence = 1; sequence <= 4 * parts.count; sequence++)
      if (decoder.receive(parts.part(sequence)).state === 'complete') complete++
    expect(complete).toBeGreaterThan(0)
  })
})

/** The first frame of the text's code, with other content under the same header. */
function forgeLike(text: string, partBytes: number): string {
  const message = encodeByteString(new TextEncoder().encode(text))
  const count = createAnimatedParts(text, { partBytes }).count
  const length = Math.ceil(message.length / Math.ceil(message.length / partBytes))
  const checksum = checksumOf(text, partBytes)
  return frameOf({
    sequence: 1,
    count,
    messageLength: message.length,
    checksum,
    data: new Uint8Array(length).fill(7),
  })
}

/** As a forger reads it from a genuine frame. */
function checksumOf(text: string, partBytes: number): number {
  const frame = createAnimatedParts(text, { partBytes }).part(1)
  const bytes = decodeBytewords(frame.split('/')[2]?.toLowerCase() ?? '')
  return decodeFountainPart(bytes ?? new Uint8Array())?.checksum ?? -1
}

describe('AnimatedDecoder', () => {
  it('ignores what is no frame', () => {
    const decoder = new AnimatedDecoder()
    for (const text of [
      '',
      'ur:',
      'ur:bytes/',
      'ur:bytes/1-2/',
      'ur:bytes/1-2/zz',
      'https://a.example/',
      'ur:crypto-psbt/aeadaolazmjendeoti',
    ])
      expect(decoder.receive(text)).toEqual(IGNORED)
  })

  it('ignores a frame longer than any code holds without looking at it', () => {
    const frame = `ur:bytes/1-2/${'ae'.repeat(5_000_000)}`
    expect(fastest(() => expect(new AnimatedDecoder().receive(frame)).toEqual(IGNORED))).toBeLessThan(50)
  })

  it('ignores a message that is no byte string, or no text', () => {
    const single = (bytes: Uint8Array) => new AnimatedDecoder().receive(`ur:bytes/${encodeBytewords(bytes)}`)
    expect(single(Uint8Array.of(0x61, 0x78))).toEqual(IGNORED)
    expect(single(encodeByteString(Uint8Array.of(0xff, 0xfe)))).toEqual(IGNORED)
    expect(single(Uint8Array.of(0x58, 0x02, 0x61))).toEqual(IGNORED)
    expect(single(Uint8Array.of(0x5b, 0, 0, 0, 0, 0, 0, 0, 1, 0x61))).toEqual(IGNORED)
    expect(single(Uint8Array.of(0x59, 0))).toEqual(IGNORED)
    expect(single(Uint8Array.of(0x41, 0x61))).toEqual({ state: 'complete', text: 'a' })
  })

  it('keeps a message that is half known while first frames of others rush by', () => {
    const parts = createAnimatedParts('z'.repeat(1000))
    const decoder = new AnimatedDecoder()
    for (const sequence of [1, 2, 3]) decoder.receive(parts.part(sequence))
    for (let other = 0; other < 50; other++)
      decoder.receive(createAnimatedParts(`${other}`.padEnd(1000, 'o')).part(1))
    expect(decoder.receive(parts.part(4))).toEqual({ state: 'partial', received: 4, count: parts.count })
  })
})

describe('createAnimatedParts', () => {
  it('makes frames that a QR code holds as capital letters and digits', () => {
    const frame = createAnimatedParts('a'.repeat(5000)).part(77)
    expect(frame).toMatch(/^[A-Z0-9:/-]+$/)
    const { rows, size } = encodeQr(frame)
    expect(size).toBeLessThan(encodeQr(frame.toLowerCase()).size)
    const scale = 3
    const side = (size + 8) * scale
    const data = new Uint8Array(side * side * 3).fill(255)
    for (let y = 0; y < size * scale; y++)
      for (let x = 0; x < size * scale; x++)
        if (rows[Math.floor(y / scale)]?.[Math.floor(x / scale)])
          data.fill(
            0,
            3 * ((y + 4 * scale) * side + x + 4 * scale),
            3 * ((y + 4 * scale) * side + x + 4 * scale) + 3,
          )
    expect(decodeQr({ width: side, height: side, data })).toBe(frame)
  })

  it('never makes more than 64 fragments', () => {
    const parts = createAnimatedParts('a'.repeat(65_000), { partBytes: 10 })
    expect(parts.count).toBe(64)
    expect(encodeQr(parts.part(100)).size).toBeLessThanOrEqual(177)
  })

  it('stands still where one frame does', () => {
    const parts = createAnimatedParts('short')
    expect(parts.count).toBe(1)
    expect(parts.part(1)).toBe(parts.part(2))
    expect(new AnimatedDecoder().receive(parts.part(7))).toEqual({ state: 'complete', text: 'short' })
  })

  it('refuses what is too much, and wrong numbers', () => {
    expect(() => createAnimatedParts('a'.repeat(65_536))).toThrow(
      expect.objectContaining({ code: 'QR_TOO_LARGE', data: { bytes: 65_541, maxBytes: 65_536 } }),
    )
    expect(() => createAnimatedParts('a', { partBytes: 9 })).toThrow(TypeError)
    expect(() => createAnimatedParts('a').part(0)).toThrow(TypeError)
    expect(() => createAnimatedParts('a').part(1.5)).toThrow(TypeError)
  })
})
