import { RelayClient } from '@uport-kit/channel-relay'
import { type Identity, memoryRequestStore, Requester, systemClock } from '@uport-kit/core'
import { UportResolver } from '@uport-kit/resolver-uport'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type StartWebOptions, startWeb, type Web } from '../../../examples/web-login/src/launch/start-web.ts'
import { ShownTransport } from '../../../packages/core/test-support/exchange-world.ts'
import { launchChromium } from '../../support/browser/chromium.ts'
import { sourceAliases } from '../../support/source-aliases.ts'

/** The sites of the example on a devnet, and a browser that opens them. */
export interface WalletWorld {
  readonly web: Web
  readonly browser: Browser
  readonly resolver: UportResolver
  /** Storage of its own, with leave for notifications. */
  newContext(): Promise<BrowserContext>
  /** Opens the wallet of a context at a path. Errors that its page throws are collected. */
  openWallet(context: BrowserContext, path?: string): Promise<Page>
  /** Asks the person of a context for something, as a party that the chain knows. */
  asking(identity?: Identity): { readonly requester: Requester; readonly screen: ShownTransport }
  /** An address that takes one answer. */
  openCallback(): Promise<string>
  close(): Promise<void>
}

export async function openWalletWorld(options: StartWebOptions = {}): Promise<WalletWorld> {
  const [web, browser] = await Promise.all([
    startWeb({ sites: ['wallet'], alias: sourceAliases(), ...options }),
    launchChromium(),
  ])
  const { network, gatewayUrl, walletUrl } = web.config
  const networks = { [network.id]: { rpcUrls: [network.rpcUrl], registry: network.registry } }
  const resolver = new UportResolver({ networks, gateways: [gatewayUrl] })
  const channel = new RelayClient({ url: web.relay.url })
  return {
    web,
    browser,
    resolver,
    async newContext() {
      const context = await browser.newContext()
      await context.grantPermissions(['notifications'], { origin: walletUrl })
      return context
    },
    async openWallet(context, path = '/') {
      const page = await context.newPage()
      await page.goto(`${walletUrl}${path}`)
      return page
    },
    asking(identity = web.app) {
      const screen = new ShownTransport('qr')
      const requester = new Requester({
        identity,
        resolver,
        requests: memoryRequestStore({ clock: systemClock() }),
        replyChannels: [channel],
        transports: [screen],
        links: { universal: `${walletUrl}/req/` },
      })
      return { requester, screen }
    },
    async openCallback() {
      const expiresAt = Math.floor(Date.now() / 1000) + 600
      return (await channel.open({ id: crypto.randomUUID(), expiresAt })).callback
    },
    async close() {
      await browser.close()
      await channel[Symbol.asyncDispose]()
      await web.stop()
    },
  }
}

/** Makes an identity as a person does. */
export async function createIdentity(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Create an identity' }).click()
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Create my identity' }).click()
  await page.getByRole('region', { name: 'Your identity' }).waitFor()
}
