import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeBrowser } from '../../../../test/support/browser/describe-browser.ts'
import { openTestBrowser, type TestBrowser } from '../../../../test/support/browser/test-browser.ts'
import type {} from '../../test-support/scan-page.ts'
import { filmOf } from '../../test-support/y4m.ts'
import { createAnimatedParts } from '../animated/index.ts'
import { encodeQr, toPng } from '../index.ts'

const LINK = `https://login.example/req/${'ey.'.repeat(100)}`

describeBrowser('ScanIntake in Chromium', () => {
  let folder: string
  let film: string
  let chromium: TestBrowser
  let page: Page
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scan-'))
    film = join(folder, 'film.y4m')
    await writeFile(film, filmOf([encodeQr(LINK)], 10))
    chromium = await openTestBrowser({
      pages: { scan: new URL('../../test-support/scan-page.ts', import.meta.url) },
      args: [
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ],
    })
    page = await chromium.openPage('scan', await chromium.newContext())
  }, 60_000)
  afterAll(async () => {
    await chromium?.close()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(() => page.evaluate(() => scanPage.reset('worker')))

  const next = () => page.evaluate(() => scanPage.next())
  const read = (png: Uint8Array, type = 'image/png') =>
    page.evaluate(([base64, kind]) => scanPage.readImage(base64, kind), [
      Buffer.from(png).toString('base64'),
      type,
    ] as const)

  describe('an image file', () => {
    test.each(['image/png', 'image/jpeg', 'image/webp'])('of type %s is read in a worker', async (type) => {
      expect(await read(toPng(LINK, { scale: 4 }), type)).toBe(true)
      expect(await next()).toEqual(['scan', LINK])
      expect(await page.evaluate(() => scanPage.started)).toEqual([expect.stringMatching(/^\/scan\//)])
    })

    test.each(['page', 'broken worker'] as const)('is read in the %s', async (where) => {
      await page.evaluate((name) => scanPage.reset(name), where)
      expect(await read(toPng(LINK, { scale: 4 }))).toBe(true)
      expect(await next()).toEqual(['scan', LINK])
    })

    test('without a code gives false', async () => {
      const png = Buffer.from(toPng('x', { scale: 1, quietZone: 0 }))
      expect(await read(png)).toBe(false)
    })

    test('that the browser cannot decode is refused', async () => {
      const broken = toPng('x').slice(0, 60)
      await expect(read(broken)).rejects.toThrow('Not a readable image')
    })
  })

  describe('the camera', () => {
    test('reads a code, and is off then', async () => {
      await page.evaluate(() => scanPage.openCamera())
      expect(await next()).toEqual(['scan', LINK])
      expect(await page.evaluate(() => scanPage.ended())).toBe('found')
      expect(await page.evaluate(() => scanPage.live())).toBe(0)
    })

    test('goes on where it is told to, without taking one code twice', async () => {
      await page.evaluate(() => scanPage.openCamera({ keepOpen: true }))
      expect(await next()).toEqual(['scan', LINK])
      expect(await page.evaluate(() => scanPage.live())).toBe(1)
      await page.evaluate(() => scanPage.closeCamera())
      expect(await page.evaluate(() => scanPage.ended())).toBe('closed')
      expect(await page.evaluate(() => scanPage.live())).toBe(0)
    })

    test('that is unplugged says so', async () => {
      await writeFile(film, filmOf([encodeQr('ur:bytes/1-2/nothing')], 10))
      await page.evaluate(() => scanPage.openCamera())
      await page.evaluate(() => scanPage.unplug())
      expect(await page.evaluate(() => scanPage.ended())).toBe('lost')
    })

    test('collects a moving code, of which it misses frames', async () => {
      const text = `${LINK}${'0123456789'.repeat(60)}`
      const parts = createAnimatedParts(text)
      const frames = Array.from({ length: parts.count + 6 }, (_, index) => encodeQr(parts.part(index + 2)))
      await writeFile(film, filmOf(frames, 5))
      await page.evaluate(() => scanPage.openCamera())
      expect(await next()).toEqual(['scan', text])
      const progress = await page.evaluate(() => scanPage.progress)
      expect(Math.max(...progress)).toBe(parts.count - 1)
    })

    test('that is not there is said in words', async () => {
      const open = page.evaluate(() => scanPage.openCamera({ deviceId: 'no such camera' }))
      await expect(open).rejects.toThrow('No camera (absent)')
    })
  })
})
