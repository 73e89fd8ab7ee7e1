import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type SignContext, sha256 } from '@uport-kit/core'
import { encryptKeystoreJsonSync, HDNodeWallet, Wallet } from 'ethers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileKeyStore } from './file-key-store.ts'
import type { FileStoreOptions } from './file-store-options.ts'

const PASSPHRASE = 'correct horse battery staple'
/** For tests alone: a guess costs nothing. */
const scrypt = { n: 2 }
const privateKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1)

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-keys-'))
})
afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

const open = (more: Partial<FileStoreOptions> = {}) =>
  openFileKeyStore({ directory, passphrase: PASSPHRASE, scrypt, ...more })

const preimage = new TextEncoder().encode('header.payload')
const digest = sha256(preimage)
const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }
const fileOf = (keyId: string) => join(directory, `key-${keyId}.json`)
const edit = async (keyId: string, change: (document: Record<string, unknown>) => void) => {
  const document = JSON.parse(await readFile(fileOf(keyId), 'utf8'))
  change(document)
  await writeFile(fileOf(keyId), JSON.stringify(document))
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

function verifies({ r, s }: { r: Uint8Array; s: Uint8Array }, publicKey: Uint8Array): boolean {
  return secp256k1.verify(Buffer.concat([r, s]), digest, publicKey, { prehash: false })
}

describe('keys', () => {
  test('are made, found, listed, and sign', async () => {
    const store = await open()
    const info = await store.create({ keyId: 'login' })
    expect(info).toEqual({ keyId: 'login', type: 'secp256k1', publicKey: expect.any(Uint8Array) })
    expect(info.publicKey).toHaveLength(33)
    expect(await store.get('login')).toEqual(info)
    expect(await all(store.list())).toEqual([info])
    expect(verifies(await store.sign('login', digest, context), info.publicKey)).toBe(true)
  })

  test('outlive the process', async () => {
    const info = await (await open()).create({ keyId: 'login' })
    const later = await open()
    expect(await later.get('login')).toEqual(info)
    expect(verifies(await later.sign('login', digest, context), info.publicKey)).toBe(true)
  })

  test('have their address for an id where none is given', async () => {
    const store = await open()
    const { keyId } = await store.import(privateKey)
    expect(keyId).toBe(new Wallet(`0x${Buffer.from(privateKey).toString('hex')}`).address.toLowerCase())
    expect(await store.get(keyId)).toMatchObject({ keyId })
    await expect(store.import(privateKey)).rejects.toMatchObject({ code: 'KEY_EXISTS', data: { keyId } })
  })

  test('may have any name, and none leads out of the directory', async () => {
    const store = await open()
    const names = ['../../outside', 'Login', 'login', 'did:web:app.example#keys-1', '__proto__']
    for (const keyId of names) await store.create({ keyId })
    expect((await all(store.list())).map((info) => info.keyId).sort()).toEqual([...names].sort())
    expect(await readdir(directory)).toHaveLength(names.length)
    for (const keyId of ['', 'x'.repeat(201), '\ud800']) {
      await expect(store.create({ keyId })).rejects.toThrow(TypeError)
      expect(await store.get(keyId)).toBeUndefined()
      await expect(store.sign(keyId, digest, context)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
      await expect(store.delete(keyId)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    }
  })

  test('are never replaced', async () => {
    const store = await open()
    const info = await store.create({ keyId: 'login' })
    await expect(store.create({ keyId: 'login' })).rejects.toMatchObject({ code: 'KEY_EXISTS' })
    await expect(store.import(privateKey, { keyId: 'login' })).rejects.toMatchObject({ code: 'KEY_EXISTS' })
    expect(await store.get('login')).toEqual(info)
  })

  test('of two stores that make the same one at once, one wins', async () => {
    const [one, two] = [await open(), await open()]
    const made = await Promise.allSettled(
      [one, two, one, two].map((store) => store.create({ keyId: 'login' })),
    )
    const won = made.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(await one.get('login')).toEqual(won[0]?.value)
    for (const result of made) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'KEY_EXISTS' })
    }
  })

  test('are deleted for good, unlocked or not', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    await store.sign('login', digest, context)
    await store.delete('login')
    expect(await store.get('login')).toBeUndefined()
    await expect(store.sign('login', digest, context)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    await expect(store.unlock('login')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    await expect(store.delete('login')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
    const again = await store.create({ keyId: 'login' })
    expect(verifies(await store.sign('login', digest, context), again.publicKey)).toBe(true)
  })

  test('that are none are refused; what is given is copied and not touched', async () => {
    const store = await open()
    for (const bad of [
      new Uint8Array(32),
      new Uint8Array(32).fill(255),
      new Uint8Array(31),
      new Uint8Array(0),
    ]) {
      await expect(store.import(bad)).rejects.toMatchObject({ code: 'KEY_INVALID' })
    }
    const given = privateKey.slice()
    await store.import(given, { keyId: 'mine' })
    expect(given).toEqual(privateKey)
    expect(await readdir(directory)).toEqual(['key-mine.json'])
  })

  test('are not signed with over another digest', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    const other = sha256(digest)
    await expect(store.sign('login', other, context)).rejects.toMatchObject({ code: 'KEY_DIGEST_MISMATCH' })
  })

  test('are listed by file name, other files aside', async () => {
    const store = await open()
    await store.create({ keyId: 'b' })
    await store.create({ keyId: 'a' })
    for (const name of ['key-A.json', 'note.txt', 'box-a.json']) await writeFile(join(directory, name), 'x')
    expect((await all(store.list())).map((info) => info.keyId)).toEqual(['a', 'b'])
  })
})

describe('passphrases', () => {
  test('are asked for when a key is made and first used, not for listing, nor again', async () => {
    let asked = 0
    const store = await open({
      passphrase: async () => {
        asked++
        return PASSPHRASE
      },
    })
    await store.create({ keyId: 'login' })
    expect(asked).toBe(1)
    await all(store.list())
    await store.get('login')
    expect(asked).toBe(1)
    await Promise.all([store.sign('login', digest, context), store.sign('login', digest, context)])
    await store.sign('login', digest, context)
    expect(asked).toBe(2)
    store.lock()
    await store.sign('login', digest, context)
    expect(asked).toBe(3)
  })

  test('that are wrong open nothing, and may be given again', async () => {
    await (await open()).create({ keyId: 'login' })
    const answers = ['wrong', PASSPHRASE]
    const store = await open({ passphrase: async () => answers.shift()! })
    const failure = await store.sign('login', digest, context).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'KEY_PASSPHRASE_WRONG', data: { keyId: 'login' } })
    expect(`${String(failure)}${JSON.stringify(failure)}`).not.toContain('wrong"')
    expect(await store.sign('login', digest, context)).toBeDefined()
  })

  test('must not be empty', async () => {
    await expect(open({ passphrase: '' })).rejects.toThrow(TypeError)
    await expect(open({ directory: '' })).rejects.toThrow(TypeError)
    await expect(open({ passphrase: 5 as unknown as string })).rejects.toThrow(TypeError)
    const store = await open({ passphrase: async () => '' })
    await expect(store.create()).rejects.toThrow(TypeError)
    await expect(store.exportKeystoreJson('x', '')).rejects.toThrow(TypeError)
    expect(await readdir(directory)).toEqual([])
  })

  test('are not in the file, nor is the key', async () => {
    await (await open()).import(privateKey, { keyId: 'login' })
    const text = await readFile(fileOf('login'), 'utf8')
    expect(text).not.toContain(Buffer.from(privateKey).toString('hex'))
    expect(text).not.toContain(PASSPHRASE)
    expect(JSON.parse(text).crypto.kdfparams).toMatchObject({ n: 2, r: 8, p: 1, dklen: 32 })
  })

  test('cost as much as ethers asks, by default', async () => {
    const store = await openFileKeyStore({ directory, passphrase: PASSPHRASE })
    const info = await store.create({ keyId: 'login' })
    const document = JSON.parse(await readFile(fileOf('login'), 'utf8'))
    expect(document.crypto.kdfparams).toMatchObject({ n: 131_072, r: 8, p: 1 })
    expect(verifies(await store.sign('login', digest, context), info.publicKey)).toBe(true)
  })

  test.each([{ n: 3 }, { n: 1 }, { n: 2 ** 30 }, { r: 0 }, { p: 1.5 }, { p: 2 ** 20 }])(
    'cost %j is refused',
    async (bad) => {
      await expect(open({ scrypt: bad })).rejects.toThrow(TypeError)
    },
  )
})

