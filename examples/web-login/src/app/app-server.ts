import {
  callbackChannel,
  type Did,
  type DidResolver,
  type Identity,
  memoryRequestStore,
  mnidFromDid,
  Requester,
  type SafeFetch,
  systemClock,
} from '@uport-kit/core'
import { bestEngine } from '@uport-kit/engine-native'
import { pushTransport } from '@uport-kit/transport-push'
import type { Hono } from 'hono'
import { createApi } from '../servers/api.ts'
import { Browsers, type SessionTimes } from '../servers/browsers.ts'
import { createLoginRoutes } from '../servers/login-routes.ts'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import { RequestDesk } from '../servers/request-desk.ts'
import { createCallbackRoutes, createRequestRoutes } from '../servers/request-routes.ts'
import type { WorldConfig } from '../shared/world-config.ts'
import { listAskedClaims, loginAsk } from './ask.ts'
import { createDonationRoutes } from './donation-routes.ts'
import { createLibrarySession, type LibrarySession, personOf } from './library-session.ts'
import { createReadingRoomRoutes } from './reading-room-routes.ts'
import { createSignRoutes } from './sign-routes.ts'

export interface AppServerParts {
  readonly config: WorldConfig
  readonly identity: Identity
  readonly resolver: DidResolver
  /** Reaches the push servers that wallets name. */
  readonly safeFetch: SafeFetch
  /** Whose credentials open the reading room. */
  readonly issuer: Did
  /** The address of the guest book's contract. */
  readonly guestBook: string
  readonly files: PageFiles
  readonly sessionTimes?: SessionTimes | undefined
}

export interface AppServer {
  readonly app: Hono
  close(): Promise<void>
}

/** The library's site: pages, API (`/api/…`) and the address that wallets answer to (`/uport/…`). */
export function createAppServer(parts: AppServerParts): AppServer {
  const { config, identity, resolver, safeFetch, issuer, guestBook } = parts
  const { appUrl, issuerUrl, relayUrl, network } = config
  const requester = new Requester({
    identity,
    resolver,
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [callbackChannel({ url: `${appUrl}/uport` })],
    links: { universal: `${config.walletUrl}/req/` },
    engine: bestEngine(),
  })
  const desk = new RequestDesk({ requester })
  const browsers = new Browsers<LibrarySession>({ cookie: 'library', url: appUrl, times: parts.sessionTimes })
  const api = createApi(appUrl)
  api.route('/requests', createRequestRoutes({ browsers, desk }))
  api.route(
    '/reading-room',
    createReadingRoomRoutes({ browsers, desk, issuer, issuerUrl, returnUrl: `${appUrl}/reading-room` }),
  )
  const to = mnidFromDid(identity.did).address
  api.route(
    '/donations',
    createDonationRoutes({ browsers, desk, to, network, returnUrl: `${appUrl}/guest-book` }),
  )
  api.route('/sign', createSignRoutes({ browsers, identity, rules: { guestBook, relayUrl } }))
  const push = pushTransport({ identity, safeFetch, deadline: 15 })
  const library = { did: identity.did, guestBook, asks: listAskedClaims() }
  const login = createLoginRoutes({
    browsers,
    desk,
    push,
    params: loginAsk(network.id),
    returnUrl: `${appUrl}/`,
    createSession: createLibrarySession,
    describe: (browser) => ({ person: browser?.session && personOf(browser.session), library }),
  })
  api.route('/', login)
  const pages = ['/reading-room', '/guest-book']
  const app = createPageApp({ config, url: appUrl, files: parts.files, pages })
  app.route('/api', api)
  app.route('/uport', createCallbackRoutes(desk))
  return { app, close: () => desk.close() }
}
