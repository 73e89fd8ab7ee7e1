import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWeb, type Web } from '../../examples/web-login/src/launch/start-web.ts'
import { createPerson, type Person } from '../../examples/web-login/test-support/person.ts'
import { launchChromium } from '../support/browser/chromium.ts'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import { sourceAliases } from '../support/source-aliases.ts'

it('is a login in under 60 lines', async () => {
  const file = new URL('../../examples/web-login/react/log-in.tsx', import.meta.url)
  expect((await readFile(file, 'utf8')).trimEnd().split('\n').length).toBeLessThan(60)
})

describeBrowser('the login in React', () => {
  let web: Web
  let ada: Person
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    ;[web, browser] = await Promise.all([
      startWeb({ sites: ['app'], alias: sourceAliases() }),
      launchChromium(),
    ])
    ada = await createPerson(web, 'Ada')
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    await ada?.close()
    await web?.stop()
  })

  it('says what came of it, and who is there', async () => {
    await page.goto(`${web.appUrl}/react/`)
    const enter = page.getByRole('button', { name: 'Log in with your wallet' })
    const status = page.getByRole('main').getByRole('status')
    const link = page.getByRole('link', { name: 'Open the wallet on this device' })

    await enter.click()
    await link.waitFor()
    const { script } = ada.prompt
    ada.prompt.script = 'decline'
    await ada.answer((await link.getAttribute('href')) ?? '')
    ada.prompt.script = script
    await page.getByText('The request was declined').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect.poll(() => status.last().textContent()).toBe('You said no.')

    await enter.click()
    await link.waitFor()
    await ada.answer((await link.getAttribute('href')) ?? '')
    await page.getByText('Good to see you, Ada.').waitFor()
    await page.reload()
    await page.getByText('Good to see you, Ada.').waitFor()
  })
})
