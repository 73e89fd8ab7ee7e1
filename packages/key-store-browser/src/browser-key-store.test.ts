import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import { decryptKeystoreJsonSync, encryptKeystoreJsonSync } from 'ethers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../../../test/support/failure-of.ts'
import { context, createOrigin, digest, listed, scrypt } from '../test-support/tabs.ts'
import { openBrowserKeyStore } from './browser-key-store.ts'

const PASSPHRASE = 'correct horse battery staple'
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 1)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('keys', () => {
  test('are named by their address where no id is given', async () => {
    const store = createOrigin().tab()
    const { keyId } = await store.import(Uint8Array.of(...new Uint8Array(31), 1))
    // The address of the private key 1.
    expect(keyId).toBe('0x7e5f4552091a69125d5dfcb7b8c2659029395bdf')
  })

  test('are listed in the order of their ids', async () => {
    const store = createOrigin().tab()
    for (const keyId of ['b', 'c', 'a']) await store.create({ keyId })
    expect(await listed(store)).toEqual(['a', 'b', 'c'])
  })

  test.each(['', 'x'.repeat(257), '\ud800', 5 as unknown])('take no id such as %j', async (keyId) => {
    const store = createOrigin().tab()
    await expect(store.create({ keyId: keyId as string })).rejects.toThrow(TypeError)
    expect(await store.get(keyId as string)).toBeUndefined()
    expect(await failureOf(store.delete(keyId as string))).toBe('KEY_NOT_FOUND')
    expect(await failureOf(store.exportKeystoreJson(keyId as string, 'x'))).toBe('KEY_NOT_FOUND')
  })

  test('are wiped from what the random source and the caller gave', async () => {
    const drawn: Uint8Array[] = []
    const randomBytes = (length: number) => {
      const bytes = crypto.getRandomValues(new Uint8Array(length))
      if (length === 32) drawn.push(bytes)
      return bytes
    }
    await createOrigin().tab({ randomBytes }).create()
    expect(drawn).toEqual([new Uint8Array(32)])
  })

  test('are wiped after each use', async () => {
    const store = createOrigin().tab()
    await store.import(SECRET, { keyId: 'key' })
    const { subtle } = crypto
    const decrypt = subtle.decrypt.bind(subtle)
    const unwrapped: ArrayBuffer[] = []
    const spy = vi.spyOn(subtle, 'decrypt').mockImplementation(async (...args: unknown[]) => {
      const plaintext = await Reflect.apply(decrypt, subtle, args)
      unwrapped.push(plaintext)
      return plaintext
    })
    await store.sign('key', digest, context)
    await store.get('key')
    spy.mockRestore()
    expect(unwrapped.length).toBeGreaterThan(1)
    for (const buffer of unwrapped) expect(new Uint8Array(buffer)).toEqual(new Uint8Array(32))
  })

  test('are not made by a broken random source', async () => {
    const store = createOrigin().tab({ randomBytes: (length) => new Uint8Array(length) })
    expect(await failureOf(store.create())).toBe('KEY_STORE_FAILED random source')
  })
})

describe('tabs', () => {
  test('that make the first key at the same time end with one wrapping key', async () => {
    const origin = createOrigin()
    const tabs = Array.from({ length: 8 }, () => origin.tab())
    await Promise.all(tabs.map((tab, index) => tab.create({ keyId: `key-${index}` })))
    expect(await origin.rows('wrapping-key')).toHaveLength(1)
    expect(await listed(tabs[0]!)).toHaveLength(8)
  })

  test('never replace the wrapping key that another made in between', async () => {
    const origin = createOrigin()
    const [slow, fast] = [origin.tab(), origin.tab()]
    beforeNext('generateKey', () => fast.create({ keyId: 'fast' }))
    await slow.create({ keyId: 'slow' })
    for (const keyId of ['fast', 'slow']) await slow.sign(keyId, digest, context)
  })

  test('wrap anew what they wrapped before another rotated the wrapping key', async () => {
    const origin = createOrigin()
    const [slow, fast] = [origin.tab(), origin.tab()]
    await fast.create({ keyId: 'fast' })
    const rotations = beforeNext('encrypt', () => fast.rotateWrappingKey())
    await slow.create({ keyId: 'slow' })
    expect(rotations).toHaveBeenCalled()
    for (const keyId of ['fast', 'slow']) await slow.sign(keyId, digest, context)
  })

  test('that make one id at the same time make one key', async () => {
    const origin = createOrigin()
    const made = Array.from({ length: 4 }, () => failureOf(origin.tab().create({ keyId: 'key' })))
    expect((await Promise.all(made)).sort()).toEqual(['KEY_EXISTS', 'KEY_EXISTS', 'KEY_EXISTS', 'none'])
  })

  test('see at once what another made and deleted', async () => {
    const origin = createOrigin()
    const [one, other] = [origin.tab(), origin.tab()]
    const { publicKey } = await one.create({ keyId: 'key' })
    expect((await other.get('key'))?.publicKey).toEqual(publicKey)
    await other.sign('key', digest, context)
    await one.delete('key')
    expect(await failureOf(other.sign('key', digest, context))).toBe('KEY_NOT_FOUND')
    expect(await failureOf(other.delete('key'))).toBe('KEY_NOT_FOUND')
    expect(await listed(other)).toEqual([])
    await other.create({ keyId: 'key' })
    expect((await one.get('key'))?.publicKey).not.toEqual(publicKey)
  })
})

