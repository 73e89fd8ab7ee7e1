import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../ports/json.ts'
import { readCallback } from './callback.ts'

const A = 'https://a.example/cb'
const B = 'https://b.example/cb'

const read = (payload: JsonObject, unsigned?: string) => {
  const callback = readCallback(payload, unsigned)
  return callback === undefined ? undefined : [callback.url.href, callback.signed]
}

describe('the address of a request', () => {
  it('is the one that was signed', () => {
    expect(read({ type: 'shareReq', callback: A })).toEqual([A, true])
    expect(read({ type: 'shareReq', callback: A, callbackUrl: B }, B)).toEqual([A, true])
  })

  it('is never one that stands beside it, or that only credentials had', () => {
    expect(read({ type: 'shareReq' }, B)).toBeUndefined()
    expect(read({ type: 'shareReq', callbackUrl: B })).toBeUndefined()
  })

  it.each([
    'javascript:alert(1)',
    'me.uport:x',
    'ftp://a.example/',
    '/cb',
    7,
    null,
    ['https://a.example/'],
    '',
  ])('is none where %j was signed, whatever stands beside it', (callback) => {
    expect(read({ type: 'shareReq', callback }, B)).toBeUndefined()
    expect(read({ callback }, B)).toEqual(callback === null ? [B, false] : undefined)
  })

  it('may be http, and 2048 characters long', () => {
    expect(read({ type: 'x', callback: 'http://a.example/cb' })).toEqual(['http://a.example/cb', true])
    const long = `${A}?${'x'.repeat(2048 - A.length - 1)}`
    expect(read({ type: 'x', callback: long })).toEqual([long, true])
    expect(read({ type: 'x', callback: `${long}x` })).toBeUndefined()
  })
})

describe('the address of a credential', () => {
  it('is the signed one by either name, else the one beside it', () => {
    expect(read({ callback: A, callbackUrl: B }, B)).toEqual([A, true])
    expect(read({ callbackUrl: A }, B)).toEqual([A, true])
    expect(read({}, B)).toEqual([B, false])
    expect(read({})).toBeUndefined()
  })
})
