import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundlePage } from './support/browser/bundle-page.ts'
import { launchChromium } from './support/browser/chromium.ts'
import { describeBrowser } from './support/browser/describe-browser.ts'
import { type PageServer, servePages } from './support/browser/page-server.ts'
import { openPage } from './support/browser/test-browser.ts'
import type {} from './support/redirect-pages/app-page.ts'
import type {} from './support/redirect-pages/wallet-page.ts'

const ROUTE = '#/members?sort=a%2Fb&page=2'
const SIGNED_IN = JSON.stringify({ isUser: true, sealed: true, own: { name: 'Ada' } })
const ID = /\bid=([\w-]{22})/

describeBrowser('a reply by redirect, in Chromium', () => {
  let browser: Browser
  let apps: PageServer
  let wallets: PageServer
  let context: BrowserContext
  beforeAll(async () => {
    const page = (name: string) =>
      bundlePage(name, new URL(`./support/redirect-pages/${name}-page.ts`, import.meta.url))
    const [app, wallet, started] = await Promise.all([page('app'), page('wallet'), launchChromium()])
    browser = started
    apps = await servePages(app)
    wallets = await servePages(wallet, (request, response) => {
      if (request.url?.startsWith('/req/') !== true) return false
      response.writeHead(200, { 'content-type': 'text/html' }).end(wallet.get('/wallet.html')?.body)
      return true
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await Promise.all([apps?.close(), wallets?.close()])
  })
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())

  const appUrl = (hash = ROUTE): string =>
    `${apps.origin}/app.html?wallet=${encodeURIComponent(wallets.origin)}${hash}`
  const openApp = async (url = appUrl()): Promise<Page> => {
    const page = await openPage(context, url)
    await ready(page)
    return page
  }
  const ready = (page: Page) => page.waitForFunction(() => globalThis.appPage !== undefined)
  const walletReady = (page: Page) => page.waitForFunction(() => globalThis.walletPage !== undefined)
  const settled = (page: Page, expected = SIGNED_IN) =>
    expect.poll(() => page.evaluate(() => appPage.outcome()), { timeout: 10_000 }).toBe(expected)
  const seen = (page: Page) => page.evaluate(() => appPage.seen())
  const goOn = (page: Page) => page.evaluate(() => appPage.goOn())
  const tabAfter = async (act: () => Promise<unknown>): Promise<Page> => {
    const [tab] = await Promise.all([context.waitForEvent('page'), act()])
    return tab
  }
  /** The app asks; its link opens the wallet in a tab of its own. */
  const askInNewTab = async (page: Page): Promise<Page> => {
    await page.evaluate(() => appPage.prepare('_blank'))
    const wallet = await tabAfter(() => page.click('#login'))
    await walletReady(wallet)
    return wallet
  }
  /** The wallet answers into another new tab. */
  const answerInNewTab = async (wallet: Page): Promise<Page> => {
    const tab = await tabAfter(() => wallet.evaluate(() => walletPage.answer('_blank')))
    await ready(tab)
    return tab
  }

  test('comes back into the tab that the person left, whose page was gone meanwhile', async () => {
    const page = await openApp()
    await page.evaluate(() => appPage.prepare('_self'))
    await page.click('#login')
    await walletReady(page)
    expect(new URL(page.url()).origin).toBe(wallets.origin)
    await page.evaluate(() => void walletPage.answer('_self'))
    await page.waitForURL(`${apps.origin}/**`)
    await ready(page)
    await goOn(page)
    await settled(page)
    expect(page.url()).toBe(appUrl())
    // The router saw its own route alone, and the storage is as it was.
    expect(await seen(page)).toEqual({
      routes: [ROUTE],
      handled: 0,
      strays: 0,
      hash: ROUTE,
      keys: ['app/login'],
    })
  })

  test('comes into a new tab, where the first one is closed, and is still there after its reload', async () => {
    const first = await openApp()
    const wallet = await askInNewTab(first)
    await first.close()
    const second = await answerInNewTab(wallet)
    expect((await seen(second)).hash).toBe(ROUTE)
    await second.reload()
    await ready(second)
    await goOn(second)
    await settled(second)
    expect(second.url()).toBe(appUrl())
  })

  test('reaches the first tab, which was reloaded meanwhile and waits again, by way of a new one', async () => {
    const first = await openApp()
    const wallet = await askInNewTab(first)
    await first.reload()
    await ready(first)
    await goOn(first)
    const second = await answerInNewTab(wallet)
    await settled(first)
    expect((await seen(first)).routes).toEqual([ROUTE])
    expect((await seen(second)).hash).toBe(ROUTE)
    // It was answered: nothing is left to go on with.
    await goOn(second)
    await settled(second, 'CHANNEL_CLOSED')
  })

  test('goes into the page that stands open, past a handler of the app, which stays', async () => {
    const page = await openApp()
    const wallet = await askInNewTab(page)
    const reply = await wallet.evaluate(() => walletPage.answer('nowhere'))
    await page.evaluate((url) => location.assign(url), reply)
    await settled(page)
    expect(await seen(page)).toMatchObject({ handled: 1, hash: ROUTE })
    await page.evaluate(() => {
      location.hash = '#/orders'
    })
    await expect.poll(async () => (await seen(page)).routes.at(-1)).toBe('#/orders')
  })

  test('comes by a channel that conforms in a real window', async () => {
    const page = await openApp()
    const { failed, count } = await page.evaluate(() => appPage.conform())
    expect(failed).toEqual([])
    expect(count).toBeGreaterThan(10)
  })

  test('that another browser asked for is kept nowhere: fragment injection', async () => {
    const reply = await (await askInNewTab(await openApp())).evaluate(() => walletPage.answer('nowhere'))
    expect(reply).toMatch(ID)
    const other = await browser.newContext()
    const victim = await openPage(other, reply)
    await ready(victim)
    expect(await seen(victim)).toEqual({ routes: [ROUTE], handled: 0, strays: 1, hash: ROUTE, keys: [] })
    await other.close()
  })

  test('goes nowhere that the link alone names: open redirect', async () => {
    const wallet = await askInNewTab(await openApp())
    const link = wallet.url()
    for (const target of ['https://evil.example/', 'javascript:alert(1)', `${wallets.origin}/`]) {
      const text = `${link}&redirect_url=${encodeURIComponent(target)}`
      const answer = await wallet.evaluate((changed) => walletPage.answer('nowhere', changed), text)
      expect(answer).toMatch(ID)
      expect(new URL(answer).origin).toBe(apps.origin)
      // It answers once, as far as it remembers.
      await wallet.reload()
      await walletReady(wallet)
    }
  })
})
