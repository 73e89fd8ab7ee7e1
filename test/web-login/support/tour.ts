import type { Page } from 'playwright-core'
import {
  agree,
  askToLogIn,
  codeOf,
  consentOf,
  createIdentity,
  decline,
  linkOf,
  openSite,
  pasteLink,
  scanCode,
  seeEnd,
  seeGreeting,
} from './people.ts'
import { DESKTOP, PHONE, type WebWorld } from './web-world.ts'

/** Is given each screen while it stands. */
export type Look = (name: string, page: Page) => Promise<void>

/** Goes through all screens of the three programs, in the order in which somebody meets them. */
export async function tourScreens(world: WebWorld, look: Look): Promise<void> {
  const [phone, computer] = await Promise.all([world.newDevice(PHONE), world.newDevice(DESKTOP)])
  const { appUrl, issuerUrl, walletUrl } = world.web
  const wallet = await openSite(phone, walletUrl)
  await look('wallet-welcome', wallet)
  await wallet.getByRole('link', { name: 'Create an identity' }).click()
  await wallet.getByLabel('Your name').waitFor()
  await look('wallet-create', wallet)
  await wallet.getByRole('link', { name: 'Back' }).click()
  await wallet.getByRole('link', { name: 'Restore a backup' }).click()
  await wallet.getByLabel('Backup file').waitFor()
  await look('wallet-restore', wallet)
  await wallet.getByRole('link', { name: 'Back' }).click()
  await createIdentity(wallet, 'Ada Fisher')
  await look('wallet-home-new', wallet)

  const library = await openSite(computer, appUrl)
  await library.getByRole('heading', { name: 'What we ask for' }).waitFor()
  await look('library-home', library)
  await world.play([await library.screenshot()], 5)
  await wallet.getByRole('link', { name: 'Scan a code' }).click()
  await wallet.getByText('Hold the code into the frame.').waitFor()
  await look('wallet-scan', wallet)
  await wallet.goto(walletUrl)
  await askToLogIn(library)
  await look('library-login', library)
  await scanCode(world, wallet, library)
  await lookAtConsent('login')
  await agree(wallet, ['Push requests to this wallet'])
  await wallet.getByRole('heading', { name: 'Approved' }).waitFor()
  await look('wallet-approved', wallet)
  await seeEnd(wallet, 'Approved')
  await seeGreeting(library, 'Ada Fisher')
  await look('library-card', library)

  await library.getByRole('link', { name: 'Reading room' }).first().click()
  await library.getByRole('button', { name: 'Show my proof of residence' }).click()
  await codeOf(library).waitFor()
  await pasteLink(wallet, await linkOf(library))
  await lookAtConsent('missing')
  await decline(wallet)
  await seeEnd(wallet, 'Declined')
  await library.getByRole('dialog').getByText('The reading room stays closed.').waitFor()
  await look('library-refused', library)
  await library.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await look('library-door', library)

  const town = await openSite(computer, issuerUrl)
  await look('town-home', town)
  await town.getByRole('button', { name: 'Apply with your wallet' }).click()
  await codeOf(town).waitFor()
  await pasteLink(wallet, await linkOf(town))
  await agree(wallet, ['Push requests to this wallet'])
  await seeEnd(wallet, 'Approved')
  await town.getByLabel('Street and house number').fill('12 Quay Street')
  await look('town-application', town)
  await town.getByRole('button', { name: 'Send the application' }).click()
  await town.getByText('Waiting for the desk').waitFor()
  await look('town-waiting', town)
  const desk = await openSite(computer, `${issuerUrl}/desk`)
  await desk.getByRole('button', { name: 'Approve' }).waitFor()
  await look('town-desk', desk)
  await desk.getByRole('button', { name: 'Approve' }).click()
  await consentOf(wallet).getByText('12 Quay Street').waitFor()
  await lookAtConsent('credential')
  await agree(wallet)
  await seeEnd(wallet, 'Approved')
  await town.getByRole('heading', { name: 'The proof is in your wallet.' }).waitFor()
  await look('town-done', town)

  await library.getByRole('button', { name: 'Show my proof of residence' }).click()
  await codeOf(library).waitFor()
  await pasteLink(wallet, await linkOf(library))
  await lookAtConsent('proof')
  await agree(wallet)
  await seeEnd(wallet, 'Approved')
  await library.getByRole('heading', { name: 'The Harbour Gazette' }).waitFor()
  await look('library-reading-room', library)
  await library.getByRole('link', { name: 'Guest book' }).click()
  await library.getByLabel('Your line').fill('The view is worth the stairs.')
  await library.getByRole('button', { name: 'Sign the book' }).click()
  await codeOf(library).waitFor()
  await pasteLink(wallet, await linkOf(library))
  await lookAtConsent('transaction')
  await agree(wallet)
  await wallet.getByText('Confirmed: it is in a block.').waitFor()
  await look('wallet-confirmed', wallet)
  await seeEnd(wallet, 'Approved')
  await library.getByText(/Your line stands in block/).waitFor()
  await look('library-guest-book', library)

  await look('wallet-home', wallet)
  for (const place of ['credentials', 'accounts', 'activity', 'settings', 'details', 'apps'] as const)
    await lookAt(place)
  await wallet.goto(`${walletUrl}/credentials`)
  await wallet.getByRole('main').getByRole('link').first().click()
  await wallet.waitForURL(/\/credentials\/./)
  await look('wallet-credential', wallet)
  for (const place of ['backup', 'delete', 'paste'] as const) await lookAt(place)

  const react = await openSite(await world.newDevice(DESKTOP), `${appUrl}/react/`)
  await react.getByRole('button', { name: 'Log in with your wallet' }).click()
  await codeOf(react).waitFor()
  await look('react-login', react)
  await wallet.goto(walletUrl)
  await pasteLink(wallet, await linkOf(react))
  await agree(wallet)
  await seeEnd(wallet, 'Approved')
  await react.getByText('Good to see you, Ada Fisher.').waitFor()
  await look('react-done', react)

  /** When its buttons can be pressed: they cannot in the first moment. */
  async function lookAtConsent(name: string): Promise<void> {
    await wallet.getByRole('button', { name: 'Decline' }).click({ trial: true })
    await look(`wallet-consent-${name}`, wallet)
  }

  async function lookAt(place: string): Promise<void> {
    await wallet.goto(`${walletUrl}/${place}`)
    await wallet.getByRole('heading', { level: 1 }).first().waitFor()
    await look(`wallet-${place}`, wallet)
  }
}
