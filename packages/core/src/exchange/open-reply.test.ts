import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { sealBox } from '../encryption/box.ts'
import { memoryBoxKeys } from '../keys/memory-box-keys.ts'
import type { JsonObject } from '../ports/json.ts'
import { openReply } from './open-reply.ts'

const keys = memoryBoxKeys()
const publicKey = await keys.publicKey('r')

const open = (body: JsonObject, sealing: 'required' | 'preferred' = 'required') =>
  openReply(body, keys, 'r', sealing, {})
const sealed = (text: string | Uint8Array): JsonObject => ({ encrypted: { ...sealBox(text, publicKey) } })
const members = (count: number): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, 'x']))

describe('a sealed reply', () => {
  it('gives its texts, frozen, and nothing else that it holds', async () => {
    const body = sealed(JSON.stringify({ access_token: 'a.b.c', n: 7, list: ['x'], none: null, tx: '' }))
    const opened = await open(body)
    expect(opened).toEqual({ params: { access_token: 'a.b.c', tx: '' }, sealed: true })
    expect(Object.isFrozen(opened.params)).toBe(true)
  })

  it.each<[string, string | Uint8Array, string]>([
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'the sealed text is not UTF-8'],
    ['no JSON', '{', 'the sealed text is not JSON'],
    ['a list', '[]', 'it is not an object'],
    ['null', 'null', 'it is not an object'],
    ['a text', '"x"', 'it is not an object'],
    ['too many members', JSON.stringify(members(17)), 'it has too many members'],
  ])('is refused where it holds %s', async (_, text, reason) => {
    const error = await rejection(open(sealed(text)))
    expect(error).toMatchObject({ code: 'REPLY_MALFORMED', data: { reason } })
    expect(String(error)).not.toContain(' at position')
  })

  it('may have sixteen members', async () => {
    expect((await open(sealed(JSON.stringify(members(16))))).params).toEqual(members(16))
  })

  it('is refused where its box is none, whatever stands beside it', async () => {
    for (const encrypted of ['text', null]) {
      const error = await rejection(open({ encrypted, access_token: 'a.b.c' }, 'preferred'))
      expect(error).toMatchObject({ code: 'BOX_MALFORMED' })
    }
  })

  it('is opened for its own request alone', async () => {
    await keys.publicKey('another')
    const body = sealed('{}')
    expect(await rejection(openReply(body, keys, 'another', 'required', {}))).toMatchObject({
      code: 'BOX_OPEN_FAILED',
    })
  })
})

describe('a reply in clear', () => {
  it('is refused unless old wallets are admitted, and then says so', async () => {
    const body = { access_token: 'a.b.c' }
    expect(await rejection(open(body))).toMatchObject({ code: 'REPLY_NOT_SEALED' })
    expect(await open(body, 'preferred')).toEqual({ params: body, sealed: false })
  })

  it('is not sealed by what its prototype says', async () => {
    const body: JsonObject = Object.create(sealed('{}'))
    expect(await open(body, 'preferred')).toEqual({ params: {}, sealed: false })
  })

  it('has at most sixteen members', async () => {
    expect((await open(members(16), 'preferred')).sealed).toBe(false)
    expect(await rejection(open(members(17), 'preferred'))).toMatchObject({ code: 'REPLY_MALFORMED' })
  })
})

describe('a refusal', () => {
  it.each([
    ['access_denied', 'access_denied'],
    ['a'.repeat(40), 'a'.repeat(40)],
    ['a'.repeat(41), 'unspecified'],
    ['', 'unspecified'],
    ['Access', 'unspecified'],
    ['denied2', 'unspecified'],
    ['denied\n', 'unspecified'],
    ['<denied', 'unspecified'],
  ])('%j counts without proof, and is told as %j', async (error, told) => {
    const refused = { code: 'REQUEST_REFUSED', data: { error: told, authenticated: false } }
    expect(await rejection(open(sealed(JSON.stringify({ error }))))).toMatchObject(refused)
    expect(await rejection(open({ error }, 'preferred'))).toMatchObject(refused)
  })

  it('in clear is no reply where sealing is required, as an answer is none', async () => {
    expect(await rejection(open({ error: 'access_denied' }))).toMatchObject({ code: 'REPLY_NOT_SEALED' })
  })

  it('is none where its error is no text', async () => {
    expect((await open(sealed('{"error":7}'))).params).toEqual({})
  })

  it('outweighs an answer beside it', async () => {
    const body = sealed('{"access_token":"a.b.c","error":"access_denied"}')
    expect(await rejection(open(body))).toMatchObject({ code: 'REQUEST_REFUSED' })
  })
})

it('heeds the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(openReply(sealed('{}'), keys, 'r', 'required', { signal })).rejects.toThrow('enough')
})
