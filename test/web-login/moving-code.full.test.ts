import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { shootCode } from './support/camera-film.ts'
import {
  agree,
  askToLogIn,
  consentOf,
  openNewWallet,
  openSite,
  seeEnd,
  seeGreeting,
} from './support/people.ts'
import { DESKTOP, openWebWorld, PHONE, type WebWorld } from './support/web-world.ts'

/** Of a code that changes five times in a second: enough of them that the lost ones do not matter. */
const FRAMES = 36
const LOST_PERCENT = 30

describeBrowser('the login without a relay', () => {
  let world: WebWorld
  let wallet: Page
  let library: Page
  beforeAll(async () => {
    world = await openWebWorld({ sites: ['app', 'wallet'] })
    const [phone, computer] = await Promise.all([world.newDevice(PHONE), world.newDevice(DESKTOP)])
    wallet = await openNewWallet(world, phone, 'Ada')
    await world.web.relay.stop()
    library = await openSite(computer, world.web.appUrl)
  }, 120_000)
  afterAll(() => world?.close())

  test('goes by a moving code of which three frames in ten are lost', async () => {
    await askToLogIn(library)
    await library.getByText('The code changes. Hold your phone still').waitFor()
    const frames = await filmMovement(library)
    const random = new SeededRandom(7)
    const seen = frames.filter(() => !random.chance(LOST_PERCENT))
    expect(frames.length - seen.length).toBeGreaterThanOrEqual((FRAMES * LOST_PERCENT) / 200)
    await world.play(seen, 5)
    await wallet.getByRole('link', { name: 'Scan a code' }).click()
    await wallet
      .getByRole('status')
      .filter({ hasText: /A moving code: \d of \d parts/ })
      .waitFor()
    await consentOf(wallet).waitFor()
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await seeGreeting(library, 'Ada')
    expect(world.complaints).toEqual([])
  })
})

/** One picture of each frame that the code shows. */
async function filmMovement(site: Page): Promise<readonly Buffer[]> {
  const shots = new Map<string, Buffer>()
  while (shots.size < FRAMES) {
    const shot = await shootCode(site)
    shots.set(shot.toString('base64'), shot)
  }
  return [...shots.values()]
}
