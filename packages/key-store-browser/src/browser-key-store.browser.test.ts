import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyManagerCases, keyStoreCases } from '@uport-kit/core/conformance'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromiumProfile } from '../../../test/support/browser/chromium.ts'
import { describeBrowser } from '../../../test/support/browser/describe-browser.ts'
import { openPage, openTestBrowser, type TestBrowser } from '../../../test/support/browser/test-browser.ts'

/** A private key to look for: no byte string of the store may contain it. */
const CANARY = 'c0ffee'.padEnd(64, '5aa51d')

describeBrowser('BrowserKeyStore in Chromium', () => {
  let chromium: TestBrowser
  let one: Page
  let other: Page
  beforeAll(async () => {
    chromium = await openTestBrowser({
      pages: { keys: new URL('../test-support/key-store-page.ts', import.meta.url) },
      args: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'],
    })
    ;[one, other] = await chromium.openTabs('keys')
  }, 60_000)
  afterAll(() => chromium?.close())
  // Under whatever the test has left open in the tabs.
  afterEach(() => one.evaluate(() => keyStore.deleteBrowserKeys()))

  describe('conforms', () => {
    test.each([...keyStoreCases, ...keyManagerCases].map(({ id, title }) => [id, title]))(
      '%s %s',
      async (id) => {
        expect(await one.evaluate((name) => keyStore.runCase(name), id)).toBeUndefined()
      },
    )
  })

  describe('tabs', () => {
    const both = <T>(work: () => Promise<T>) => Promise.all([one.evaluate(work), other.evaluate(work)])
    const listIn = (page: Page) =>
      page.evaluate(async () => keyStore.listKeys(await keyStore.openBrowserKeyStore()))

    test('that make the first keys at the same time end with one wrapping key, and see all keys', async () => {
      await both(async () => {
        const store = await keyStore.openBrowserKeyStore()
        for (let made = 0; made < 5; made++) await store.create()
      })
      const [keys, others] = await Promise.all([listIn(one), listIn(other)])
      expect(keys).toHaveLength(10)
      expect(others).toEqual(keys)
      const wrapping = await one.evaluate(async () => (await keyStore.readRows()).get('wrapping-key')?.length)
      expect(wrapping).toBe(1)
    })

    test('that want the same id get one key', async () => {
      const outcomes = await both(async () => {
        const store = await keyStore.openBrowserKeyStore()
        return keyStore.failureOf(store.create({ keyId: 'key' }))
      })
      expect(outcomes.sort()).toEqual(['KEY_EXISTS', 'none'])
      expect(await listIn(one)).toHaveLength(1)
    })

    test('share box keys', async () => {
      const keys = await both(async () => {
        const boxKeys = await keyStore.openBrowserBoxKeys()
        return keyStore.hex(await boxKeys.publicKey('inbox'))
      })
      expect(keys[0]).toBe(keys[1])
      await one.reload()
      const text = await one.evaluate(async () => {
        const boxKeys = await keyStore.openBrowserBoxKeys()
        const envelope = keyStore.sealBox('hello', await boxKeys.publicKey('inbox'))
        return new TextDecoder().decode(await boxKeys.open('inbox', envelope))
      })
      expect(text).toBe('hello')
    })

    test('notice what another deletes', async () => {
      await other.evaluate(async () => {
        const store = await keyStore.openBrowserKeyStore()
        await store.create({ keyId: 'key' })
        await keyStore.signOnce(store, 'key')
        Object.assign(globalThis, { store })
      })
      await one.evaluate(async () => (await keyStore.openBrowserKeyStore()).delete('key'))
      const failure = await other.evaluate(() =>
        keyStore.failureOf(keyStore.signOnce(Reflect.get(globalThis, 'store'), 'key')),
      )
      expect(failure).toBe('KEY_NOT_FOUND')
    })

    test('let go of the database when another deletes it, or a newer page comes', async () => {
      await other.evaluate(async () => {
        const store = await keyStore.openBrowserKeyStore()
        await store.create({ keyId: 'key' })
        Object.assign(globalThis, { store })
      })
      const get = () =>
        other.evaluate(() => keyStore.failureOf(keyStore.signOnce(Reflect.get(globalThis, 'store'), 'key')))
      await one.evaluate(() => keyStore.deleteBrowserKeys())
      expect(await get()).toBe('KEY_NOT_FOUND')
      await one.evaluate(async () => {
        const newer = await keyStore.settled(indexedDB.open('uport-kit-keys', 2))
        newer.close()
      })
      expect(await get()).toBe('KEY_STORE_FAILED newer-version')
    })

    test('find nothing when the site’s data was cleared, and can begin anew', async () => {
      await one.evaluate(async () => {
        const store = await keyStore.openBrowserKeyStore()
        await store.create({ keyId: 'key' })
        Object.assign(globalThis, { store })
      })
      const session = await one.context().newCDPSession(one)
      await session.send('Storage.clearDataForOrigin', { origin: chromium.origin, storageTypes: 'all' })
      const after = await one.evaluate(async () => {
        const store: Awaited<ReturnType<typeof keyStore.openBrowserKeyStore>> = Reflect.get(
          globalThis,
          'store',
        )
        const failure = await keyStore.failureOf(keyStore.signOnce(store, 'key'))
        await store.create({ keyId: 'key' })
        return [failure, (await keyStore.listKeys(store)).length]
      })
      expect(after).toEqual(['KEY_NOT_FOUND', 1])
    })

    test('of another private window see nothing', async () => {
      await one.evaluate(async () => (await keyStore.openBrowserKeyStore()).create())
      const elsewhere = await chromium.newContext()
      expect(await listIn(await chromium.openPage('keys', elsewhere))).toEqual([])
      await elsewhere.close()
    })

    test('learn whether the browser keeps the keys', async () => {
      const ask = async () => {
        const store = await keyStore.openBrowserKeyStore()
        return store.persistence()
      }
      expect(await one.evaluate(ask)).toBe('best-effort')
      const session = await chromium.browser.newBrowserCDPSession()
      const { targetInfo } = await (await one.context().newCDPSession(one)).send('Target.getTargetInfo')
      await session.send('Browser.grantPermissions', {
        permissions: ['durableStorage'],
        origin: chromium.origin,
        ...(targetInfo.browserContextId !== undefined && { browserContextId: targetInfo.browserContextId }),
      })
      expect(await one.evaluate(ask)).toBe('persistent')
    })

    test('exchange backups with a file store', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'uport-keys-'))
      try {
        const files = await openFileKeyStore({ directory, passphrase: 'files', scrypt: { n: 2 } })
        const { publicKey } = await files.create({ keyId: 'key' })
        const json = await files.exportKeystoreJson('key', 'backup')
        const back = await one.evaluate(async (document) => {
          const store = await keyStore.openBrowserKeyStore({ scrypt: { n: 1024 } })
          await store.importKeystoreJson(document, 'backup', { keyId: 'key' })
          return store.exportKeystoreJson('key', 'way back')
        }, json)
        const again = await files.importKeystoreJson(back, 'way back', { keyId: 'again' })
        expect(again.publicKey).toEqual(publicKey)
        expect(JSON.parse(back).crypto.kdfparams.n).toBe(1024)
      } finally {
        await rm(directory, { recursive: true })
      }
    })
  })

  describe('secrets', () => {
    beforeEach(() => one.evaluate(importCanary, CANARY))

    test('the wrapping key gives its bytes to no script', async () => {
      const refused = await one.evaluate(async () => {
        const key = await keyStore.wrappingKey()
        const { subtle } = crypto
        const other = await subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey'])
        const calls = [
          () => subtle.exportKey('raw', key),
          () => subtle.exportKey('jwk', key),
          () => subtle.wrapKey('raw', key, other, 'AES-KW'),
        ]
        return Promise.all(calls.map((call) => keyStore.failureOf(call())))
      })
      expect(refused).toEqual(['InvalidAccessError', 'InvalidAccessError', 'InvalidAccessError'])
    })

    test('a private key is nowhere in the database', async () => {
      const dump = await one.evaluate(() => keyStore.dump())
      expect(dump).toContain('"name":"canary"')
      expect(dump).not.toContain(CANARY)
    })

    test('rotation keeps the keys, under another wrapping key', async () => {
      const [before, after, signature] = await one.evaluate(async () => {
        const store = await keyStore.openBrowserKeyStore()
        const old = await keyStore.dump()
        await store.rotateWrappingKey()
        return [old, await keyStore.dump(), await keyStore.signOnce(store, 'canary')]
      })
      expect(signature).toHaveLength(128)
      const idOf = (text: string) => /"slot":"current","id":"([^"]+)"/.exec(text)?.[1]
      expect(idOf(before!)).toBeDefined()
      expect(idOf(after!)).not.toBe(idOf(before!))
    })

    test('records that were exchanged are refused', async () => {
      const failures = await one.evaluate(async () => {
        const store = await keyStore.openBrowserKeyStore()
        await store.create({ keyId: 'mine' })
        const [canary] = (await keyStore.readRows()).get('keys') ?? []
        const database = await keyStore.settled(indexedDB.open('uport-kit-keys'))
        const keys = database.transaction('keys', 'readwrite').objectStore('keys')
        await keyStore.settled(keys.put({ ...canary, name: 'mine' }))
        database.close()
        return [
          await keyStore.failureOf(store.get('mine')),
          await keyStore.failureOf(keyStore.signOnce(store, 'mine')),
          await keyStore.failureOf(keyStore.signOnce(store, 'canary')),
        ]
      })
      expect(failures).toEqual(['KEY_STORE_FAILED damaged', 'KEY_STORE_FAILED damaged', 'none'])
    })
  })

  test('a page without HTTPS is told so', async () => {
    const page = await openPage(one.context(), chromium.url('keys').replace('127.0.0.1', 'insecure.test'))
    const failure = await page.evaluate(() => keyStore.failureOf(keyStore.openBrowserKeyStore()))
    expect(failure).toBe('KEY_STORAGE_UNAVAILABLE insecure-context')
    await page.close()
  })

  test('keys outlive a crash of the browser and its restart, and are on its disk only wrapped', async () => {
    const profile = await mkdtemp(join(tmpdir(), 'uport-profile-'))
    try {
      const before = await inProfile(profile, async (page) => {
        await page.evaluate(importCanary, CANARY)
        const keys = await page.evaluate(async () => keyStore.listKeys(await keyStore.openBrowserKeyStore()))
        await crash(page)
        return keys
      })
      const after = await inProfile(profile, async (page) => {
        const keys = await page.evaluate(async () => {
          const store = await keyStore.openBrowserKeyStore()
          await keyStore.signOnce(store, 'canary')
          return keyStore.listKeys(store)
        })
        const key = page.evaluate(async () => crypto.subtle.exportKey('raw', await keyStore.wrappingKey()))
        await expect(key).rejects.toThrow('InvalidAccessError')
        return keys
      })
      expect(after).toEqual(before)
      const disk = await readAll(profile)
      const publicKey = Buffer.from(before[0]?.split(' ')[1] ?? '', 'hex')
      expect(publicKey).toHaveLength(33)
      expect(disk.includes(publicKey)).toBe(true)
      expect(disk.includes(Buffer.from(CANARY, 'hex'))).toBe(false)
    } finally {
      await rm(profile, { recursive: true, maxRetries: 5 })
    }
  })

  async function inProfile<T>(profile: string, work: (page: Page) => Promise<T>): Promise<T> {
    const persistent = await launchChromiumProfile(profile)
    try {
      return await work(await openPage(persistent, chromium.url('keys')))
    } finally {
      await persistent.close()
    }
  }
})

/** Ends the browser of a page without giving it time to tidy up. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const gone = new Promise<void>((resolve) => page.context().once('close', () => resolve()))
  session.send('Browser.crash').catch(() => {})
  await gone
}

async function importCanary(secret: string): Promise<void> {
  const bytes = Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const store = await keyStore.openBrowserKeyStore()
  await store.import(bytes, { keyId: 'canary' })
  await keyStore.signOnce(store, 'canary')
}

/** Every file of the folders below, one after the other. */
async function readAll(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Buffer.concat(
    await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))),
  )
}
