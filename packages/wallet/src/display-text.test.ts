import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../test/support/cpu-time.ts'
import { displayText, displayUrl, MAX_NAME } from './display-text.ts'

describe('displayText', () => {
  it.each(['Ada', 'Zoë Müller', '世界', 'नमस्ते', 'שלום', 'a & b', '👍', "O'Neill"])(
    'leaves %s as it is',
    (text) => {
      expect(displayText(text)).toEqual({ text, altered: false })
    },
  )

  it.each([
    ['a right-to-left override', 'safe\u202egpj.exe', 'safegpj.exe'],
    ['an isolate', '\u2067abc\u2069', 'abc'],
    ['a direction mark', 'a\u200fb', 'ab'],
    ['zero-width characters', 'pay\u200bpal\ufeff', 'paypal'],
    ['a terminal escape', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['line ends and tabs', 'a\r\n\tb\u2028c', 'a b c'],
    ['a lone surrogate', 'a\ud800b', 'ab'],
    ['invisible tags', 'a\u{e0041}b', 'ab'],
    ['blank letters', '\u3164\u2800x', 'x'],
    ['a NUL', 'a\u0000b', 'ab'],
    ['stacked marks', `a${'\u0301'.repeat(50)}`, `a${'\u0301'.repeat(4)}`],
  ])('takes out %s and says so', (_, value, text) => {
    expect(displayText(value)).toEqual({ text, altered: true })
  })

  it('keeps markup as the plain text it is', () => {
    const text = '<script>alert(1)</script>'
    expect(displayText(text)).toEqual({ text, altered: false })
  })

  it('cuts what is too long, at a whole character', () => {
    const { text, altered } = displayText('👍'.repeat(1000), MAX_NAME)
    expect([...text]).toHaveLength(MAX_NAME)
    expect(text.endsWith('👍…')).toBe(true)
    expect(altered).toBe(true)
  })

  it('is short of every text, and does not change its own output', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 600 }),
        fc.integer({ min: 2, max: 80 }),
        (value, max) => {
          const { text } = displayText(value, max)
          expect([...text].length).toBeLessThanOrEqual(max)
          expect(displayText(text, max).text).toBe(text)
          expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}\r\n]/u)
        },
      ),
    )
  })

  it('takes time that grows no faster than what it shows', () => {
    const milliseconds = cpuTime(() => {
      for (const unit of ['\u0301', ' ', '\u202e', 'a']) displayText(unit.repeat(10_000_000), MAX_NAME)
    })
    expect(milliseconds).toBeLessThan(1000)
  })
})

describe('displayUrl', () => {
  it.each([
    ['https://app.example', 'https://app.example', false],
    ['https://APP.example/Login?x=1', 'https://APP.example/Login?x=1', false],
    ['app.example', 'app.example', false],
    ['', '', false],
    ['did:web:app.example', 'did:web:app.example', false],
    ['https://b\u0430nk.example/login', 'https://xn--bnk-6cd.example/login', true],
    ['https://bank.example@evil.example/', 'https://evil.example/', true],
    ['https://bank.example:443@evil.example/', 'https://evil.example/', true],
    ['https://bank\u3002example/', 'https://bank.example/', true],
    ['https://bank.example\u202e', 'https://bank.example', true],
    ['javascript:alert(1)', 'javascript:alert(1)', false],
  ])('%j is shown as %j', (value, text, altered) => {
    expect(displayUrl(value)).toEqual({ text, altered })
  })

  it('is as short as it has to be', () => {
    const { text, altered } = displayUrl(`https://b\u0430nk.example/${'x'.repeat(1000)}`)
    expect([[...text].length, altered]).toEqual([512, true])
  })
})
