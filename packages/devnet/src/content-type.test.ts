import { describe, expect, it } from 'vitest'
import { guessContentType } from './content-type.ts'

describe('guessContentType', () => {
  it.each([
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00]],
    ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['image/gif', [...new TextEncoder().encode('GIF89a')]],
    ['application/json', [...new TextEncoder().encode('{"@context"')]],
  ])('knows %s', (type, bytes) => {
    expect(guessContentType(Uint8Array.from(bytes))).toBe(type)
  })

  it.each(['', '<html><script>', '<svg onload=', 'hello', '\u0089PN'])('calls %j bytes', (text) => {
    expect(guessContentType(new TextEncoder().encode(text))).toBe('application/octet-stream')
  })
})
