import { ManualClock, sealBox } from '@uport-kit/core'
import { IDBDatabase } from 'fake-indexeddb'
import { describe, expect, test, vi } from 'vitest'
import { failureOf } from '../../../test/support/failure-of.ts'
import { createOrigin } from '../test-support/tabs.ts'
import { openBrowserBoxKeys } from './browser-box-keys.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('BrowserBoxKeys', () => {
  test('gives a name one key, in every tab, and opens what was sealed to it', async () => {
    const origin = createOrigin()
    const [one, other] = [origin.boxTab(), origin.boxTab()]
    const publicKeys = await Promise.all([one, other, one, other].map((keys) => keys.publicKey('inbox')))
    expect(new Set(publicKeys.map((key) => key.join())).size).toBe(1)
    expect(await one.publicKey('other')).not.toEqual(publicKeys[0])
    const envelope = sealBox('hello', publicKeys[0]!)
    expect(text(await other.open('inbox', envelope))).toBe('hello')
    expect(await failureOf(one.open('other', envelope))).toContain('BOX_OPEN_FAILED')
    expect(await failureOf(one.open('inbox', { ...envelope, nonce: '' }))).toContain('BOX_MALFORMED')
  })

  test('outlives the page, and is forgotten for every tab', async () => {
    const origin = createOrigin()
    const before = await openBrowserBoxKeys({ indexedDB: origin.indexedDB })
    const envelope = sealBox('hello', await before.publicKey('request'))
    await before[Symbol.asyncDispose]()
    const after = origin.boxTab()
    expect(text(await after.open('request', envelope))).toBe('hello')
    await origin.boxTab().forget('request')
    await after.forget('request')
    expect(await failureOf(after.open('request', envelope))).toBe('BOX_KEY_UNKNOWN')
    expect(await failureOf(before.publicKey('request'))).toBe('KEY_STORE_FAILED closed')
  })

  test('clears away what expired, when a new one is made', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(1000)
    const keys = origin.boxTab({ clock })
    await keys.publicKey('lasting')
    await keys.publicKey('early', { expiresAt: 1100 })
    await keys.publicKey('late', { expiresAt: 2000 })
    const names = async () => (await origin.rows('box-keys')).map(({ name }) => name)
    clock.advance(400)
    await keys.publicKey('at the edge', { expiresAt: 5000 })
    expect(await names()).toEqual(['at the edge', 'early', 'lasting', 'late'])
    clock.advance(1)
    await keys.publicKey('after it')
    expect(await names()).toEqual(['after it', 'at the edge', 'lasting', 'late'])
    await origin.tab().rotateWrappingKey()
    expect((await origin.rows('box-keys')).map(({ expiresAt }) => expiresAt)).toEqual([
      undefined,
      5000,
      undefined,
      2000,
    ])
  })

  test('refuses a record that was exchanged, or that has the name of a signing key', async () => {
    const origin = createOrigin()
    const keys = origin.boxTab()
    for (const name of ['a', 'b']) await keys.publicKey(name)
    const [a] = await origin.rows('box-keys')
    await origin.put('box-keys', { ...a, name: 'b' })
    expect(await failureOf(keys.publicKey('b'))).toBe('KEY_STORE_FAILED damaged')
    await origin.tab().create({ keyId: 'c' })
    const [key] = await origin.rows('keys')
    await origin.put('box-keys', { ...key, publicKey: (key!['publicKey'] as Uint8Array).slice(1) })
    expect(await failureOf(keys.publicKey('c'))).toBe('KEY_STORE_FAILED damaged')
  })

  test('says that a key was deleted while it was made', async () => {
    const origin = createOrigin()
    const other = origin.boxTab()
    await other.publicKey('first')
    const { subtle } = crypto
    const encrypt = subtle.encrypt.bind(subtle)
    const pending: Promise<unknown>[] = []
    // The other tab is faster, and forgets the key right after this tab has found that.
    const { transaction } = IDBDatabase.prototype
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const encrypting = vi.spyOn(subtle, 'encrypt').mockImplementationOnce(async (...args: unknown[]) => {
      await other.publicKey('inbox')
      transactions.mockImplementationOnce(function (this: unknown, ...of: unknown[]) {
        pending.push(other.forget('inbox'))
        return Reflect.apply(transaction, this, of)
      })
      return Reflect.apply(encrypt, subtle, args)
    })
    expect(await failureOf(origin.boxTab().publicKey('inbox'))).toBe('KEY_STORE_FAILED changed')
    expect(await failureOf(Promise.all(pending))).toBe('none')
    expect(pending).toHaveLength(1)
    for (const spy of [transactions, encrypting]) spy.mockRestore()
  })

  test.each(['', 'x'.repeat(257), '\udc00'])('takes no name such as %j', async (name) => {
    const keys = createOrigin().boxTab()
    await expect(keys.publicKey(name)).rejects.toThrow(TypeError)
    await expect(keys.open(name, sealBox('x', new Uint8Array(32).fill(9)))).rejects.toThrow(TypeError)
    await expect(keys.forget(name)).rejects.toThrow(TypeError)
  })

  test('honours an aborted signal', async () => {
    const keys = createOrigin().boxTab()
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(keys.publicKey('a', { signal })).rejects.toBe(reason)
    await expect(keys.open('a', sealBox('x', new Uint8Array(32).fill(9)), { signal })).rejects.toBe(reason)
    await expect(keys.forget('a', { signal })).rejects.toBe(reason)
    await expect(openBrowserBoxKeys({}, { signal })).rejects.toBe(reason)
  })
})
