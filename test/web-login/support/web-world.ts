import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type StartWebOptions, startWeb, type Web } from '../../../examples/web-login/src/launch/start-web.ts'
import { launchChromium } from '../../support/browser/chromium.ts'
import { sourceAliases } from '../../support/source-aliases.ts'
import { filmShot, shootCode, writeFilm } from './camera-film.ts'

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
export const DESKTOP = { viewport: { width: 1280, height: 800 } } as const

/** The three programs of the example in a world of their own, and a browser on which devices are played. */
export interface WebWorld {
  readonly web: Web
  readonly browser: Browser
  /** What pages complained of, wherever they are: errors that nobody caught, and what their security policies refused. */
  readonly complaints: readonly string[]
  /** A device, with storage of its own, leave for notifications and a camera. */
  newDevice(options?: BrowserContextOptions): Promise<BrowserContext>
  /** Holds the cameras of all devices before the code on a page. */
  film(page: Page): Promise<void>
  /** Has the cameras see these screenshots, again and again. */
  play(shots: readonly Buffer[], framesPerSecond: number): Promise<void>
  close(): Promise<void>
}

/** Seconds that anything on a screen may take. The machine may be busy with other tests. */
const PATIENCE = 30

/** Opens one for a test file. */
export async function openWebWorld(options: StartWebOptions = {}): Promise<WebWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'web-login-'))
  const film = join(folder, 'film.y4m')
  const play = (shots: readonly Buffer[], framesPerSecond: number) =>
    writeFilm(film, shots.map(filmShot), framesPerSecond)
  const camera = [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]
  const [starting, launching] = await Promise.allSettled([
    startWeb({ alias: sourceAliases(), ...options }),
    launchChromium({ args: camera }),
  ])
  if (starting.status === 'rejected' || launching.status === 'rejected') {
    if (starting.status === 'fulfilled') await starting.value.stop()
    if (launching.status === 'fulfilled') await launching.value.close()
    await rm(folder, { recursive: true, force: true })
    throw starting.status === 'rejected' ? starting.reason : new Error('no browser', { cause: launching })
  }
  const [web, browser] = [starting.value, launching.value]
  const complaints: string[] = []
  return {
    web,
    browser,
    complaints,
    async newDevice(given = DESKTOP) {
      const context = await browser.newContext(given)
      context.setDefaultTimeout(PATIENCE * 1000)
      const permissions = ['notifications', 'clipboard-read', 'clipboard-write']
      await context.grantPermissions([...permissions, 'camera'], { origin: web.walletUrl })
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('console', (message) => {
        if (/Content Security Policy|Trusted/.test(message.text())) complaints.push(message.text())
      })
      return context
    },
    film: async (page) => play([await shootCode(page)], 5),
    play,
    async close() {
      await browser.close()
      await web.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
