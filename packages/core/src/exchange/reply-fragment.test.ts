import { describe, expect, it } from 'vitest'
import { appendToFragment, parseReplyFragment } from './reply-fragment.ts'

describe('parseReplyFragment', () => {
  it.each(['access_token', 'verification', 'typedDataSig', 'personalSig', 'tx', 'status', 'error'])(
    'reads %s, whose it is and what was sent along',
    (name) => {
      expect(parseReplyFragment(`https://app.example/x?id=7#a=b&${name}=x%20y&id=r1&data=d%26`)).toEqual({
        id: 'r1',
        data: 'd&',
        params: { [name]: 'x y' },
      })
    },
  )

  it('reads the first of a name, and a fragment alone', () => {
    expect(parseReplyFragment('#id=r1&id=r2&tx=0x1&tx=0x2')).toEqual({ id: 'r1', params: { tx: '0x1' } })
  })

  it.each([
    '',
    'https://app.example/',
    'id=r1&tx=0x1',
    '#tx=0x1',
    '#id=&tx=0x1',
    '#id=r1',
    '#id=r1&toString=x',
  ])('finds no reply in %j', (text) => {
    expect(parseReplyFragment(text)).toBeUndefined()
  })

  it('reads 131072 characters and no more', () => {
    const start = '#id=r1&tx='
    const longest = `${start}${'x'.repeat(131_072 - start.length)}`
    expect(parseReplyFragment(longest)?.id).toBe('r1')
    expect(parseReplyFragment(`${longest}x`)).toBeUndefined()
  })
})

describe('appendToFragment', () => {
  it('begins a fragment or goes on with it, encoded, and leaves out what is undefined', () => {
    const fields = { 'a b': 'c&d', none: undefined, e: '' }
    expect(appendToFragment('https://app.example/x', fields)).toBe('https://app.example/x#a%20b=c%26d&e=')
    expect(appendToFragment('https://app.example/#/route', fields)).toBe(
      'https://app.example/#/route&a%20b=c%26d&e=',
    )
    expect(appendToFragment('https://app.example/x', { none: undefined })).toBe('https://app.example/x')
  })
})
