import type { Devnet } from '@uport-kit/devnet'
import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import type { WorldConfig } from '../shared/world-config.ts'

export interface WalletServerParts {
  readonly config: WorldConfig
  /** Gives new accounts their first ether: a chain for trying things out, never a real one. */
  readonly devnet: Pick<Devnet, 'fund'>
  readonly files: PageFiles
}

const ADDRESS = /^0x[0-9a-f]{40}$/
/** What the wallet calls its views: a reload of any of them, or a link to it, is the wallet. */
const PLACES = [
  ...['/create', '/restore', '/scan', '/paste', '/request', '/request/*', '/credentials', '/credentials/*'],
  ...['/accounts', '/apps', '/activity', '/settings', '/backup', '/delete'],
] as const
const FAUCET_WEI = 10n ** 18n

/**
 * The wallet's site: files, and a faucet (`POST /faucet` with `{"address"}`). Links of requests end at `/req/…`, which answers
 * with the wallet itself: everything happens in the page.
 */
export function createWalletServer({ config, devnet, files }: WalletServerParts): Hono {
  const app = createPageApp({
    config,
    url: config.walletUrl,
    files,
    rights: { camera: true },
    pages: ['/req/*', ...PLACES],
  })
  app.post('/faucet', bodyLimit({ maxSize: 1024 }), async (context) => {
    const isOwn = context.req.header('origin') === config.walletUrl
    const body: unknown = await context.req.json().catch(() => undefined)
    const address = isObject(body) ? body['address'] : undefined
    if (!isOwn || typeof address !== 'string' || !ADDRESS.test(address))
      return context.json({ ok: false }, 400)
    await devnet.fund(address, FAUCET_WEI)
    return context.json({ ok: true })
  })
  return app
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
