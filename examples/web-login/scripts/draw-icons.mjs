// Draws the wallet's icon.svg as the PNG files that its manifest names: `node examples/web-login/scripts/draw-icons.mjs`
import { readFile, writeFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'
import { findProgram } from '../../../scripts/lib/programs.mjs'

const folder = new URL('../pages/wallet/public/', import.meta.url)
const svg = await readFile(new URL('icon.svg', folder), 'utf8')

/** Launchers cut up to a fifth off each side of a maskable icon: its colour reaches the edge, its drawing does not. */
const maskable = svg
  .replace('rx="112"', '')
  .replace('<path', '<g transform="translate(51 51) scale(.8)"><path')
  .replace('</svg>', '</g></svg>')

const executablePath = findProgram('chromium')
if (executablePath === undefined) throw new Error('No chromium here: install it, or set CHROMIUM_PATH')
const browser = await chromium.launch({ executablePath, chromiumSandbox: false })
try {
  for (const [name, size, image] of [
    ['icon-192.png', 192, svg],
    ['icon-512.png', 512, svg],
    ['icon-maskable-512.png', 512, maskable],
  ]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${image}`)
    await writeFile(new URL(name, folder), await page.screenshot({ omitBackground: true }))
    await page.close()
  }
} finally {
  await browser.close()
}
