import type { BrowserContext, Page } from 'playwright-core'
import type { WebWorld } from './web-world.ts'

// What people do on the screens of the three programs, in the words that they read there.

/** Opens a wallet in which somebody has just made an identity. */
export async function openNewWallet({ web }: WebWorld, device: BrowserContext, name: string): Promise<Page> {
  const wallet = await device.newPage()
  await wallet.goto(web.walletUrl)
  await createIdentity(wallet, name)
  return wallet
}

export async function createIdentity(wallet: Page, name: string): Promise<void> {
  await wallet.getByRole('link', { name: 'Create an identity' }).click()
  await wallet.getByLabel('Your name').fill(name)
  await wallet.getByRole('button', { name: 'Create my identity' }).click()
  await wallet.getByRole('region', { name: 'Your identity' }).getByText(name).waitFor()
}

export async function openSite(device: BrowserContext, url: string): Promise<Page> {
  const page = await device.newPage()
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  return page
}

/** Presses "Log in", and sees the code. */
export async function askToLogIn(site: Page): Promise<void> {
  await site
    .getByRole('main')
    .getByRole('button', { name: /Log in/ })
    .first()
    .click()
  await codeOf(site).waitFor()
}

export const codeOf = (site: Page) => site.getByRole('img', { name: 'QR code of the request' })

/** The link beside the code. */
export async function linkOf(site: Page): Promise<string> {
  const link = site.getByRole('dialog').getByRole('link')
  await link.waitFor()
  return (await link.getAttribute('href')) ?? ''
}

/** Scans the code on a page with the wallet's camera, until the wallet shows what is asked. */
export async function scanCode(world: WebWorld, wallet: Page, site: Page): Promise<void> {
  await world.film(site)
  await wallet.getByRole('link', { name: 'Scan a code' }).click()
  await consentOf(wallet).waitFor()
}

export const consentOf = (wallet: Page) => wallet.getByRole('article')

/** Ticks what is named, and agrees. */
export async function agree(wallet: Page, ticks: readonly string[] = []): Promise<void> {
  for (const tick of ticks) await wallet.getByLabel(tick).check()
  await wallet.getByRole('button', { name: APPROVE }).click()
}

/** What the button says that agrees. */
const APPROVE = /^(?:Share|Log in|Keep|Send|Sign)/

export const decline = (wallet: Page) => wallet.getByRole('button', { name: 'Decline' }).click()

/** Waits until the wallet says so, and goes back to its home. */
export async function seeEnd(wallet: Page, heading: string): Promise<void> {
  await wallet.getByRole('heading', { name: heading }).waitFor()
  await wallet.getByRole('button', { name: 'Back to the wallet' }).click()
  await wallet.getByRole('region', { name: 'Your identity' }).waitFor()
}

/** Waits until a site greets somebody. */
export const seeGreeting = (site: Page, name: string) =>
  site.getByRole('heading', { level: 1, name: `Good to see you, ${name}.` }).waitFor()

export const seeNotice = (site: Page, text: string) =>
  site.getByRole('status').filter({ hasText: text }).first().waitFor()

/** Gives the link of a request to a wallet as text, until the wallet shows what is asked. */
export async function pasteLink(wallet: Page, link: string): Promise<void> {
  await wallet.getByRole('link', { name: 'Paste a link' }).click()
  await giveLink(wallet, link)
}

/** The same where the wallet has the form on the screen. */
export async function giveLink(wallet: Page, link: string): Promise<void> {
  await wallet.getByLabel('Link of the request').fill(link)
  await wallet.getByRole('button', { name: 'Look at the request' }).click()
  await consentOf(wallet).waitFor()
}

/** Gives a wallet what is no request: it says so beside the text, which stays. */
export async function pasteWrong(wallet: Page, text: string): Promise<void> {
  await wallet.getByRole('link', { name: 'Paste a link' }).click()
  const field = wallet.getByLabel('Link of the request')
  await field.fill(text)
  await wallet.getByRole('button', { name: 'Look at the request' }).click()
  await wallet
    .getByRole('alert')
    .filter({ hasText: 'This is no request that a wallet could answer.' })
    .waitFor()
  if ((await field.inputValue()) !== text) throw new Error('what was pasted is gone')
}