describe('records', () => {
  async function twoKeys() {
    const origin = createOrigin()
    const store = origin.tab()
    await store.create({ keyId: 'a' })
    await store.create({ keyId: 'b' })
    const [a, b] = await origin.rows('keys')
    return { origin, store, a: a!, b: b! }
  }

  test.each([
    ['the name', (b: object) => ({ ...b, name: 'a' })],
    ['the public key', (b: object, a: object) => ({ ...a, publicKey: Reflect.get(b, 'publicKey') })],
    ['the ciphertext', (b: object, a: object) => ({ ...a, ciphertext: Reflect.get(b, 'ciphertext') })],
    ['the IV', (_b: object, a: object) => ({ ...a, iv: new Uint8Array(12) })],
    ['a cut ciphertext', (_b: object, a: object) => ({ ...a, ciphertext: new Uint8Array(47) })],
    ['no public key', (_b: object, a: object) => ({ ...a, publicKey: undefined })],
    ['a text for the wrapping key', (_b: object, a: object) => ({ ...a, wrappedBy: 1 })],
  ])('whose parts were exchanged are refused: %s', async (_name, exchange) => {
    const { origin, store, a, b } = await twoKeys()
    await origin.put('keys', exchange(b, a))
    for (const call of [
      () => store.get('a'),
      () => store.sign('a', digest, context),
      () => store.exportKeystoreJson('a', PASSPHRASE),
      () => listed(store),
      () => store.rotateWrappingKey(),
    ]) {
      expect(await failureOf(call())).toBe('KEY_STORE_FAILED damaged')
    }
    await store.sign('b', digest, context)
    await store.delete('a')
    expect(await listed(store)).toEqual(['b'])
  })

  test('one changed bit anywhere in the ciphertext is noticed', async () => {
    const { origin, store, a } = await twoKeys()
    const whole = a['ciphertext'] as Uint8Array
    for (let index = 0; index < whole.length; index++) {
      const ciphertext = whole.slice()
      ciphertext[index]! ^= 1 << (index % 8)
      await origin.put('keys', { ...a, ciphertext })
      expect(await failureOf(store.get('a'))).toBe('KEY_STORE_FAILED damaged')
    }
    await origin.put('keys', a)
    expect(await failureOf(store.get('a'))).toBe('none')
  })

  test('of a wrapping key that is gone are refused, and new ones can be made', async () => {
    const { origin, store } = await twoKeys()
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
    await origin.put('wrapping-key', { slot: 'current', id: 'another', key })
    expect(await failureOf(store.get('a'))).toBe('KEY_STORE_FAILED wrapping-key-missing')
    await store.create({ keyId: 'c' })
    expect(await failureOf(store.sign('c', digest, context))).toBe('none')
  })

  test('are not written under a wrapping key that scripts can read, or that is none', async () => {
    const { origin, store } = await twoKeys()
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [
      'encrypt',
      'decrypt',
    ])
    for (const row of [{ id: 'x', key }, { id: 'x', key: 'y' }, { key }]) {
      await origin.put('wrapping-key', { slot: 'current', ...row })
      expect(await failureOf(store.create())).toBe('KEY_STORE_FAILED damaged')
    }
  })

  test('hold the private key nowhere', async () => {
    const origin = createOrigin()
    await origin.tab().import(SECRET, { keyId: 'canary' })
    const rows = [...(await origin.rows('keys')), ...(await origin.rows('wrapping-key'))]
    const dump = JSON.stringify(rows, (_name, value) => (ArrayBuffer.isView(value) ? hex(value) : value))
    expect(dump).toContain('canary')
    expect(dump).not.toContain(hex(SECRET))
    for (const row of rows.flatMap(Object.values).filter((value) => ArrayBuffer.isView(value))) {
      expect(row.buffer.byteLength).toBe(row.byteLength)
    }
  })
})

