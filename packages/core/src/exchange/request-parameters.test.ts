import { describe, expect, it } from 'vitest'
import { appendRequestParameters, parseRequestParameters } from './request-parameters.ts'

const ALL = {
  value: '1',
  function: 'f()',
  bytecode: '0x00',
  label: 'A&B',
  callbackUrl: 'https://a.example/',
  redirectUrl: 'app:x',
  clientId: 'c',
  networkId: '0x4',
  gas: '2',
  gasPrice: '3',
  replyMode: 'post',
} as const

const QUERY =
  'value=1&function=f()&bytecode=0x00&label=A%26B&callback_url=https%3A%2F%2Fa.example%2F&redirect_url=app%3Ax' +
  '&client_id=c&network_id=0x4&gas=2&gasPrice=3&callback_type=post'

const parse = (query: string) => parseRequestParameters(new URLSearchParams(query))

it('writes every parameter by its name on the wire, in order, and reads it back', () => {
  expect(appendRequestParameters('me.uport:x', ALL)).toBe(`me.uport:x?${QUERY}`)
  expect(parse(QUERY)).toEqual(ALL)
})

describe('reading', () => {
  it('takes the first of a name, and passes over what is empty, unknown or named as it is here', () => {
    expect(parse('label=a&label=b&gas=&x=y&callbackUrl=https://a.example/')).toEqual({ label: 'a' })
  })

  it.each(['post', 'redirect'])('knows the reply mode %s', (replyMode) => {
    expect(parse(`callback_type=${replyMode}`)).toEqual({ replyMode })
  })

  it.each(['', 'POST', 'get', 'post '])('knows no reply mode %j', (replyMode) => {
    expect(parse(`callback_type=${encodeURIComponent(replyMode)}&gas=1`)).toEqual({ gas: '1' })
  })

  it('leaves out what is overlong, but not code and calls', () => {
    const [longest, longer] = ['x'.repeat(2048), 'x'.repeat(2049)]
    expect(parse(`label=${longest}`)).toEqual({ label: longest })
    expect(parse(`label=${longer}&bytecode=${longer}&function=${longer}`)).toEqual({
      bytecode: longer,
      function: longer,
    })
  })
})

describe('writing', () => {
  it.each([
    ['https://a.example/req/x', 'https://a.example/req/x?gas=1'],
    ['https://a.example/req/x?y=z', 'https://a.example/req/x?y=z&gas=1'],
    ['https://a.example/req/x#h?', 'https://a.example/req/x?gas=1#h?'],
    ['https://a.example/?y#h', 'https://a.example/?y&gas=1#h'],
  ])('goes into %s before the fragment', (uri, expected) => {
    expect(appendRequestParameters(uri, { gas: '1', label: '', value: undefined })).toBe(expected)
  })

  it('leaves the URI as it is where there is nothing to say', () => {
    expect(appendRequestParameters('a#b', { label: '' })).toBe('a#b')
  })
})

it('writes before a fragment, also where there is nothing else', () => {
  expect(appendRequestParameters('#x', { value: '1' })).toBe('?value=1#x')
})
