import { readFile } from 'node:fs/promises'
import { decodeJwt, disclosure, type PushGrant, sha256Base64url } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { pushTransport } from '@uport-kit/transport-push'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeBrowser } from '../support/browser/describe-browser.ts'
import { createIdentity } from './support/people.ts'
import { openWakeUp, type WakeUp } from './support/wake-up.ts'
import { openWalletWorld, type WalletWorld } from './support/wallet-world.ts'

/** With a space, so that no encoding of random bytes holds it. */
const NAME = 'Ada Lovelace'
const PASSPHRASE = 'correct horse battery staple'
const ASK_AGAIN = {
  claims: { user_info: { name: { essential: true, reason: 'for the second time' } } },
} as const
const ASK = { claims: { user_info: { name: { essential: true } } } } as const

describeBrowser('the web wallet in the background', () => {
  let world: WalletWorld
  let context: BrowserContext
  let page: Page
  let grant: PushGrant
  beforeAll(async () => {
    world = await openWalletWorld()
    context = await world.newDevice()
    page = await world.openWallet(context)
    await createIdentity(page, NAME)
    grant = await giveLeaveToPush(world, page)
  }, 60_000)
  afterAll(() => world?.close())

  describe('woken by Web Push while it is closed', () => {
    let wakeUp: WakeUp
    beforeAll(async () => {
      wakeUp = await openWakeUp(context, world.web.walletUrl)
      await page.close()
    }, 60_000)

    test('takes the request in, says who asks and not what, and shows it when it is opened', async () => {
      const { web } = world
      const { requester } = world.asking()
      const push = pushTransport({
        identity: web.app,
        safeFetch: createSafeFetch({ allowOrigins: [web.relay.url] }),
        deadline: 30,
      })
      const [first, second] = await Promise.all([
        requester.start(disclosure, ASK),
        requester.start(disclosure, ASK_AGAIN),
      ])
      const wake = JSON.stringify({ mailbox: mailboxOf(grant) })
      await first.deliver(push.to(grant))
      await wakeUp.call(wake)
      const [notice] = await wakeUp.notices()
      expect(notice).toMatchObject({ title: 'A request waits for you', path: placeOf(first) })
      expect(JSON.stringify(notice)).not.toContain(NAME)
      await second.deliver(push.to(grant))
      await wakeUp.call(wake)
      const isThere = async () => (await wakeUp.notices()).some(({ path }) => path === placeOf(second))
      while (!(await isThere()));
      const opened = await world.openWallet(context, placeOf(second))
      await opened.getByText('for the second time').waitFor()
      expect(await opened.getByText('Pushed to this wallet, which you allowed').count()).toBe(1)
      await opened.getByRole('button', { name: /^Share/ }).click()
      expect((await second.result).own).toEqual({ name: NAME })
      await opened.getByRole('button', { name: 'Next request' }).click()
      await opened.getByRole('button', { name: /^Share/ }).click()
      expect((await first.result).own).toEqual({ name: NAME })
      await opened.close()
    })

    test('says that nothing waits where nothing does, whatever the call says', async () => {
      await wakeUp.call('{"mailbox":"../../x"}')
      expect(await wakeUp.notices()).toMatchObject([{ title: 'Nothing waits for you', path: '/' }])
    })

    test('says that something was sent where the server cannot be reached', async () => {
      await world.web.relay.stop()
      try {
        await wakeUp.call(JSON.stringify({ mailbox: mailboxOf(grant) }))
        expect(await wakeUp.notices()).toMatchObject([{ title: 'A request was sent to you', path: '/' }])
      } finally {
        await world.web.relay.start()
      }
    })
  })

  test('says that a browser without a push service is reached while it is open', async () => {
    const settings = await world.openWallet(context, '/settings')
    await settings.getByRole('button', { name: 'Turn notifications on' }).click()
    await settings.getByRole('status').filter({ hasText: 'This browser reaches no push service.' }).waitFor()
    await settings.close()
  })

  test('opens without its server: what it is made of is kept', async () => {
    await context.setOffline(true)
    try {
      const offline = await world.openWallet(context, '/settings')
      await offline.getByRole('heading', { name: 'Settings' }).waitFor()
      await offline.close()
    } finally {
      await context.setOffline(false)
    }
  })

  test('a backup brings the identity into another browser; a wrong passphrase and a damaged file do not', async () => {
    const before = await world.openWallet(context, '/backup')
    await before.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await before.getByLabel('The same once more').fill(PASSPHRASE)
    const saving = before.waitForEvent('download')
    await before.getByRole('button', { name: 'Save a backup' }).click()
    const text = await readFile(await (await saving).path(), 'utf8')
    expect(text).not.toContain(NAME)
    await before.getByRole('status').filter({ hasText: 'Saved as kit-wallet-' }).waitFor()

    const elsewhere = await world.newDevice()
    const after = await world.openWallet(elsewhere)
    await after.getByRole('link', { name: 'Restore a backup' }).click()
    const restore = async (content: string, passphrase: string): Promise<void> => {
      const buffer = Buffer.from(content)
      await after
        .getByLabel('Backup file')
        .setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer })
      await after.getByLabel('Its passphrase').fill(passphrase)
      await after.getByRole('button', { name: 'Restore the wallet' }).click()
    }
    const alert = after.getByRole('alert')
    await restore(text, 'wrong horse battery staple')
    await alert.filter({ hasText: 'does not open this backup' }).waitFor()
    await restore(text.slice(0, -20), PASSPHRASE)
    await alert.filter({ hasText: 'cut off' }).waitFor()
    await restore(text, PASSPHRASE)
    await after.getByRole('region', { name: 'Your identity' }).getByText(NAME).waitFor()

    const { requester, screen } = world.asking()
    const answer = requester.request(disclosure, ASK, { via: 'qr' })
    await screen.arrived
    await after.goto(screen.last.uri('universal'))
    await after.getByRole('button', { name: /^Share/ }).click()
    const { own, did } = await answer
    expect(own).toEqual({ name: NAME })
    expect(did).toBe(await didShown(before))
    await elsewhere.close()
    await before.close()
  })

  test('everything is deleted after a plain warning, and a new wallet can begin', async () => {
    const closing = await world.openWallet(context, '/delete')
    const button = closing.getByRole('button', { name: 'Delete everything' })
    await closing.getByText('This cannot be undone.').waitFor()
    expect(await button.isDisabled()).toBe(true)
    await closing.getByLabel(/Type “delete”/).fill('delete')
    await button.click()
    await closing.getByRole('link', { name: 'Create an identity' }).waitFor()
    const left = await closing.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration()
      const subscription = await registration?.pushManager.getSubscription()
      return { subscription: subscription ?? undefined, stored: sessionStorage.length + localStorage.length }
    })
    expect(left).toEqual({ subscription: undefined, stored: 0 })
    await closing.close()
  })
})

/** Where the wallet shows a request. */
function placeOf({ request }: { readonly request: { readonly jwt: string } }): string {
  return `/request/${sha256Base64url(decodeJwt(request.jwt).signingInput)}`
}

function mailboxOf({ endpoint }: PushGrant): string {
  return new URL(endpoint).pathname.split('/').at(-1) ?? ''
}

async function didShown(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Home' }).click()
  const did = page.getByRole('button', { name: /^Copy DID/ })
  return (await did.getAttribute('title')) ?? ''
}

async function giveLeaveToPush({ asking }: WalletWorld, page: Page): Promise<PushGrant> {
  const { requester, screen } = asking()
  const answer = requester.request(disclosure, { ...ASK, permissions: ['notifications'] }, { via: 'qr' })
  await screen.arrived
  await page.goto(screen.last.uri('universal'))
  await page.getByLabel('Push requests to this wallet').check()
  await page.getByRole('button', { name: /^Share/ }).click()
  const { push } = await answer
  if (push === undefined) throw new Error('no leave was given')
  return push
}
