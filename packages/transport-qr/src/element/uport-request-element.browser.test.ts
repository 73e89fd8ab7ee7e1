import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { transportCases } from '@uport-kit/core/conformance'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeBrowser } from '../../../../test/support/browser/describe-browser.ts'
import { openTestBrowser, type TestBrowser } from '../../../../test/support/browser/test-browser.ts'
import type {} from '../../test-support/request-page.ts'
import { decodeQr } from '../index.ts'

describeBrowser('<uport-request>', () => {
  let chromium: TestBrowser
  let page: Page
  beforeAll(async () => {
    chromium = await openTestBrowser({
      pages: { request: new URL('../../test-support/request-page.html', import.meta.url) },
    })
    page = await chromium.openPage('request', await chromium.newContext())
    await page.waitForFunction(() => globalThis.requestPage !== undefined)
  }, 60_000)
  afterAll(() => chromium?.close())
  beforeEach(() => page.evaluate(() => requestPage.reset(2953)))
  afterEach(async () => {
    expect(await page.evaluate(() => requestPage.violations)).toEqual([])
  })

  const outcome = () => page.evaluate(() => requestPage.outcome())
  const settled = (expected: string) => expect.poll(outcome).toBe(expected)
  const shown = (where: Page, phase: string) =>
    where.waitForFunction((name) => requestPage.view().phase === name, phase)
  const logIn = async (where = page) => {
    await where.click('#login')
    await shown(where, 'waiting')
  }
  const focused = () => page.evaluate(() => requestPage.focused())

  describe('conforms as the road of a transport', () => {
    test.each(transportCases.map(({ id, title }) => [id, title]))('%s %s', async (id) => {
      const reason = await page.evaluate((name) => requestPage.runCase(name), id)
      // The dialog shows one code at a time.
      expect(reason).toBe(id === 'TR-09' ? 'showing leaves nothing open' : undefined)
    })
  })

  test('is registered when the page says so', async () => {
    expect(await page.evaluate(() => requestPage.registeredByImport)).toBe(false)
  })

  test('shows a code that a camera reads, and closes with the answer', async () => {
    await logIn()
    const { data, width, height } = PNG.sync.read(await page.screenshot())
    expect(decodeQr({ width, height, data })).toBe(await page.evaluate(() => requestPage.view().qr?.text))
    await page.evaluate(() => requestPage.answer('approve'))
    await settled('{"name":"Ada"}')
    expect(await page.evaluate(() => requestPage.isOpen())).toBe(false)
    expect(await focused()).toBe('login')
  })

  describe('dismissal settles the promise', () => {
    test.each([
      ['Escape', () => page.keyboard.press('Escape')],
      ['its button', () => page.getByRole('button', { name: 'Cancel' }).click()],
      ['removal from the page', () => page.evaluate(() => requestPage.take(false))],
    ])('by %s', async (_name, dismiss) => {
      await logIn()
      await dismiss()
      await settled('REQUEST_DISMISSED')
      expect(await page.evaluate(() => requestPage.isOpen())).toBe(false)
    })

    test('of a transport that shows its code here', async () => {
      await page.evaluate(() => requestPage.requestByTransport())
      await shown(page, 'waiting')
      await page.keyboard.press('Escape')
      await settled('REQUEST_DISMISSED')
    })

    test('and a new request can follow', async () => {
      await logIn()
      await page.keyboard.press('Escape')
      await settled('REQUEST_DISMISSED')
      await logIn()
      await page.evaluate(() => requestPage.answer('approve'))
      await settled('{"name":"Ada"}')
    })
  })

  describe('by keyboard', () => {
    test('Tab goes round in the dialog, both ways', async () => {
      await page.focus('#login')
      await page.keyboard.press('Enter')
      await shown(page, 'waiting')
      const link = 'Open the wallet on this device'
      const seen = [await focused()]
      for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
        await page.keyboard.press(key)
        seen.push(await focused())
      }
      expect(seen).toEqual(['Continue with your wallet', link, 'Cancel', link, 'Cancel', link])
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      await settled('REQUEST_DISMISSED')
      expect(await focused()).toBe('login')
    })

    test('a fresh code can be had', async () => {
      await logIn()
      await page.evaluate(() => requestPage.answer('decline'))
      await shown(page, 'refused')
      expect(await focused()).toBe('Show a new code')
      await page.keyboard.press('Enter')
      await shown(page, 'waiting')
      expect(await focused()).toBe('Continue with your wallet')
      await page.evaluate(() => requestPage.answer('approve'))
      await settled('{"name":"Ada"}')
    })
  })

  test('tells a screen reader each state once, and the seconds not at all', async () => {
    await logIn()
    await page.evaluate(() => requestPage.advance(5))
    expect(await page.getByRole('timer').textContent()).toBe('Time left: 1:55')
    await page.evaluate(() => requestPage.advance(120))
    await shown(page, 'expired')
    await page.getByRole('button', { name: 'Show a new code' }).click()
    await shown(page, 'waiting')
    expect(await page.evaluate(() => requestPage.said())).toEqual([
      'Preparing the request.',
      'Waiting for your wallet.',
      'The code has expired.',
      'Preparing the request.',
      'Waiting for your wallet.',
    ])
    await expect(page.getByRole('dialog', { name: 'Continue with your wallet' }).count()).resolves.toBe(1)
    await expect(page.getByRole('img', { name: 'QR code of the request' }).count()).resolves.toBe(1)
  })

  test('survives being moved in the page', async () => {
    await logIn()
    await page.evaluate(() => requestPage.take(true))
    expect(await outcome()).toBe('pending')
    await page.evaluate(() => requestPage.answer('approve'))
    await settled('{"name":"Ada"}')
  })

  test('shows words as words, whatever is in them', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>\u202e'
    await page.evaluate(
      (text) => requestPage.reset(2953, { title: text, scan: text, open: text, close: text, code: text }),
      hostile,
    )
    await logIn()
    expect(await page.locator('uport-request h2').textContent()).toBe(hostile)
    expect(await page.locator('uport-request :is(img, script)').count()).toBe(0)
    expect(await page.title()).toBe('A page with a login')
  })

  test('moves the code where one cannot hold the request', async () => {
    await page.evaluate(() => requestPage.reset(100))
    await logIn()
    expect(await page.getByText('Hold your phone still').count()).toBe(1)
    const before = await page.evaluate(() => requestPage.view().qr?.text)
    await page.evaluate(() => requestPage.advance(1))
    expect(await page.evaluate(() => requestPage.view().qr?.text)).not.toBe(before)
  })

  describe('has no fault that axe finds', () => {
    test.each([
      ['light', { colorScheme: 'light' }],
      ['dark, without motion', { colorScheme: 'dark', reducedMotion: 'reduce' }],
      [
        'on a phone',
        { colorScheme: 'dark', hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } },
      ],
    ] as const)('%s', async (_name, options) => {
      const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
      const context = await chromium.browser.newContext(options)
      const own = await chromium.openPage('request', context)
      await own.waitForFunction(() => globalThis.requestPage !== undefined)
      await own.evaluate(() => requestPage.reset(2953))
      await own.evaluate(axe)
      await logIn(own)
      const look = () =>
        own.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; impact: string }[]; passes: unknown[] }> }
          }
          const { violations, passes } = await axe.run()
          return { faults: violations.map(({ id, impact }) => `${impact}: ${id}`), checks: passes.length }
        })
      const waiting = await look()
      await own.evaluate(() => requestPage.answer('decline'))
      await shown(own, 'refused')
      const refused = await look()
      await context.close()
      expect(waiting.checks).toBeGreaterThan(10)
      expect([...waiting.faults, ...refused.faults]).toEqual([])
    })
  })

  test('follows light and dark, and keeps the code dark on light', async () => {
    const colors = () =>
      page.evaluate(() => {
        const root = document.querySelector('uport-request')?.shadowRoot
        const color = (selector: string) => {
          const found = root?.querySelector(selector)
          return found && getComputedStyle(found).backgroundColor
        }
        return [color('dialog'), color('.code')]
      })
    await logIn()
    await page.emulateMedia({ colorScheme: 'dark' })
    const [dark, codeInDark] = await colors()
    await page.emulateMedia({ colorScheme: 'light' })
    const [light, codeInLight] = await colors()
    expect(light).not.toBe(dark)
    expect([codeInDark, codeInLight]).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)'])
  })

  test('puts the link first on a phone', async () => {
    const context = await chromium.browser.newContext({
      hasTouch: true,
      isMobile: true,
      viewport: { width: 360, height: 640 },
    })
    const phone = await chromium.openPage('request', context)
    await phone.waitForFunction(() => globalThis.requestPage !== undefined)
    await phone.evaluate(() => requestPage.reset(2953))
    await logIn(phone)
    const link = phone.getByRole('link', { name: 'Open the wallet on this device' })
    const top = async (locator: typeof link) => (await locator.boundingBox())?.y ?? Number.NaN
    expect(await top(link)).toBeLessThan(await top(phone.getByRole('img')))
    expect(await link.getAttribute('href')).toMatch(/^me\.uport:req\/ey/)
    await context.close()
  })
})
