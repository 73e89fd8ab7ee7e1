import { RelayClient } from '@uport-kit/channel-relay'
import { memoryRequestStore, Requester, systemClock } from '@uport-kit/core'
import { UportResolver } from '@uport-kit/resolver-uport'
import type { BrowserContext, Page } from 'playwright-core'
import type { StartWebOptions } from '../../../examples/web-login/src/launch/start-web.ts'
import { ShownTransport } from '../../../packages/core/test-support/exchange-world.ts'
import { openWebWorld, type WebWorld } from './web-world.ts'

/** The wallet of the example, and who asks it: the library, without its pages. */
export interface WalletWorld extends WebWorld {
  /** Opens the wallet of a device at a path. */
  openWallet(device: BrowserContext, path?: string): Promise<Page>
  /** Asks whoever opens what is shown. */
  asking(): { readonly requester: Requester; readonly screen: ShownTransport }
  /** An address that takes one answer. */
  openCallback(): Promise<string>
}

export async function openWalletWorld(options: StartWebOptions = {}): Promise<WalletWorld> {
  const world = await openWebWorld({ sites: ['wallet'], ...options })
  const { web } = world
  const { network, gatewayUrl, walletUrl } = web.config
  const networks = { [network.id]: { rpcUrls: [network.rpcUrl], registry: network.registry } }
  const resolver = new UportResolver({ networks, gateways: [gatewayUrl] })
  const channel = new RelayClient({ url: web.relay.url })
  return {
    ...world,
    async openWallet(device, path = '/') {
      const page = await device.newPage()
      await page.goto(`${walletUrl}${path}`)
      return page
    },
    asking() {
      const screen = new ShownTransport('qr')
      const requester = new Requester({
        identity: web.app,
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
      await channel[Symbol.asyncDispose]()
      await world.close()
    },
  }
}