describe('changePassphrase', () => {
  test('keeps the key and its unlocked state, and exchanges what opens the file', async () => {
    const store = await open()
    const info = await store.import(privateKey, { keyId: 'login' })
    await store.sign('login', digest, context)
    await store.changePassphrase('login', PASSPHRASE, 'new one')
    expect(await store.get('login')).toEqual(info)
    expect(verifies(await store.sign('login', digest, context), info.publicKey)).toBe(true)
    store.lock()
    await expect(store.sign('login', digest, context)).rejects.toMatchObject({ code: 'KEY_PASSPHRASE_WRONG' })
    const later = await open({ passphrase: 'new one' })
    expect(verifies(await later.sign('login', digest, context), info.publicKey)).toBe(true)
    expect(await readdir(directory)).toEqual(['key-login.json'])
  })

  test('asks the source for the passphrase of the key', async () => {
    const asked: string[] = []
    const store = await open({
      passphrase: async (keyId, kind) => {
        asked.push(`${kind} ${keyId}`)
        return `passphrase of ${keyId}`
      },
    })
    for (const keyId of ['a', 'b']) await store.create({ keyId })
    for (const keyId of ['a', 'b']) await store.sign(keyId, digest, context)
    expect(asked).toEqual(['key a', 'key b', 'key a', 'key b'])
    await store.changePassphrase('a', 'passphrase of a', 'x')
    store.lock()
    await expect(store.unlock('a')).rejects.toMatchObject({ code: 'KEY_PASSPHRASE_WRONG' })
    await store.unlock('b')
  })

  test('raises the cost where the store has another one by now', async () => {
    await (await open()).create({ keyId: 'login' })
    await (await open({ scrypt: { n: 4 } })).changePassphrase('login', PASSPHRASE, PASSPHRASE)
    expect(JSON.parse(await readFile(fileOf('login'), 'utf8')).crypto.kdfparams.n).toBe(4)
  })

  test('changes nothing where it fails', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    const before = await readFile(fileOf('login'), 'utf8')
    await expect(store.changePassphrase('login', 'wrong', 'new')).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_WRONG',
    })
    await expect(store.changePassphrase('login', PASSPHRASE, '')).rejects.toThrow(TypeError)
    await expect(store.changePassphrase('login', '', 'new')).rejects.toThrow(TypeError)
    for (const keyId of ['other', '']) {
      await expect(store.changePassphrase(keyId, PASSPHRASE, 'new')).rejects.toMatchObject({
        code: 'KEY_NOT_FOUND',
      })
    }
    const controller = new AbortController()
    const work = store
      .changePassphrase('login', PASSPHRASE, 'new', { signal: controller.signal })
      .catch((error: unknown) => error)
    controller.abort(new Error('enough'))
    expect(await work).toMatchObject({ message: 'enough' })
    expect(await readFile(fileOf('login'), 'utf8')).toBe(before)
  })

  test('of two who change it at once tells one that the other was faster', async () => {
    const stores = await Promise.all([open(), open(), open()])
    const info = await stores[0]?.create({ keyId: 'login' })
    const changed = await Promise.allSettled(
      stores.map((store, index) => store.changePassphrase('login', PASSPHRASE, `new ${index}`)),
    )
    const winner = changed.findIndex(({ status }) => status === 'fulfilled')
    for (const [index, outcome] of changed.entries()) {
      if (index === winner) continue
      const { reason } = outcome as PromiseRejectedResult
      if (reason.code !== 'KEY_PASSPHRASE_WRONG') expect(reason.data).toMatchObject({ reason: 'changed' })
    }
    expect(changed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const later = await open({ passphrase: `new ${winner}` })
    await later.unlock('login')
    expect(await later.get('login')).toEqual(info)
  })

  test('does not touch a damaged file', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    await edit('login', (document) => {
      delete document['address']
      document['x-uport'] = { publicKey: Buffer.from(secp256k1.getPublicKey(privateKey)).toString('hex') }
    })
    const before = await readFile(fileOf('login'), 'utf8')
    await expect(store.changePassphrase('login', PASSPHRASE, 'new')).rejects.toMatchObject({
      data: { reason: 'damaged', keyId: 'login' },
    })
    expect(await readFile(fileOf('login'), 'utf8')).toBe(before)
  })
})

