// Makes the pictures of the README: runs the test that goes through all screens of the three programs, and puts what it saw
// on one sheet for each screen: on a desktop and on a phone, in light and in dark.
//
// usage: npm run web:pictures

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { findProgram } from '../../../scripts/lib/programs.mjs'
import { runNode } from '../../../scripts/lib/run.mjs'

/** What is shown, in this order. */
const SCREENS = /** @type {const} */ ([
  ['library-home', 'The library, before anybody is known'],
  ['library-login', 'The login: a code for another device, a link for this one'],
  ['wallet-consent-login', 'The wallet: who asks, and what would leave it'],
  ['library-card', 'Logged in'],
  ['wallet-consent-missing', 'What is asked for and not there'],
  ['town-waiting', 'The town: an application on its way'],
  ['wallet-consent-credential', 'The town’s proof arrives in the wallet'],
  ['library-reading-room', 'The reading room, opened by it'],
  ['wallet-consent-transaction', 'A transaction, before it is signed'],
  ['wallet-home', 'The wallet’s home'],
])
const VIEWS = ['desktop-light', 'desktop-dark', 'phone-light', 'phone-dark']
/** Of a screen on its sheet, in pixels. */
const HEIGHT = 400
const [BEGIN, END] = ['<!-- pictures: begin -->', '<!-- pictures: end -->']

const example = new URL('../', import.meta.url)
const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
try {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/web-login/screens.full.test.ts']
  const code = await runNode(vitest, { env: { UPORT_FULL: '1', UPORT_PICTURES: folder } })
  if (code === 0) await drawSheets()
  process.exitCode = code
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function drawSheets() {
  const target = new URL('pictures/', example)
  await mkdir(target, { recursive: true })
  const browser = await chromium.launch({ executablePath: findProgram('chromium'), chromiumSandbox: false })
  const page = await browser.newPage()
  for (const [name] of SCREENS) {
    const shots = await Promise.all(
      VIEWS.map((view) => readFile(join(folder, `${name}-${view}.png`), 'base64')),
    )
    await page.setContent(sheetOf(shots))
    await writeFile(new URL(`${name}.png`, target), await page.locator('body').screenshot())
  }
  await browser.close()
  await writeReadme()
}

/** @param {readonly string[]} shots PNG files, base64 */
function sheetOf(shots) {
  const images = shots.map((shot) => `<img height="${HEIGHT}" src="data:image/png;base64,${shot}">`)
  const style = `
    body { display: flex; gap: 12px; width: max-content; margin: 0; padding: 12px; background: #8b909c }
    img { border-radius: 8px }`
  return `<!doctype html><style>${style}</style><body>${images.join('')}</body>`
}

async function writeReadme() {
  const readme = fileURLToPath(new URL('README.md', example))
  const text = await readFile(readme, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${readme} has no place for pictures`)
  const list = SCREENS.map(([name, title]) => `**${title}**\n\n![${title}](pictures/${name}.png)`)
  await writeFile(
    readme,
    `${text.slice(0, from + BEGIN.length)}\n\n${list.join('\n\n')}\n\n${text.slice(to)}`,
  )
}
