import { readFileSync } from 'node:fs'
import { decodeQr, encodeQr } from '@uport-kit/transport-qr'
import { AnimatedDecoder, createAnimatedParts } from '@uport-kit/transport-qr/animated'
import { describe, expect, test } from 'vitest'
import { countRead, framesUntilRead, HAND, LAMP, linkOf, referenceLink } from '../bench/lib/scan-trials.mjs'

const codec = { encodeQr, decodeQr }
const moving = { createAnimatedParts, AnimatedDecoder }
const PICTURES = 3
const read = (text: string, side: number, condition = HAND): number =>
  countRead(codec, text, { side, condition, pictures: PICTURES })

/** Some cells of the table that `npm run bench:scan` writes. Each picture is the same in every run. */
describe('a phone held in a hand reads', () => {
  test('a reference from where the code fills a fifth of the frame', () => {
    expect(read(referenceLink(), 160)).toBeGreaterThan(0)
    expect(read(referenceLink(), 240)).toBe(PICTURES)
  })

  test('as much as the inline limit from where the code fills half of the frame, a lamp reflected or not', () => {
    expect(read(linkOf(1000), 360)).toBe(PICTURES)
    expect(read(linkOf(1000), 360, LAMP)).toBe(PICTURES)
    expect(read(linkOf(2000), 360)).toBe(0)
  })

  test('a moving code from where a still one of the limit’s size cannot be read, half of its frames lost', () => {
    expect(read(linkOf(1000), 240)).toBe(0)
    const see = (frame: string, sequence: number): string | undefined => {
      const view = { side: 240, condition: HAND, pictures: 1, from: sequence }
      return countRead(codec, frame, view) === 1 ? frame : undefined
    }
    const text = linkOf(600)
    const { count } = createAnimatedParts(text)
    const shown = framesUntilRead(moving, text, { lost: 0.5, seed: 3, see })
    expect(shown).toBeGreaterThanOrEqual(count)
    expect(shown).toBeLessThan(30)
  })
})

test('the page with the table speaks of the defaults that are set', () => {
  const page = readFileSync(new URL('../bench/SCAN.md', import.meta.url), 'utf8')
  const { count } = createAnimatedParts(linkOf(3000))
  expect(page).toContain(`| 200 | ${count} |`)
  expect(page).toContain('**200 bytes a fragment**')
  expect(page).toContain('**Inline limit, 1000 bytes**')
  expect(page).toContain('**5 frames a second**')
})