describe('lock', () => {
  test('meets a call that waits: it fails, and the next one unlocks', async () => {
    let answer: (passphrase: string) => void = () => {}
    const answers = [
      Promise.resolve(PASSPHRASE),
      new Promise<string>((resolve) => (answer = resolve)),
      PASSPHRASE,
    ]
    const store = await open({ passphrase: async () => answers.shift()! })
    const info = await store.create({ keyId: 'login' })
    const waiting = store.sign('login', digest, context, { signal: new AbortController().signal })
    const outcome = waiting.catch((error: unknown) => error)
    await until(() => answers.length === 1)
    store.lock()
    answer(PASSPHRASE)
    expect(await outcome).toMatchObject({ code: 'KEY_STORE_FAILED', data: { reason: 'locked' } })
    expect(verifies(await store.sign('login', digest, context), info.publicKey)).toBe(true)
  })
})

describe('signals', () => {
  test('that are aborted before', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    const signal = AbortSignal.abort(new Error('enough'))
    for (const call of [
      () => openFileKeyStore({ directory, passphrase: PASSPHRASE }, { signal }),
      () => store.create({ signal }),
      () => store.import(privateKey, { signal }),
      () => store.importKeystoreJson('{}', 'x', { signal }),
      () => store.exportKeystoreJson('login', 'x', { signal }),
      () => store.delete('login', { signal }),
      () => store.unlock('login', { signal }),
      () => store.sign('login', digest, context, { signal }),
      () => store.get('login', { signal }),
      () => all(store.list({ signal })),
    ]) {
      await expect(call()).rejects.toThrow('enough')
    }
    expect(await readdir(directory)).toEqual(['key-login.json'])
  })

  test('that are aborted while the passphrase is asked for leave no trace', async () => {
    const controller = new AbortController()
    let answer: (passphrase: string) => void = () => {}
    const asked = new Promise<string>((resolve) => (answer = resolve))
    const store = await open({
      passphrase: () => {
        controller.abort(new Error('enough'))
        return asked
      },
    })
    await expect(store.create({ signal: controller.signal })).rejects.toThrow('enough')
    answer(PASSPHRASE)
    expect(await readdir(directory)).toEqual([])
  })

  test('that are aborted while a document is opened, or a key encrypted, leave no trace', async () => {
    const store = await open({ scrypt: { n: 1024 } })
    await store.import(privateKey, { keyId: 'login' })
    const json = await store.exportKeystoreJson('login', 'other')
    for (const call of [
      (signal: AbortSignal) => store.importKeystoreJson(json, 'other', { signal }),
      (signal: AbortSignal) => store.importKeystoreJson(json, 'wrong', { signal }),
      (signal: AbortSignal) => store.exportKeystoreJson('login', 'other', { signal }),
    ]) {
      const controller = new AbortController()
      const outcome = call(controller.signal).catch((error: unknown) => error)
      controller.abort(new Error('enough'))
      expect(await outcome).toMatchObject({ message: 'enough' })
    }
    expect(await readdir(directory)).toEqual(['key-login.json'])
  })

  test('of one caller do not reach another that waits for the same key', async () => {
    await (await open()).create({ keyId: 'login' })
    let answer: (passphrase: string) => void = () => {}
    let asked = false
    const store = await open({
      passphrase: () => {
        asked = true
        return new Promise<string>((resolve) => (answer = resolve))
      },
    })
    const controller = new AbortController()
    const one = store
      .sign('login', digest, context, { signal: controller.signal })
      .catch((error: unknown) => error)
    const two = store.sign('login', digest, context)
    await until(() => asked)
    controller.abort(new Error('enough'))
    expect(await one).toMatchObject({ message: 'enough' })
    answer(PASSPHRASE)
    expect(await two).toMatchObject({ r: expect.any(Uint8Array) })
  })
})

