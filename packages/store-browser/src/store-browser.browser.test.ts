import { requestStoreCases, walletStoreCases } from '@uport-kit/core/conformance'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { describeBrowser } from '../../../test/support/browser/describe-browser.ts'
import { openTestBrowser, type TestBrowser } from '../../../test/support/browser/test-browser.ts'
import { writeUntil } from '../test-support/write-until.ts'

describeBrowser('the stores in Chromium', () => {
  let chromium: TestBrowser
  let one: Page
  let other: Page
  beforeAll(async () => {
    chromium = await openTestBrowser({
      pages: {
        stores: new URL('../test-support/store-page.ts', import.meta.url),
        worker: new URL('../test-support/store-worker.ts', import.meta.url),
      },
    })
    ;[one, other] = await chromium.openTabs('stores')
  }, 60_000)
  afterAll(() => chromium?.close())
  // Under whatever the test has left open in the tabs.
  afterEach(() => one.evaluate(() => stores.deleteBrowserStores()))

  describe('conform', () => {
    test.each([...requestStoreCases, ...walletStoreCases].map(({ id, title }) => [id, title]))(
      '%s %s',
      async (id) => {
        expect(await one.evaluate((name) => stores.runCase(name), id)).toBeUndefined()
      },
    )
  })

  const both = <T, Arg>(work: (arg: Arg) => Promise<T>, ...args: [Arg, Arg]) =>
    Promise.all([one.evaluate(work as never, args[0]), other.evaluate(work as never, args[1])]) as Promise<
      [T, T]
    >

  test('of two tabs one spends a request, claims another, and creates a record', async () => {
    await one.evaluate(async () => {
      const requests = await stores.openBrowserRequestStore()
      await requests.put(stores.pending('r'))
    })
    const race = async (tab: string) => {
      const requests = await stores.openBrowserRequestStore()
      const answered = await stores.openBrowserAnsweredRequests()
      const wallet = await stores.openBrowserWalletStore()
      const soon = Math.floor(Date.now() / 1000) + 60
      const won: number[] = []
      for (let round = 0; round < 5; round++) {
        const results = await Promise.all([
          requests.consume('r', `${tab} ${round}`),
          answered.claim(`hash ${round}`, soon),
          wallet.create('c', `k${round}`, tab),
        ])
        won.push(...results.map((result) => (result === 'won' || result === true ? 1 : 0)))
      }
      return won.reduce((sum, one) => sum + one, 0)
    }
    const [mine, others] = await both(race, 'one', 'other')
    // One reply, five claims, five records.
    expect(mine + others).toBe(11)
  })

  test('a request outlives the reload of its page', async () => {
    await one.evaluate(async () => (await stores.openBrowserRequestStore()).put(stores.pending('r')))
    await one.reload()
    const results = await one.evaluate(async () => {
      const requests = await stores.openBrowserRequestStore()
      return [(await requests.get('r'))?.jwt, await requests.consume('r', 'h')]
    })
    expect(results).toEqual(['a.b.c', 'won'])
  })

  test('what a service worker stores, a page is told of and finds', async () => {
    const found = await one.evaluate(async () => {
      const registration = await navigator.serviceWorker.register('/worker/page.js', {
        type: 'module',
        scope: '/worker/',
      })
      const worker = registration.installing ?? registration.waiting ?? registration.active
      const wallet = await stores.openBrowserWalletStore()
      const change = stores.nextChange(wallet)
      worker?.postMessage('pushed')
      const key = await change
      const value = await wallet.get('pending', key ?? '')
      wallet.close()
      await registration.unregister()
      return { key, value }
    })
    expect(found).toEqual({ key: 'pushed', value: { from: 'worker' } })
  })

  test('without room nothing is lost, and with room again it goes on', async () => {
    // The browser remembers for a while how much room it has found: a window of its own has found none yet.
    const elsewhere = await chromium.newContext()
    const page = await chromium.openPage('stores', elsewhere)
    const session = await elsewhere.newCDPSession(page)
    const { origin } = chromium
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 })
    const write = (length: number) =>
      page.evaluate(async (size) => {
        const wallet = await stores.openBrowserWalletStore()
        const failure = await stores.failureOf(wallet.put('c', 'k', 'x'.repeat(size)))
        const { length } = String(await wallet.get('c', 'k'))
        wallet.close()
        return [failure, length]
      }, length)
    expect(await write(3)).toEqual(['none', 3])
    expect(await write(500_000)).toEqual(['BROWSER_STORE_FAILED QuotaExceededError', 3])
    await session.send('Storage.overrideQuotaForOrigin', { origin })
    expect(await write(500_000)).toEqual(['none', 500_000])
    await elsewhere.close()
  })

  test('another private window sees nothing', async () => {
    await one.evaluate(async () => (await stores.openBrowserWalletStore()).put('c', 'k', 1))
    const elsewhere = await chromium.newContext()
    const page = await chromium.openPage('stores', elsewhere)
    expect(await page.evaluate(async () => (await stores.openBrowserWalletStore()).exportRecords())).toEqual(
      [],
    )
    await elsewhere.close()
  })

  test('a page that is killed in the middle of writes leaves what it was told, and no half of a write', async () => {
    const page = await chromium.openPage('stores', one.context())
    const { acknowledged, enough } = await writeUntil(page, 10)
    await enough
    const session = await one.context().newCDPSession(page)
    const gone = new Promise((resolve) => page.once('crash', resolve))
    session.send('Page.crash').catch(() => {})
    await gone
    const records = await one.evaluate(async () => (await stores.openBrowserWalletStore()).exportRecords())
    expect(records.map(({ key }) => key)).toEqual(['a', 'b'])
    expect(records[0]?.value).toBe(records[1]?.value)
    expect(records[0]?.value).toBeGreaterThanOrEqual(acknowledged.at(-1) ?? 0)
    await page.close()
  })
})
