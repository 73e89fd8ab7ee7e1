import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import { tourScreens } from './support/tour.ts'
import { DESKTOP, openWebWorld, PHONE, type WebWorld } from './support/web-world.ts'

const SIZES = { phone: PHONE.viewport, desktop: DESKTOP.viewport } as const
const SCHEMES = ['light', 'dark'] as const
/** A folder: each screen is written there, too, in all sizes and colours. */
const pictures = process.env['UPORT_PICTURES']

describeBrowser('every screen of the example', () => {
  let world: WebWorld
  let axe: string
  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    world = await openWebWorld()
    if (pictures !== undefined) await mkdir(pictures, { recursive: true })
  }, 120_000)
  afterAll(() => world?.close())

  test('has no serious fault that axe finds, on phones and desktops, in light and dark', async () => {
    const faults: string[] = []
    const seen: string[] = []
    await tourScreens(world, async (name, page) => {
      seen.push(name)
      const own = page.viewportSize()
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport)
        for (const colorScheme of SCHEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await settle(page)
          const found = await faultsOf(page, axe)
          faults.push(...found.map((fault) => `${name}, ${size}, ${colorScheme}: ${fault}`))
          if (pictures !== undefined)
            await writeFile(join(pictures, `${name}-${size}-${colorScheme}.png`), await page.screenshot())
        }
      }
      await page.emulateMedia({ colorScheme: null, reducedMotion: null })
      if (own !== null) await page.setViewportSize(own)
    })
    expect(faults).toEqual([])
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(30)
  }, 600_000)
})

/** Colours that fade are in between for a moment. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish()
  })
}

interface AxeRules {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string
      readonly impact: string
      readonly nodes: readonly { readonly target: readonly unknown[] }[]
    }[]
    readonly passes: readonly unknown[]
  }>
}

/** What is serious or critical. */
async function faultsOf(page: Page, axe: string): Promise<readonly string[]> {
  await page.evaluate(axe)
  const { violations, passes } = await page.evaluate(() => {
    const { axe: rules } = globalThis as unknown as { readonly axe: AxeRules }
    return rules.run()
  })
  expect(passes.length).toBeGreaterThan(10)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}
