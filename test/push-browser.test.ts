import { type PushGrant, signJwt, systemClock } from '@uport-kit/core'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import { memoryTopicStore, type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import { pushTransport } from '@uport-kit/transport-push'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createParty, type Party, PartyResolver } from '../packages/core/test-support/parties.ts'
import { describeBrowser } from './support/browser/describe-browser.ts'
import { openPage, openTestBrowser, type TestBrowser } from './support/browser/test-browser.ts'
import type {} from './support/push-pages/inbox-page.ts'

/** More than the connections that a browser holds open to one server. */
const APPS = 8

describeBrowser('a web wallet’s push inbox, in Chromium', () => {
  let app: Party
  let relay: RelayServer
  let chromium: TestBrowser
  let page: Page
  let safeFetch: NodeSafeFetch
  beforeAll(async () => {
    const [one, user] = await Promise.all([createParty('app'), createParty('user')])
    app = one
    relay = await startRelayServer({
      store: memoryTopicStore(),
      push: { resolver: new PartyResolver([app, user]) },
    })
    safeFetch = createSafeFetch({ allowOrigins: [relay.url] })
    chromium = await openTestBrowser({
      pages: {
        inbox: new URL('./support/push-pages/inbox-page.ts', import.meta.url),
        worker: new URL('./support/push-pages/inbox-worker.ts', import.meta.url),
      },
    })
    const context = await chromium.newContext()
    page = await openPage(context, `${chromium.url('inbox')}?relay=${encodeURIComponent(relay.url)}`)
    await page.waitForFunction(() => globalThis.inboxPage !== undefined)
  }, 60_000)
  afterAll(async () => {
    await chromium?.close()
    await safeFetch?.close()
    await relay?.close()
  })

  const grant = (): Promise<PushGrant> => page.evaluate((did) => inboxPage.grant(did), app.did)

  /** @returns the request as it must arrive */
  async function push(to: PushGrant): Promise<string> {
    const jwt = await signJwt({ type: 'shareReq', callback: 'https://a.example' }, app.identity)
    const uri = `me.uport:req/${jwt}`
    const delivery = await pushTransport({ identity: app.identity, safeFetch })
      .to(to)
      .deliver({ id: 'r', jwt, replyMode: 'post', expiresAt: systemClock().now() + 60, uri: () => uri })
    await delivery.close()
    return uri
  }

  test('gives its service worker what waits, once', async () => {
    const sent = await push(await grant())
    expect(await page.evaluate(() => inboxPage.takeByWorker())).toEqual([sent])
    expect(await page.evaluate(() => inboxPage.takeByWorker())).toEqual([])
  })

  test('takes what comes from more applications than a browser has connections to one server', async () => {
    const given: PushGrant[] = []
    for (let n = 0; n < APPS; n++) given.push(await grant())
    await page.evaluate(() => inboxPage.listen())
    const sent = await Promise.all(given.map(push))
    const texts = async () => (await page.evaluate(() => inboxPage.texts())).toSorted()
    // Long before the end of a long poll, which would be in the way of all others.
    await expect.poll(texts, { timeout: 10_000 }).toEqual(sent.toSorted())
    const late = await push(await grant())
    await expect.poll(texts, { timeout: 10_000 }).toEqual([...sent, late].toSorted())
  })
})
