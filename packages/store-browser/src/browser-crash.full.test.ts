import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromiumProfile } from '../../../test/support/browser/chromium.ts'
import { describeBrowser } from '../../../test/support/browser/describe-browser.ts'
import { openPage, openTestBrowser, type TestBrowser } from '../../../test/support/browser/test-browser.ts'
import { writeUntil } from '../test-support/write-until.ts'

describeBrowser('the stores in a browser that crashes', () => {
  let chromium: TestBrowser
  let profile = ''
  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'uport-stores-'))
    chromium = await openTestBrowser({
      pages: { stores: new URL('../test-support/store-page.ts', import.meta.url) },
    })
  }, 60_000)
  afterAll(async () => {
    await chromium?.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  test('have what was acknowledged when it starts again, and no half of a write', async () => {
    let least = -1
    for (let round = 0; round < 4; round++) {
      const browser = await launchChromiumProfile(profile)
      const page = await openPage(browser, chromium.url('stores'))
      const records = await page.evaluate(async () => (await stores.openBrowserWalletStore()).exportRecords())
      expect(records.map(({ key }) => key)).toEqual(round === 0 ? [] : ['a', 'b'])
      expect(records[0]?.value).toBe(records[1]?.value)
      expect(Number(records[0]?.value ?? -1)).toBeGreaterThanOrEqual(least)
      const { acknowledged, enough } = await writeUntil(page, 20)
      await enough
      await crash(page)
      least = acknowledged.at(-1) ?? 0
    }
  })
})

/** Ends the browser of a page without giving it time to tidy up. */
async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const gone = new Promise<void>((resolve) => page.context().once('close', () => resolve()))
  session.send('Browser.crash').catch(() => {})
  await gone
}