describe('rotateWrappingKey', () => {
  test('wraps every key anew and keeps them', async () => {
    const origin = createOrigin()
    const [store, boxKeys] = [origin.tab(), origin.boxTab()]
    const { publicKey } = await store.create({ keyId: 'key' })
    const boxKey = await boxKeys.publicKey('inbox')
    const before = [
      await origin.rows('wrapping-key'),
      await origin.rows('keys'),
      await origin.rows('box-keys'),
    ]
    await store.rotateWrappingKey()
    const after = [
      await origin.rows('wrapping-key'),
      await origin.rows('keys'),
      await origin.rows('box-keys'),
    ]
    for (const [index, rows] of after.entries()) {
      expect(rows).toHaveLength(1)
      for (const member of ['id', 'wrappedBy', 'iv', 'ciphertext']) {
        const [old, fresh] = [before[index]![0]![member], rows[0]![member]]
        if (old !== undefined) expect(fresh).not.toEqual(old)
      }
    }
    expect((await store.get('key'))?.publicKey).toEqual(publicKey)
    expect(await failureOf(store.sign('key', digest, context))).toBe('none')
    expect(await boxKeys.publicKey('inbox')).toEqual(boxKey)
  })

  test('of an empty store does nothing', async () => {
    const origin = createOrigin()
    await origin.tab().rotateWrappingKey()
    expect(await origin.rows('wrapping-key')).toEqual([])
  })

  test('loses no key that other tabs make or delete meanwhile', async () => {
    const origin = createOrigin()
    const [one, other] = [origin.tab(), origin.tab()]
    for (const keyId of ['a', 'b', 'c']) await one.create({ keyId })
    await Promise.all([
      one.rotateWrappingKey(),
      other.create({ keyId: 'd' }),
      other.delete('b'),
      other.rotateWrappingKey(),
    ])
    expect(await listed(one)).toEqual(['a', 'c', 'd'])
    for (const keyId of ['a', 'c', 'd']) await other.sign(keyId, digest, context)
    expect(await origin.rows('wrapping-key')).toHaveLength(1)
  })

  test('gives up where other tabs never stop', async () => {
    const origin = createOrigin()
    const other = origin.tab()
    await other.create()
    const { subtle } = crypto
    const generateKey = subtle.generateKey.bind(subtle)
    let made = 0
    const spy = vi.spyOn(subtle, 'generateKey').mockImplementation(async (...args: unknown[]) => {
      await other.create()
      made++
      return Reflect.apply(generateKey, subtle, args)
    })
    expect(await failureOf(origin.tab().rotateWrappingKey())).toBe('KEY_STORE_FAILED busy')
    spy.mockRestore()
    expect(made).toBeGreaterThan(1)
    expect(await listed(other)).toHaveLength(1 + made)
  })
})

