import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { didHttpsUrl, didWebUrl } from './did-web-url.ts'

describe('didWebUrl', () => {
  // From the examples of the did:web method specification.
  test.each([
    ['w3c-ccg.github.io', 'https://w3c-ccg.github.io/.well-known/did.json'],
    ['w3c-ccg.github.io:user:alice', 'https://w3c-ccg.github.io/user/alice/did.json'],
    ['example.com%3A3000:user:alice', 'https://example.com:3000/user/alice/did.json'],
    ['example.com%3A3000', 'https://example.com:3000/.well-known/did.json'],
    ['localhost%3A8443', 'https://localhost:8443/.well-known/did.json'],
    ['xn--bcher-kva.example', 'https://xn--bcher-kva.example/.well-known/did.json'],
    ['example.com:a%40b:c.d', 'https://example.com/a%40b/c.d/did.json'],
  ])('%s is at %s', (id, url) => {
    expect(didWebUrl(id)?.href).toBe(url)
  })

  test.each([
    [''],
    ['Example.com'],
    ['example.com:'],
    ['example.com::a'],
    ['example.com:..:a'],
    ['example.com:%2e%2e:a'],
    ['example.com:a%2Fb'],
    ['example.com:a%3Fb'],
    ['example.com:a%00b'],
    ['example.com:a%5Cb'],
    ['example.com:%ff'],
    ['example.com%2Fevil'],
    ['user%40example.com'],
    ['example.com%3A0'],
    ['example.com%3A65536'],
    ['example.com%3A80%3A81'],
    ['example.com%3A'],
    ['example.com.'],
    ['.example.com'],
    ['-a.example'],
    ['127.0.0.1'],
    ['127.1'],
    ['2130706433'],
    ['0x7f000001'],
    ['0x'],
    ['%5B%3A%3A1%5D'],
    [`${'a'.repeat(64)}.example`],
    [`${'a.'.repeat(127)}aa`],
    [`example.com${':a'.repeat(33)}`],
  ])('%s is none', (id) => {
    expect(didWebUrl(id)).toBeUndefined()
  })

  test('stays on the host that the id names, whatever it holds', () => {
    const part = fc.string({ unit: fc.constantFrom(...'aZ0.%2F3:@/\\#?-_~e5') })
    let urls = 0
    fc.assert(
      fc.property(fc.constantFrom('', ':', '%3A', '.'), part, (glue, rest) => {
        const url = didWebUrl(`example.com${glue}${rest}`)
        if (url === undefined) return
        urls += 1
        expect(url.protocol).toBe('https:')
        expect(url.username + url.password + url.search + url.hash).toBe('')
        expect(url.hostname).toMatch(/^example\.com/)
        expect(url.pathname).toMatch(/\/did\.json$/)
        expect(url.pathname).not.toMatch(/\/\.\.?\//)
      }),
      { numRuns: 2000 },
    )
    expect(urls).toBeGreaterThan(20)
  })
})

describe('didHttpsUrl', () => {
  test('is a domain name and nothing else', () => {
    expect(didHttpsUrl('uport.example.com')?.href).toBe('https://uport.example.com/.well-known/did.json')
    for (const id of [
      'localhost',
      'example.com:a',
      'example.com%3A80',
      '10.0.0.1',
      'example.com/a',
      'EXAMPLE.com',
    ])
      expect(didHttpsUrl(id)).toBeUndefined()
  })
})
