import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeFileName, encodeFileName } from './file-name.ts'

describe('file names', () => {
  test.each([
    ['login', 'key-login.json'],
    ['app-1_v2.0', 'key-app-1_v2.0.json'],
    ['Login', 'key-%4Cogin.json'],
    ['did:web:app.example#keys-1', 'key-did%3Aweb%3Aapp.example%23keys-1.json'],
    ['ü', 'key-%C3%BC.json'],
    ['../../etc/passwd', 'key-..%2F..%2Fetc%2Fpasswd.json'],
    ['..', 'key-...json'],
    ['a\\b', 'key-a%5Cb.json'],
    ['nul\0', 'key-nul%00.json'],
    ["!'()*~", 'key-%21%27%28%29%2A%7E.json'],
    ['%2F', 'key-%252%46.json'],
  ])('%j is %s, and back', (name, fileName) => {
    expect(encodeFileName('key', name)).toBe(fileName)
    expect(decodeFileName('key', fileName)).toBe(name)
  })

  test.each(['', 'x'.repeat(201), 'X'.repeat(67), '\ud800'])('%j has none', (name) => {
    expect(encodeFileName('key', name)).toBeUndefined()
  })

  test.each([
    'key-.json',
    'key-a.txt',
    'box-a.json',
    'key-A.json',
    'key-%61.json',
    'key-%4c.json',
    'key-%.json',
    'key-%FF.json',
    'key-a%2Fb.json.bak',
    'key-a/b.json',
    '.uport-tmp-1-00000000000000000000000000000000',
  ])('%s is no name of a key', (fileName) => {
    expect(decodeFileName('key', fileName)).toBeUndefined()
  })

  test('every name stays in the directory, and no two meet where case is ignored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 5 }), (a, b) => {
        for (const name of [a, b]) {
          const fileName = encodeFileName('box', name)
          if (fileName === undefined) continue
          expect(fileName).toMatch(/^box-[a-z0-9._%A-F-]+\.json$/)
          expect(decodeFileName('box', fileName)).toBe(name)
        }
        const [one, two] = [encodeFileName('key', a), encodeFileName('key', b)]
        if (a !== b && one !== undefined) expect(one.toLowerCase()).not.toBe(two?.toLowerCase())
      }),
    )
  })
})
