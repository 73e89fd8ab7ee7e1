import fc from 'fast-check'
import { expect, it } from 'vitest'
import { plainLine } from './plain-line.ts'

it.each([
  ['Zoë Müller', 'Zoë Müller'],
  ['<b>Ada</b>', '<b>Ada</b>'],
  ['  two \r\n\u2028 lines ', 'two lines'],
  ['Bank\u202eknaB\u2066', 'BankknaB'],
  ['Ad\u200bmi\u00adn\u3164', 'Admin'],
  ['\u0000', ''],
  [`a${'\u0335'.repeat(50)}b`, `a${'\u0335'.repeat(4)}b`],
  ['x'.repeat(21), `${'x'.repeat(19)}…`],
])('%j becomes %j', (text, line) => {
  expect(plainLine(text, 20)).toBe(line)
})

it('is one short line, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const line = plainLine(text, 20)
      expect([...line].length).toBeLessThanOrEqual(20)
      expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u)
      expect(plainLine(line, 20)).toBe(line)
    }),
  )
})
