import { isUportError } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_BACKUP_BYTES, openBackup, sealBackup } from './backup-file.ts'

const cost = { n: 2 }
const MADE = new Date('2026-11-22T10:00:00Z')
const contents = { keys: [], name: 'Ada Canary' }
const seal = () => sealBackup(contents, 'correct horse', MADE, { cost })
const messageOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'opened',
    (error: unknown) => (isUportError(error) ? error.code : String(error)),
  )

describe('a backup file', () => {
  it('opens under its passphrase, and shows nothing without it', async () => {
    const text = await seal()
    expect(await openBackup(text, 'correct horse')).toEqual({ createdAt: MADE, contents })
    expect(text).not.toContain('Canary')
    expect(Object.keys(JSON.parse(text))).toEqual(['format', 'version', 'createdAt', 'crypto', 'contents'])
    expect(await seal()).not.toBe(text)
  })

  it('says that a passphrase is wrong', async () => {
    expect(await messageOf(openBackup(await seal(), 'correct horses'))).toBe('KEY_PASSPHRASE_WRONG')
  })

  it.each<[string, (file: Record<string, unknown>) => unknown, RegExp]>([
    ['another file', () => ({ name: 'photo' }), /no backup/],
    ['a list', () => [], /no backup/],
    ['nothing', () => null, /no backup/],
    ['one of a newer wallet', (file) => ({ ...file, version: 2 }), /newer/],
    ['one without a date', (file) => ({ ...file, createdAt: 'yesterday' }), /damaged/],
    ['one with another date', (file) => ({ ...file, createdAt: '2026-11-21T10:00:00.000Z' }), /damaged/],
    ['one without contents', (file) => ({ ...file, contents: 7 }), /damaged/],
    ['one with no Base64', (file) => ({ ...file, contents: '%' }), /damaged/],
    [
      'one whose contents are cut',
      (file) => ({ ...file, contents: String(file['contents']).slice(0, -4) }),
      /damaged/,
    ],
    ['one whose contents are gone', (file) => ({ ...file, contents: 'AAAA' }), /damaged/],
    ['one without its key', (file) => ({ ...file, crypto: null }), /KEYSTORE_JSON_INVALID/],
    [
      'one that asks for all the memory there is',
      (file) => {
        const crypto = file['crypto'] as { readonly kdfparams: object }
        return { ...file, crypto: { ...crypto, kdfparams: { ...crypto.kdfparams, n: 2 ** 30 } } }
      },
      /KEYSTORE_JSON_INVALID/,
    ],
  ])('is not %s', async (_, damage, message) => {
    const text = JSON.stringify(damage(JSON.parse(await seal())))
    expect(await messageOf(openBackup(text, 'correct horse'))).toMatch(message)
  })

  it('is neither cut off nor too large', async () => {
    const text = await seal()
    expect(await messageOf(openBackup(text.slice(0, -1), 'correct horse'))).toMatch(/cut off/)
    expect(await messageOf(openBackup(' '.repeat(MAX_BACKUP_BYTES + 1), 'x'))).toMatch(/too large/)
  })

  it('with one byte exchanged never opens as something else', async () => {
    const text = await seal()
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, byte) => {
          const altered = text.slice(0, at) + byte + text.slice(at + 1)
          const opened = await openBackup(altered, 'correct horse').catch(() => undefined)
          if (opened !== undefined) expect(opened).toEqual({ createdAt: MADE, contents })
        },
      ),
      { numRuns: 200 },
    )
  })
})
