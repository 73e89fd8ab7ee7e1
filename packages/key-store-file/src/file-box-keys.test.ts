import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { x25519 } from '@noble/curves/ed25519.js'
import { sealBox } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileBoxKeys } from './file-box-keys.ts'
import { openFileKeyStore } from './file-key-store.ts'
import type { FileStoreOptions } from './file-store-options.ts'

const PASSPHRASE = 'correct horse battery staple'
const scrypt = { n: 2 }

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-keys-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const open = (more: Partial<FileStoreOptions> = {}) =>
  openFileBoxKeys({ directory, passphrase: PASSPHRASE, scrypt, ...more })
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const fileOf = (name: string) => join(directory, `box-${name}.json`)

describe('FileBoxKeys', () => {
  test('gives a name one key, in every process, and opens what was sealed to it', async () => {
    const keys = await open()
    const publicKey = await keys.publicKey('inbox')
    expect(publicKey).toHaveLength(32)
    expect(await keys.publicKey('inbox')).toEqual(publicKey)
    expect(await keys.publicKey('other')).not.toEqual(publicKey)
    const envelope = sealBox('hello', publicKey)
    expect(text(await keys.open('inbox', envelope))).toBe('hello')
    const later = await open()
    expect(text(await later.open('inbox', envelope))).toBe('hello')
    expect(await later.publicKey('inbox')).toEqual(publicKey)
    await expect(later.open('other', envelope)).rejects.toMatchObject({ code: 'BOX_OPEN_FAILED' })
    await expect(later.open('inbox', { ...envelope, nonce: '' })).rejects.toMatchObject({
      code: 'BOX_MALFORMED',
    })
  })

  test('calls and processes that meet get the same key', async () => {
    const stores = await Promise.all([open(), open(), open()])
    const got = await Promise.all([...stores, ...stores].map((keys) => keys.publicKey('inbox')))
    expect(new Set(got.map((publicKey) => Buffer.from(publicKey).toString('hex'))).size).toBe(1)
    expect(await readdir(directory)).toEqual(['box-inbox.json'])
  })

  test('knows no name that it never made, and forgets for good', async () => {
    const keys = await open()
    const envelope = sealBox('hello', await keys.publicKey('inbox'))
    await expect(keys.open('other', envelope)).rejects.toMatchObject({
      code: 'BOX_KEY_UNKNOWN',
      data: { name: 'other' },
    })
    await keys.forget('inbox')
    await keys.forget('inbox')
    expect(await readdir(directory)).toEqual([])
    await expect(keys.open('inbox', envelope)).rejects.toMatchObject({ code: 'BOX_KEY_UNKNOWN' })
  })

  test('asks for the passphrase once a name, and again after lock', async () => {
    let asked = 0
    const keys = await open({
      passphrase: async () => {
        asked++
        return PASSPHRASE
      },
    })
    const envelope = sealBox('hello', await keys.publicKey('inbox'))
    await keys.open('inbox', envelope)
    expect(asked).toBe(1)
    keys.lock()
    await keys.open('inbox', envelope)
    expect(asked).toBe(2)
  })

  test('shares a directory with signing keys, and neither takes the other’s files for its own', async () => {
    const keys = await open()
    const store = await openFileKeyStore({ directory, passphrase: PASSPHRASE, scrypt })
    await keys.publicKey('one')
    const { publicKey } = await store.create({ keyId: 'one' })
    const listed = []
    for await (const info of store.list()) listed.push(info)
    expect(listed).toEqual([{ keyId: 'one', type: 'secp256k1', publicKey }])
    await writeFile(fileOf('two'), await readFile(join(directory, 'key-one.json')), { mode: 0o600 })
    await expect(keys.publicKey('two')).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'damaged' },
    })
  })

  test('refuses a wrong passphrase, also for the public key', async () => {
    await (await open()).publicKey('inbox')
    const keys = await open({ passphrase: 'wrong' })
    await expect(keys.publicKey('inbox')).rejects.toMatchObject({ code: 'KEY_PASSPHRASE_WRONG' })
    await expect(open({ passphrase: '' })).rejects.toThrow(TypeError)
    await expect(open({ scrypt: { n: 5 } })).rejects.toThrow(TypeError)
  })

  test('finds out an intruder’s public key', async () => {
    await (await open()).publicKey('inbox')
    const document = JSON.parse(await readFile(fileOf('inbox'), 'utf8'))
    document.publicKey = Buffer.from(x25519.getPublicKey(new Uint8Array(32).fill(5))).toString('hex')
    await writeFile(fileOf('inbox'), JSON.stringify(document))
    const damaged = { code: 'KEY_STORE_FAILED', data: { reason: 'damaged', keyId: 'inbox' } }
    await expect((await open()).publicKey('inbox')).rejects.toMatchObject(damaged)
  })

  test('changes the passphrase of a key, and opens what was sealed before', async () => {
    const keys = await open()
    const envelope = sealBox('hello', await keys.publicKey('inbox'))
    await keys.changePassphrase('inbox', PASSPHRASE, 'new one')
    const later = await open({
      passphrase: async (name, kind) => (`${kind} ${name}` === 'box inbox' ? 'new one' : ''),
    })
    expect(text(await later.open('inbox', envelope))).toBe('hello')
    await expect(keys.changePassphrase('inbox', PASSPHRASE, 'x')).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_WRONG',
      data: { keyId: 'inbox' },
    })
    await expect(keys.changePassphrase('other', PASSPHRASE, 'x')).rejects.toMatchObject({
      code: 'BOX_KEY_UNKNOWN',
    })
    await expect(keys.changePassphrase('inbox', 'new one', '')).rejects.toThrow(TypeError)
    const changed = await Promise.allSettled(
      ['a', 'b'].map((next) => keys.changePassphrase('inbox', 'new one', next)),
    )
    expect(changed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('refuses names that no file can have', async () => {
    const keys = await open()
    const envelope = sealBox('hello', await keys.publicKey('inbox'))
    for (const name of ['', 'x'.repeat(201)]) {
      await expect(keys.publicKey(name)).rejects.toThrow(TypeError)
      await expect(keys.open(name, envelope)).rejects.toThrow(TypeError)
      await expect(keys.forget(name)).rejects.toThrow(TypeError)
    }
  })

  test('honours a signal', async () => {
    const keys = await open()
    const envelope = sealBox('hello', await keys.publicKey('inbox'))
    const signal = AbortSignal.abort(new Error('enough'))
    for (const call of [
      () => openFileBoxKeys({ directory, passphrase: PASSPHRASE }, { signal }),
      () => keys.publicKey('other', { signal }),
      () => keys.open('inbox', envelope, { signal }),
      () => keys.forget('inbox', { signal }),
    ]) {
      await expect(call()).rejects.toThrow('enough')
    }
    expect(await readdir(directory)).toEqual(['box-inbox.json'])
  })

  test('keeps neither passphrase nor key in the file', async () => {
    const keys = await open({ randomBytes: (length) => new Uint8Array(length).fill(7) })
    await keys.publicKey('inbox')
    const stored = await readFile(fileOf('inbox'), 'utf8')
    expect(JSON.parse(stored)).toMatchObject({ kind: 'uport-kit/box-key', version: 1 })
    expect(JSON.parse(stored).crypto.ciphertext).not.toBe('07'.repeat(32))
    expect(stored).not.toContain(PASSPHRASE)
  })
})