describe('backups', () => {
  test('go to a file store and ethers, and come from them', async () => {
    const store = createOrigin().tab()
    await store.import(SECRET, { keyId: 'key' })
    const json = await store.exportKeystoreJson('key', PASSPHRASE)
    expect(json).not.toContain(hex(SECRET))
    expect(decryptKeystoreJsonSync(json, PASSPHRASE).privateKey).toBe(`0x${hex(SECRET)}`)

    const directory = await mkdtemp(join(tmpdir(), 'uport-keys-'))
    try {
      const files = await openFileKeyStore({ directory, passphrase: 'other', scrypt })
      const { publicKey } = await files.importKeystoreJson(json, PASSPHRASE, { keyId: 'key' })
      const back = await files.exportKeystoreJson('key', PASSPHRASE)
      expect((await store.importKeystoreJson(back, PASSPHRASE, { keyId: 'back' })).publicKey).toEqual(
        publicKey,
      )
    } finally {
      await rm(directory, { recursive: true })
    }
    const account = {
      address: '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf',
      privateKey: `0x${'0'.repeat(63)}1`,
    }
    const foreign = encryptKeystoreJsonSync(account, PASSPHRASE, { scrypt: { N: 2, r: 8, p: 1 } })
    const { keyId } = await store.importKeystoreJson(foreign, PASSPHRASE)
    expect(keyId).toBe(account.address.toLowerCase())
  })

  test('are made anew each time, and open with their passphrase only', async () => {
    const store = createOrigin().tab()
    await store.create({ keyId: 'key' })
    const [one, two] = [
      await store.exportKeystoreJson('key', 'a'),
      await store.exportKeystoreJson('key', 'a'),
    ]
    expect(JSON.parse(one).crypto.ciphertext).not.toBe(JSON.parse(two).crypto.ciphertext)
    expect(await failureOf(store.importKeystoreJson(one, 'b', { keyId: 'x' }))).toBe('KEY_PASSPHRASE_WRONG')
    expect(await failureOf(store.importKeystoreJson('{}', 'b'))).toContain('KEYSTORE_JSON_INVALID')
    expect(await failureOf(store.importKeystoreJson(one, 'a', { keyId: 'key' }))).toBe('KEY_EXISTS')
    await expect(store.exportKeystoreJson('key', '')).rejects.toThrow(TypeError)
  })

  test('stop when they are told to', async () => {
    const store = createOrigin().tab({ scrypt: { n: 1024 } })
    await store.create({ keyId: 'key' })
    const json = await store.exportKeystoreJson('key', 'a')
    const [reason, controllers] = [new Error('enough'), [new AbortController(), new AbortController()]]
    const exporting = store.exportKeystoreJson('key', 'a', { signal: controllers[0]!.signal })
    const importing = store.importKeystoreJson(json, 'a', { keyId: 'late', signal: controllers[1]!.signal })
    for (const controller of controllers) controller.abort(reason)
    const outcomes = await Promise.allSettled([exporting, importing])
    expect(outcomes).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ])
    expect(await listed(store)).toEqual(['key'])
  })
})

describe('persistence', () => {
  const storageOf = (persisted: boolean, granted: boolean | Error) => ({
    persisted: vi.fn(async () => persisted),
    persist: vi.fn(async () => {
      if (granted instanceof Error) throw granted
      return granted
    }),
  })

  test.each([
    [storageOf(false, true), 'persistent', 1],
    [storageOf(true, false), 'persistent', 0],
    [storageOf(false, false), 'best-effort', 1],
    [storageOf(false, new Error('no')), 'unknown', 1],
  ])('is asked for with the first key, and its answer reported (%#)', async (storage, answer, asked) => {
    const store = createOrigin().tab({ storage })
    expect(storage.persisted).not.toHaveBeenCalled()
    await store.create()
    await store.create()
    expect(await store.persistence()).toBe(answer)
    expect(storage.persist).toHaveBeenCalledTimes(asked)
    expect(storage.persisted).toHaveBeenCalledTimes(1)
  })

  test('is asked for by nothing but the call where that is wanted', async () => {
    const storage = storageOf(false, true)
    const store = createOrigin().tab({ storage, persist: false })
    await store.create()
    expect(storage.persisted).not.toHaveBeenCalled()
    expect(await store.persistence()).toBe('persistent')
  })

  test('is unknown where the browser has nobody to ask', async () => {
    // Node has no navigator.storage.
    expect(await createOrigin().tab().persistence()).toBe('unknown')
  })
})

test('openBrowserKeyStore honours its signal, and leaves no connection', async () => {
  const { indexedDB } = createOrigin()
  const reason = new Error('enough')
  const open = openBrowserKeyStore({ indexedDB }, { signal: AbortSignal.abort(reason) })
  await expect(open).rejects.toBe(reason)
  const store = await openBrowserKeyStore({ indexedDB })
  await store[Symbol.asyncDispose]()
  expect(await failureOf(store.get('a'))).toBe('KEY_STORE_FAILED closed')
})

/** Has something happen while the next call of Web Cryptography is under way. */
function beforeNext(method: 'generateKey' | 'encrypt', happen: () => Promise<unknown>) {
  const { subtle } = crypto
  const genuine = Reflect.get(subtle, method)
  return vi.spyOn(subtle, method).mockImplementationOnce(async (...args: unknown[]) => {
    await happen()
    return Reflect.apply(genuine, subtle, args)
  })
}

function hex(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex')
}
