import type { Devnet } from '@uport-kit/devnet'
import type { Hono } from 'hono'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import { readJson, textMember } from '../servers/read-json.ts'
import { sameOrigin } from '../servers/same-origin.ts'
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
  ...['/accounts', '/apps', '/activity', '/settings', '/details', '/backup', '/delete'],
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
  app.post('/faucet', sameOrigin(config.walletUrl), async (context) => {
    const address = textMember(await readJson(context.req.raw), 'address')
    if (address === undefined || !ADDRESS.test(address)) return context.json({ ok: false }, 400)
    await devnet.fund(address, FAUCET_WEI)
    return context.json({ ok: true })
  })
  return app
}
