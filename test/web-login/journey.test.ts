import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import {
  agree,
  askToLogIn,
  codeOf,
  consentOf,
  decline,
  giveLink,
  linkOf,
  openNewWallet,
  openSite,
  pasteLink,
  pasteWrong,
  scanCode,
  seeEnd,
  seeGreeting,
  seeNotice,
} from './support/people.ts'
import { DESKTOP, openWebWorld, PHONE, type WebWorld } from './support/web-world.ts'

describeBrowser('a person with a phone and a computer', () => {
  let world: WebWorld
  let phone: BrowserContext
  let computer: BrowserContext
  let wallet: Page
  let library: Page
  beforeAll(async () => {
    world = await openWebWorld()
    phone = await world.newDevice(PHONE)
    computer = await world.newDevice(DESKTOP)
    ;[wallet, library] = await Promise.all([
      openNewWallet(world, phone, 'Ada'),
      openSite(computer, world.web.appUrl),
    ])
  }, 120_000)
  afterAll(() => world?.close())

  const seeConfirmed = async (page: Page) => {
    await page.getByText('Confirmed: it is in a block.').waitFor()
    await seeEnd(page, 'Approved')
  }

  test('says no in the wallet, and the library hears it', async () => {
    await askToLogIn(library)
    await scanCode(world, wallet, library)
    await decline(wallet)
    await seeEnd(wallet, 'Declined')
    await library.getByRole('dialog').getByText('You said no in your wallet. Nothing was shared.').waitFor()
    await library.getByRole('dialog').getByRole('button', { name: 'Show a new code' }).click()
  })

  test('logs in by holding the camera before the code', async () => {
    await scanCode(world, wallet, library)
    await agree(wallet, ['Push requests to this wallet'])
    await seeEnd(wallet, 'Approved')
    await seeGreeting(library, 'Ada')
    await library.getByText('by a wallet on another device').waitFor()
  })

  test('logs in on the phone itself by the link, keeps the account back, and is led back', async () => {
    const site = await openSite(phone, world.web.appUrl)
    await askToLogIn(site)
    expect(await linkOf(site)).toMatch(new RegExp(`^${world.web.walletUrl}/req/`))
    await site.getByRole('link', { name: 'Open my wallet on this device' }).click()
    await consentOf(site).waitFor()
    await site.getByLabel('Your account', { exact: true }).uncheck()
    await agree(site)
    await site.getByText('Taking you back to').waitFor()
    await seeGreeting(site, 'Ada')
    expect(await site.getByText('Account', { exact: true }).count()).toBe(0)
    expect(await library.getByText('Account', { exact: true }).count()).toBe(1)
    expect(new URL(site.url()).origin).toBe(world.web.appUrl)
    expect(site.url()).not.toContain('code')
    await site.getByText('by a wallet on this device').waitFor()
    await site.close()
  })

  test('is told at the reading room what is missing, and where it is to be had', async () => {
    await library.getByRole('link', { name: 'Reading room' }).first().click()
    await library.getByRole('link', { name: 'Go to the Town of Harbour' }).waitFor()
    await library.getByRole('button', { name: 'Show my proof of residence' }).click()
    await pasteWrong(wallet, 'Show my proof of residence')
    await giveLink(wallet, await linkOf(library))
    const missing = wallet.getByRole('region', { name: 'Asked for, and not in your wallet' })
    await missing.getByText('The reading room is for residents of Harbour').waitFor()
    await decline(wallet)
    await seeEnd(wallet, 'Declined')
    await library.getByRole('dialog').getByText('The reading room stays closed.').waitFor()
    await library.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await seeNotice(library, 'You said no in your wallet.')
  })

  test('gets the proof of the town by push, after a clerk has looked at the papers', async () => {
    const { issuerUrl } = world.web
    const [town, desk] = await Promise.all([
      openSite(computer, issuerUrl),
      openSite(await world.newDevice(DESKTOP), `${issuerUrl}/desk`),
    ])
    await town.getByRole('button', { name: 'Apply with your wallet' }).click()
    await pasteLink(wallet, await linkOf(town))
    await agree(wallet, ['Push requests to this wallet'])
    await seeEnd(wallet, 'Approved')
    await town.getByLabel('Street and house number').fill('12 Quay Street')
    await town.getByRole('button', { name: 'Send the application' }).click()
    await town.getByText('Waiting for the desk').waitFor()
    await desk.getByRole('article').filter({ hasText: '12 Quay Street' }).getByText('Ada').waitFor()
    await desk.getByRole('button', { name: 'Approve' }).click()
    await desk.getByText('Sent to the wallet').waitFor()
    await consentOf(wallet).getByText('12 Quay Street').waitFor()
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await town.getByRole('heading', { name: 'The proof is in your wallet.' }).waitFor()
    await desk.getByText('In the wallet').waitFor()
    await Promise.all([town.close(), desk.close()])
  })

  test('opens the reading room with it', async () => {
    await library.getByRole('button', { name: 'Show my proof of residence' }).click()
    await pasteLink(wallet, await linkOf(library))
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await library.getByRole('heading', { name: 'The Harbour Gazette' }).waitFor()
    await library.getByText('Resident of Harbour').waitFor()
  })

  test('signs the guest book: a transaction through an Ethereum provider', async () => {
    await library.getByRole('link', { name: 'Guest book' }).click()
    await library.getByLabel('Your line').fill('The view is worth the stairs.')
    await library.getByRole('button', { name: 'Sign the book' }).click()
    await codeOf(library).waitFor()
    await library.reload()
    await scanCode(world, wallet, library)
    await agree(wallet)
    await seeConfirmed(wallet)
    await library.getByText(/Your line stands in block \d+/).waitFor()
    await library.getByRole('listitem').filter({ hasText: 'The view is worth the stairs.' }).waitFor()
  })

  test('gives ether: a transaction that the server asks for, and finds in a block', async () => {
    await library.getByRole('button', { name: 'Give 0.01 ether' }).click()
    await codeOf(library).waitFor()
    await library.reload()
    await pasteLink(wallet, await linkOf(library))
    await agree(wallet)
    await seeConfirmed(wallet)
    await library.getByText(/Thank you! Your gift is in block \d+/).waitFor()
  })

  test('nothing was complained of', async () => {
    expect(world.complaints).toEqual([])
    // What would be complained of is heard.
    await library.evaluate(() => document.body.setAttribute('style', 'color: red'))
    await expect.poll(() => world.complaints).toEqual([expect.stringContaining('Content Security Policy')])
  })
})
