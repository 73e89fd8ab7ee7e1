import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import {
  agree,
  askToLogIn,
  codeOf,
  consentOf,
  decline,
  linkOf,
  openNewWallet,
  openSite,
  pasteLink,
  seeEnd,
  seeGreeting,
  seeNotice,
} from './support/people.ts'
import { openWakeUp } from './support/wake-up.ts'
import { DESKTOP, openWebWorld, PHONE, type WebWorld } from './support/web-world.ts'

describeBrowser('a request that does not go straight to its end', () => {
  let folder: string
  let world: WebWorld
  let phone: BrowserContext
  let computer: BrowserContext
  let wallet: Page
  let library: Page
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-login-data-'))
    // What its relay has acknowledged outlives it.
    world = await openWebWorld({ dataDirectory: folder })
  }, 120_000)
  afterAll(async () => {
    await world?.close()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    ;[phone, computer] = await Promise.all([world.newDevice(PHONE), world.newDevice(DESKTOP)])
    ;[wallet, library] = await Promise.all([
      openNewWallet(world, phone, 'Ada'),
      openSite(computer, world.web.appUrl),
    ])
  }, 60_000)
  afterEach(async () => {
    await Promise.all([phone?.close(), computer?.close()])
  })

  const dialog = () => library.getByRole('dialog')
  /** The library asks who somebody is, and their wallet shows it. */
  const askAndShow = async () => {
    await askToLogIn(library)
    await pasteLink(wallet, await linkOf(library))
  }
  const openWaiting = async (page: Page) => {
    await page
      .getByRole('region', { name: 'Waiting for you' })
      .getByRole('button', { name: /A request/ })
      .click()
    await consentOf(page).waitFor()
  }
  const seeOutcome = async () => {
    await seeEnd(wallet, 'Approved')
    await seeGreeting(library, 'Ada')
  }

  test('is refused', async () => {
    await askAndShow()
    await decline(wallet)
    await wallet.getByText('The site has been told, and learns nothing else.').waitFor()
    await dialog().getByText('You said no in your wallet. Nothing was shared.').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await seeNotice(library, 'You said no in your wallet.')
  })

  test('runs out while it is shown, and a fresh code works', async () => {
    await Promise.all([wallet.clock.install(), library.clock.install()])
    await Promise.all([wallet.reload(), library.reload()])
    await askAndShow()
    await Promise.all([wallet.clock.fastForward('03:00'), library.clock.fastForward('03:00')])
    await seeEnd(wallet, 'The request has expired')
    await dialog().getByText('This code has expired. Nothing was shared.').waitFor()
    await dialog().getByRole('button', { name: 'Show a new code' }).waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await seeNotice(library, 'The code has expired.')
    await Promise.all([wallet.clock.resume(), library.clock.resume()])
  })

  test('is cancelled on the site: an answer then does not arrive', async () => {
    await askAndShow()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await seeNotice(library, 'The login was cancelled.')
    await agree(wallet)
    await wallet.getByText('The site did not take the answer.').waitFor()
    await seeEnd(wallet, 'This cannot be done')
    await library.getByRole('main').getByRole('button', { name: 'Try again' }).click()
    await pasteLink(wallet, await linkOf(library))
    await agree(wallet)
    await seeOutcome()
  })

  test('survives a reload of both pages', async () => {
    await askAndShow()
    const link = await linkOf(library)
    await Promise.all([wallet.reload(), library.reload()])
    await codeOf(library).waitFor()
    expect(await linkOf(library)).toBe(link)
    await consentOf(wallet).waitFor()
    await agree(wallet)
    await seeOutcome()
  })

  test('waits in a wallet that is closed and opened again', async () => {
    await askAndShow()
    await wallet.close()
    wallet = await openSite(phone, world.web.walletUrl)
    await consentOf(wallet).waitFor()
    await agree(wallet)
    await seeOutcome()
  })

  test('is put off, and answered from the list', async () => {
    await askAndShow()
    await wallet.getByRole('button', { name: 'Later' }).click()
    await openWaiting(wallet)
    await agree(wallet)
    await seeOutcome()
  })

  test('is shown in two tabs of the wallet: one answers, the other one says so', async () => {
    const other = await openSite(phone, world.web.walletUrl)
    await askAndShow()
    await openWaiting(other)
    await agree(wallet)
    await seeEnd(other, 'Answered elsewhere')
    await seeOutcome()
    expect(await other.getByRole('region', { name: 'Waiting for you' }).count()).toBe(0)
  })

  test('logs two tabs of the library in', async () => {
    const other = await openSite(computer, world.web.appUrl)
    await askToLogIn(other)
    await askAndShow()
    await agree(wallet)
    await seeOutcome()
    await seeGreeting(other, 'Ada')
    await seeNotice(other, 'It happened in another tab.')
  })

  const allowPush = async () => {
    await askAndShow()
    await agree(wallet, ['Push requests to this wallet'])
    await seeOutcome()
  }
  const logInByPush = async () => {
    await library.getByRole('button', { name: 'Log out' }).click()
    await library.getByRole('button', { name: 'Log in as Ada' }).click()
  }

  test('comes by push while the wallet is open', async () => {
    await allowPush()
    await logInByPush()
    await consentOf(wallet).getByText('Pushed to this wallet, which you allowed').waitFor()
    await agree(wallet)
    await seeOutcome()
  })

  test('comes by push while the wallet is closed: its service worker takes it in', async () => {
    await allowPush()
    const { call, notices } = await openWakeUp(phone, world.web.walletUrl)
    await wallet.close()
    await logInByPush()
    await library.getByText('Look at your wallet').waitFor()
    await call('{}')
    const [notice] = await notices()
    expect(notice).toMatchObject({ title: 'A request waits for you' })
    wallet = await phone.newPage()
    await wallet.goto(`${world.web.walletUrl}${notice?.path}`)
    await consentOf(wallet).waitFor()
    await agree(wallet)
    await seeOutcome()
  })

  test('comes by push to a wallet that cannot be reached: the library shows a code', async () => {
    await allowPush()
    await world.web.relay.stop()
    await logInByPush()
    await codeOf(library).waitFor()
    await pasteLink(wallet, await linkOf(library))
    await agree(wallet)
    await seeOutcome()
    await world.web.relay.start()
  })

  test('is answered while the relay is down, and the answer arrives when it is back', async () => {
    await askAndShow()
    await agree(wallet)
    await seeOutcome()
    await library.getByRole('link', { name: 'Guest book' }).first().click()
    await library.getByLabel('Your line').fill('Signed in a storm.')
    await library.getByRole('button', { name: 'Sign the book' }).click()
    await pasteLink(wallet, await linkOf(library))
    await world.web.relay.stop()
    await agree(wallet)
    await wallet.getByText('The site cannot be reached right now.').waitFor()
    await library.getByText('Waiting for your wallet.').first().waitFor()
    await world.web.relay.start()
    await wallet.getByText('Your answer has arrived.').waitFor()
    await library.getByText(/Your line stands in block \d+/).waitFor()
    await seeEnd(wallet, 'Approved')
  })

  test('is answered after the site has gone: both say so, and it can be tried again', async () => {
    await askAndShow()
    // As far as this browser is concerned, its server is gone.
    await computer.setOffline(true)
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await dialog().getByText('Our server does not answer.').waitFor()
    await computer.setOffline(false)
    await dialog().getByRole('button', { name: 'Show a new code' }).click()
    await codeOf(library).waitFor()
    await pasteLink(wallet, await linkOf(library))
    await agree(wallet)
    await seeOutcome()
  })

  test('brings the proof of the town by a code, to a wallet that nobody may push to', async () => {
    const town = await openSite(computer, world.web.issuerUrl)
    const desk = await openSite(computer, `${world.web.issuerUrl}/desk`)
    await town.getByRole('button', { name: 'Apply with your wallet' }).click()
    await pasteLink(wallet, await linkOf(town))
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await town.getByLabel('Street and house number').fill('3 Rope Walk')
    await town.getByRole('button', { name: 'Send the application' }).click()
    const application = desk.getByRole('article').filter({ hasText: '3 Rope Walk' })
    await application.getByRole('button', { name: 'Approve' }).click()
    await town.getByRole('button', { name: 'Take the proof' }).click()
    await pasteLink(wallet, await linkOf(town))
    await decline(wallet)
    await seeEnd(wallet, 'Declined')
    await town.getByRole('dialog').getByText('You can take the proof another time.').waitFor()
    await town.getByRole('dialog').getByRole('button', { name: 'Show a new code' }).click()
    await codeOf(town).waitFor()
    await pasteLink(wallet, await linkOf(town))
    await agree(wallet)
    await seeEnd(wallet, 'Approved')
    await town.getByRole('heading', { name: 'The proof is in your wallet.' }).waitFor()
    await wallet.getByRole('link', { name: 'Credentials' }).click()
    await wallet.getByText('3 Rope Walk').waitFor()
  })

  test('leaves nothing that pages complained of', () => {
    expect(world.complaints).toEqual([])
  })
})
