import { describe, expect, test } from 'vitest'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { sealBox } from '../encryption/box.ts'
import { boxPublicKey } from '../encryption/nacl-box.ts'
import { memoryBoxKeys } from './memory-box-keys.ts'

describe('memoryBoxKeys', () => {
  test('gives each name one key, and opens what was sealed to it', async () => {
    const keys = memoryBoxKeys()
    const first = await keys.publicKey('request-1')
    const second = await keys.publicKey('request-2')
    expect(first).toHaveLength(32)
    expect(await keys.publicKey('request-1')).toEqual(first)
    expect(second).not.toEqual(first)
    const envelope = sealBox('hello', first)
    expect(decodeUtf8(await keys.open('request-1', envelope))).toBe('hello')
    await expect(keys.open('request-2', envelope)).rejects.toMatchObject({ code: 'BOX_OPEN_FAILED' })
  })

  test('calls that meet make one key', async () => {
    const keys = memoryBoxKeys()
    const [one, two] = await Promise.all([keys.publicKey('name'), keys.publicKey('name')])
    expect(one).toEqual(two)
  })

  test('makes room for new keys by those whose requests are long over, and by no others', async () => {
    const clock = new ManualClock(1_700_000_000)
    const keys = memoryBoxKeys({ clock, maxKeys: 2 })
    const kept = await keys.publicKey('long-lived')
    await keys.publicKey('abandoned', { expiresAt: clock.now() + 120 })
    clock.advance(420)
    await expect(keys.publicKey('next')).rejects.toMatchObject({ code: 'KEY_STORE_FAILED' })
    clock.advance(1)
    await keys.publicKey('next')
    expect(await keys.publicKey('long-lived')).toEqual(kept)
  })

  test('a caller who changes what it got changes nothing here', async () => {
    const keys = memoryBoxKeys()
    const got = await keys.publicKey('name')
    const copy = got.slice()
    got.fill(0)
    expect(await keys.publicKey('name')).toEqual(copy)
  })

  test('forgets, harmlessly when repeated, and then knows the name no more', async () => {
    const keys = memoryBoxKeys()
    const before = await keys.publicKey('name')
    await keys.forget('name')
    await keys.forget('name')
    await expect(keys.open('name', sealBox('hello', before))).rejects.toMatchObject({
      code: 'BOX_KEY_UNKNOWN',
      data: { name: 'name' },
    })
    expect(await keys.publicKey('name')).not.toEqual(before)
  })

  test('is bounded: refuses one more rather than evict', async () => {
    const keys = memoryBoxKeys({ maxKeys: 2 })
    const first = await keys.publicKey('1')
    await keys.publicKey('2')
    await expect(keys.publicKey('3')).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'full' },
    })
    expect(await keys.publicKey('1')).toEqual(first)
    await keys.forget('2')
    expect(await keys.publicKey('3')).toHaveLength(32)
  })

  test('takes its randomness from the option', async () => {
    const keys = memoryBoxKeys({ randomBytes: (length) => new Uint8Array(length).fill(9) })
    expect(await keys.publicKey('name')).toEqual(boxPublicKey(new Uint8Array(32).fill(9)))
  })

  test('checks envelopes, names and options', async () => {
    const keys = memoryBoxKeys()
    const envelope = sealBox('hello', await keys.publicKey('name'))
    await expect(keys.open('name', { ...envelope, version: 'x' })).rejects.toMatchObject({
      code: 'BOX_UNSUPPORTED_VERSION',
    })
    await expect(keys.open('name', { ...envelope, nonce: '' })).rejects.toMatchObject({
      code: 'BOX_MALFORMED',
    })
    await expect(keys.publicKey('')).rejects.toThrow(TypeError)
    await expect(keys.publicKey('n'.repeat(257))).rejects.toThrow(TypeError)
    await expect(keys.open('', envelope)).rejects.toThrow(TypeError)
    expect(() => memoryBoxKeys({ maxKeys: 0 })).toThrow(TypeError)
  })

  test('honours a signal', async () => {
    const keys = memoryBoxKeys()
    const envelope = sealBox('hello', await keys.publicKey('name'))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(keys.publicKey('other', { signal })).rejects.toThrow('enough')
    await expect(keys.open('name', envelope, { signal })).rejects.toThrow('enough')
    await expect(keys.forget('name', { signal })).rejects.toThrow('enough')
    expect(await keys.open('name', envelope)).toHaveLength(5)
  })
})
