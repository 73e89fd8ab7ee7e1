import { expect, it } from 'vitest'
import { claimLabel, valueText } from './claim-text.ts'

it('calls what is known by its name, and shows the names of strangers cleaned', () => {
  expect(claimLabel('email')).toBe('E-mail address')
  expect(claimLabel('__proto__')).toBe('__proto__')
  expect(claimLabel('na\u202eme\u200b')).toBe('name')
  expect(claimLabel('x'.repeat(500))).toHaveLength(64)
})

it('writes any value on one line', () => {
  expect(valueText('a\nb\u202ec')).toBe('a bc')
  expect(valueText(true)).toBe('yes')
  expect(valueText(7)).toBe('7')
  expect(valueText(null)).toBe('nothing')
  expect(valueText({ city: 'Zug' })).toBe('{"city":"Zug"}')
  expect(valueText('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
})
