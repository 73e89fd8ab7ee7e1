import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnimatedDecoder, createAnimatedParts } from './index.ts'

const message = fc.string({ unit: 'grapheme', maxLength: 1500 })
const settings = fc.record({ partBytes: fc.integer({ min: 30, max: 400 }) })

describe('a moving code', () => {
  it('is read in any order, and forwards without a single superfluous frame', () => {
    fc.assert(
      fc.property(message, settings, fc.infiniteStream(fc.nat()), (text, options, keys) => {
        const parts = createAnimatedParts(text, options)
        const order = Array.from({ length: parts.count }, (_, index) => ({ index, key: keys.next().value }))
        order.sort((a, b) => a.key - b.key)
        const decoder = new AnimatedDecoder()
        const states = order.map(({ index }) => decoder.receive(parts.part(index + 1)))
        expect(states.at(-1)).toEqual({ state: 'complete', text })
        expect(states.slice(0, -1).every(({ state }) => state === 'partial')).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is read with 30 per cent of the frames lost, from any frame on, in any letter case', () => {
    fc.assert(
      fc.property(
        message,
        settings,
        fc.integer({ min: 1, max: 100_000 }),
        fc.infiniteStream(fc.record({ lost: fc.integer({ min: 0, max: 9 }), lower: fc.boolean() })),
        (text, options, first, luck) => {
          const parts = createAnimatedParts(text, options)
          const decoder = new AnimatedDecoder()
          for (let shown = 0; shown < 3 * parts.count + 60; shown++) {
            const { lost, lower } = luck.next().value
            if (lost < 3) continue
            const frame = parts.part(first + shown)
            const progress = decoder.receive(lower ? frame.toLowerCase() : frame)
            if (progress.state === 'complete') return progress.text === text
          }
          return false
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is read while the frames of others are in between', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(message, { minLength: 2, maxLength: 4 }),
        settings,
        fc.infiniteStream(fc.nat()),
        (texts, options, turns) => {
          const codes = texts.map((text) => ({ parts: createAnimatedParts(text, options), next: 1 }))
          const decoder = new AnimatedDecoder()
          const read = new Set<string>()
          for (let shown = 0; shown < 4000 && read.size < texts.length; shown++) {
            const code = codes[(turns.next().value ?? 0) % codes.length]
            if (code === undefined) return false
            const progress = decoder.receive(code.parts.part(code.next++))
            if (progress.state === 'complete') read.add(progress.text)
          }
          return read.size === texts.length
        },
      ),
      { numRuns: 30 },
    )
  })

  it('gives nothing for a frame that was changed anywhere', () => {
    const frame = createAnimatedParts('x'.repeat(500), { partBytes: 50 }).part(30)
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/:'
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: frame.length - 1 }),
        fc.constantFrom(...letters),
        (at, letter) => {
          fc.pre(frame[at] !== letter)
          const changed = frame.slice(0, at) + letter + frame.slice(at + 1)
          return new AnimatedDecoder().receive(changed).state === 'ignored'
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never throws for any text', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((tail) => `ur:bytes/${tail}`),
      fc.tuple(fc.nat(), fc.nat(), fc.string()).map(([a, b, tail]) => `UR:BYTES/${a}-${b}/${tail}`),
    )
    const decoder = new AnimatedDecoder()
    fc.assert(fc.property(hostile, (frame) => decoder.receive(frame).state === 'ignored'))
  })
})
