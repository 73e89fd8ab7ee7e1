import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { testKey } from '../../test-support/tokens.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import type { PublicKeyInfo, SignContext } from '../ports/key-store.ts'
import { MemoryKeyStore } from './memory-key-store.ts'

const key = testKey('memory')
const preimage = encodeUtf8('header.payload')
const digest = sha256(preimage)
const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }

async function idsOf(store: MemoryKeyStore): Promise<string[]> {
  const infos: PublicKeyInfo[] = []
  for await (const info of store.list()) infos.push(info)
  return infos.map((info) => info.keyId)
}

describe('import', () => {
  it('names a key by its address unless told otherwise', async () => {
    const store = new MemoryKeyStore()
    const info = await store.import(key.privateKey)
    expect(info).toEqual({ keyId: key.address, type: 'secp256k1', publicKey: key.publicKey })
    expect(await store.get(key.address)).toEqual(info)
    expect((await store.import(key.privateKey, { keyId: 'other' })).keyId).toBe('other')
  })

  it('keeps a copy: the caller may wipe its own', async () => {
    const store = new MemoryKeyStore()
    const mine = key.privateKey.slice()
    await store.import(mine, { keyId: 'k' })
    mine.fill(0)
    expect(await store.sign('k', digest, context)).toEqual(createNobleEngine().sign(digest, key.privateKey))
  })

  it.each([
    ['zero', new Uint8Array(32)],
    ['the order', decodeHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141')!],
    ['31 bytes', key.privateKey.subarray(1)],
    ['nothing', new Uint8Array()],
  ])('refuses %s', async (_, bytes) => {
    const store = new MemoryKeyStore()
    await expect(store.import(bytes)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      data: { reason: 'not a private key of secp256k1' },
    })
    expect(await idsOf(store)).toEqual([])
  })

  it('refuses an id in use and leaves the key there', async () => {
    const store = new MemoryKeyStore()
    await store.import(key.privateKey, { keyId: 'k' })
    await expect(store.import(testKey('other').privateKey, { keyId: 'k' })).rejects.toMatchObject({
      code: 'KEY_EXISTS',
      data: { keyId: 'k' },
    })
    expect((await store.get('k'))?.publicKey).toEqual(key.publicKey)
  })
})

describe('create', () => {
  it('makes keys of the random bytes it is given, and skips what is no key', async () => {
    const draws = [new Uint8Array(32), key.privateKey]
    const lengths: number[] = []
    const store = new MemoryKeyStore({
      randomBytes: (length) => {
        lengths.push(length)
        return draws.shift()!
      },
    })
    expect(await store.create()).toEqual({ keyId: key.address, type: 'secp256k1', publicKey: key.publicKey })
    expect(lengths).toEqual([32, 32])
  })

  it('makes other keys each time, under the id asked for', async () => {
    const store = new MemoryKeyStore()
    const one = await store.create({ keyId: 'one' })
    const two = await store.create({ keyId: 'two' })
    expect(one.keyId).toBe('one')
    expect(encodeHex(one.publicKey)).not.toBe(encodeHex(two.publicKey))
    await expect(store.create({ keyId: 'one' })).rejects.toMatchObject({
      code: 'KEY_EXISTS',
      data: { keyId: 'one' },
    })
    expect(await idsOf(store)).toEqual(['one', 'two'])
  })

  it('gives up on a source that is broken', async () => {
    let draws = 0
    const store = new MemoryKeyStore({
      randomBytes: () => {
        draws++
        return new Uint8Array(32)
      },
    })
    await expect(store.create()).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'random source' },
    })
    expect(draws).toBe(4)
  })
})

describe('sign', () => {
  it('signs, also after the answer of get was changed', async () => {
    const store = new MemoryKeyStore()
    await store.import(key.privateKey, { keyId: 'k' })
    const info = await store.get('k')
    info?.publicKey.fill(0)
    expect((await store.get('k'))?.publicKey).toEqual(key.publicKey)
    const signature = await store.sign('k', digest, context)
    expect(signature).toEqual(createNobleEngine().sign(digest, key.privateKey))
    expect(Object.isFrozen(signature)).toBe(true)
  })

  it('refuses what is not the hash of the preimage', async () => {
    const store = new MemoryKeyStore()
    await store.import(key.privateKey, { keyId: 'k' })
    await expect(store.sign('k', sha256(digest), context)).rejects.toMatchObject({
      code: 'KEY_DIGEST_MISMATCH',
    })
    await expect(store.sign('k', digest.subarray(1), context)).rejects.toBeInstanceOf(TypeError)
  })

  it('knows its keys only', async () => {
    const store = new MemoryKeyStore()
    for (const keyId of ['k', '__proto__', 'constructor']) {
      await expect(store.sign(keyId, digest, context)).rejects.toMatchObject({
        code: 'KEY_NOT_FOUND',
        data: { keyId },
      })
      expect(await store.get(keyId)).toBeUndefined()
    }
  })
})

describe('delete and list', () => {
  it('forget for good', async () => {
    const store = new MemoryKeyStore()
    for (const keyId of ['a', 'b', 'c']) await store.create({ keyId })
    await store.delete('b')
    expect(await idsOf(store)).toEqual(['a', 'c'])
    expect(await store.get('b')).toBeUndefined()
    await expect(store.delete('b')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND', data: { keyId: 'b' } })
    await expect(store.sign('b', digest, context)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  it('wipe the bytes', async () => {
    const engine = createNobleEngine()
    const held: Uint8Array[] = []
    const store = new MemoryKeyStore({
      engine: {
        ...engine,
        sign: (given, privateKey) => {
          held.push(privateKey)
          return engine.sign(given, privateKey)
        },
      },
    })
    await store.import(key.privateKey, { keyId: 'k' })
    await store.sign('k', digest, context)
    await store.delete('k')
    expect(held).toEqual([new Uint8Array(32)])
  })

  it('list what was there when they started', async () => {
    const store = new MemoryKeyStore()
    await store.create({ keyId: 'a' })
    await store.create({ keyId: 'b' })
    const seen: string[] = []
    for await (const info of store.list()) {
      seen.push(info.keyId)
      await store.create({ keyId: `${info.keyId}+` })
    }
    expect(seen).toEqual(['a', 'b'])
  })
})

it('ends every call with the reason of an aborted signal', async () => {
  const store = new MemoryKeyStore()
  await store.import(key.privateKey, { keyId: 'k' })
  const options = { signal: AbortSignal.abort('enough') }
  await expect(store.get('k', options)).rejects.toBe('enough')
  await expect(store.sign('k', digest, context, options)).rejects.toBe('enough')
  await expect(store.create(options)).rejects.toBe('enough')
  await expect(store.import(key.privateKey, options)).rejects.toBe('enough')
  await expect(store.delete('k', options)).rejects.toBe('enough')
  await expect(store.list(options)[Symbol.asyncIterator]().next()).rejects.toBe('enough')
  expect(await idsOf(store)).toEqual(['k'])
})

it('shows no key when it is printed', async () => {
  const store = new MemoryKeyStore()
  await store.import(key.privateKey, { keyId: 'k' })
  const printed = inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)
  expect(printed).not.toContain(encodeHex(key.privateKey).slice(0, 8))
  expect(printed).not.toContain(`${key.privateKey[0]}, ${key.privateKey[1]}`)
})