describe('other wallets', () => {
  test('ethers opens our files', async () => {
    const store = await open()
    await store.import(privateKey, { keyId: 'login' })
    const wallet = await Wallet.fromEncryptedJson(await readFile(fileOf('login'), 'utf8'), PASSPHRASE)
    expect(wallet.privateKey).toBe(`0x${Buffer.from(privateKey).toString('hex')}`)
  })

  test('ethers opens our exports, under a passphrase outside ASCII too', async () => {
    const store = await open()
    await store.import(privateKey, { keyId: 'login' })
    const exported = await store.exportKeystoreJson('login', 'pä\u00dfwörd ﬁ')
    const wallet = await Wallet.fromEncryptedJson(exported, 'pä\u00dfwörd ﬁ')
    expect(wallet.privateKey).toBe(`0x${Buffer.from(privateKey).toString('hex')}`)
    await expect(store.exportKeystoreJson('other', 'x')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  test('we open files of ethers, with a mnemonic too', async () => {
    const store = await open()
    for (const wallet of [new Wallet(`0x${'0'.repeat(60)}1234`), HDNodeWallet.createRandom()]) {
      const json = ethersJson(wallet, 'pä\u00dfwörd')
      expect(json.includes('mnemonicCiphertext')).toBe(wallet instanceof HDNodeWallet)
      const info = await store.importKeystoreJson(json, 'pä\u00dfwörd')
      expect(info.keyId).toBe(wallet.address.toLowerCase())
      expect(verifies(await store.sign(info.keyId, digest, context), info.publicKey)).toBe(true)
    }
  })

  test('we refuse them with another passphrase, or broken', async () => {
    const store = await open()
    const json = ethersJson(Wallet.createRandom(), 'secret')
    await expect(store.importKeystoreJson(json, 'Secret')).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_WRONG',
    })
    await expect(store.importKeystoreJson('{}', 'secret')).rejects.toMatchObject({
      code: 'KEYSTORE_JSON_INVALID',
    })
    expect(await readdir(directory)).toEqual([])
  })

  test('a passphrase is changed by moving the keys to a new store', async () => {
    const store = await open()
    await store.import(privateKey, { keyId: 'login' })
    const next = await openFileKeyStore({ directory: join(directory, 'next'), passphrase: 'new one', scrypt })
    const exported = await store.exportKeystoreJson('login', 'new one')
    expect(await next.importKeystoreJson(exported, 'new one', { keyId: 'login' })).toEqual(
      await store.get('login'),
    )
  })
})

describe('hostile files', () => {
  const damaged = { code: 'KEY_STORE_FAILED', data: { reason: 'damaged', keyId: 'login' } }

  test('that are damaged, or greedy, are told by their id', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    await edit('login', (document) => {
      document['crypto'] = {
        ...(document['crypto'] as object),
        kdfparams: { n: 2 ** 40, r: 8, p: 1, dklen: 32 },
      }
    })
    await expect(store.get('login')).rejects.toMatchObject(damaged)
    await expect(all(store.list())).rejects.toMatchObject(damaged)
    await expect(store.sign('login', digest, context)).rejects.toMatchObject(damaged)
    await writeFile(fileOf('login'), '{"version":')
    await expect(store.get('login')).rejects.toMatchObject(damaged)
  })

  test('that name an intruder’s public key are found out when the key is unlocked', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    await edit('login', (document) => {
      document['x-uport'] = { publicKey: Buffer.from(secp256k1.getPublicKey(privateKey)).toString('hex') }
      delete document['address']
    })
    await expect(store.unlock('login')).rejects.toMatchObject(damaged)
    await expect(store.sign('login', digest, context)).rejects.toMatchObject(damaged)
  })

  test('that hold an intruder’s key do not open', async () => {
    const store = await open()
    await store.create({ keyId: 'login' })
    const elsewhere = await openFileKeyStore({
      directory: join(directory, 'evil'),
      passphrase: 'evil',
      scrypt,
    })
    await elsewhere.create({ keyId: 'login' })
    await rename(join(directory, 'evil', 'key-login.json'), fileOf('login'))
    await expect(store.sign('login', digest, context)).rejects.toMatchObject({ code: 'KEY_PASSPHRASE_WRONG' })
  })

  test('of another writer are not taken for ours', async () => {
    const store = await open()
    const json = ethersJson(Wallet.createRandom(), 'secret')
    await writeFile(fileOf('login'), json, { mode: 0o600 })
    await expect(store.get('login')).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'foreign' },
    })
  })
})

function ethersJson(wallet: Wallet | HDNodeWallet, passphrase: string): string {
  const { address, privateKey } = wallet
  const words = wallet instanceof HDNodeWallet ? wallet.mnemonic : undefined
  const account = words
    ? { address, privateKey, mnemonic: { entropy: words.entropy } }
    : { address, privateKey }
  return encryptKeystoreJsonSync(account, passphrase, { scrypt: { N: 2 } })
}

/** Lets pending I/O go on until the condition holds; the test's own timeout bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
