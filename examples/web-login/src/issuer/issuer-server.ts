import {
  callbackChannel,
  type DidResolver,
  type Identity,
  memoryRequestStore,
  Requester,
  type SafeFetch,
  systemClock,
} from '@uport-kit/core'
import { bestEngine } from '@uport-kit/engine-native'
import { pushTransport } from '@uport-kit/transport-push'
import type { Hono } from 'hono'
import { createApi } from '../servers/api.ts'
import { Browsers, type SessionTimes } from '../servers/browsers.ts'
import { createLoginRoutes, type PersonSession } from '../servers/login-routes.ts'
import type { PageFiles } from '../servers/page-files.ts'
import { createPageApp } from '../servers/page-server.ts'
import { personText } from '../servers/person-text.ts'
import { RequestDesk } from '../servers/request-desk.ts'
import { createCallbackRoutes, createRequestRoutes } from '../servers/request-routes.ts'
import type { WorldConfig } from '../shared/world-config.ts'
import { createApplicationRoutes } from './application-routes.ts'
import { Applications, toApplication } from './applications.ts'
import { LOGIN_ASK } from './ask.ts'
import { createDeskRoutes } from './desk-routes.ts'

export interface IssuerServerParts {
  readonly config: WorldConfig
  readonly identity: Identity
  readonly resolver: DidResolver
  /** Reaches the push servers that wallets name. */
  readonly safeFetch: SafeFetch
  readonly files: PageFiles
  readonly sessionTimes?: SessionTimes | undefined
}

export interface IssuerServer {
  readonly app: Hono
  close(): Promise<void>
}

/** The town's site, with the clerk's desk at `/desk`. */
export function createIssuerServer(parts: IssuerServerParts): IssuerServer {
  const { config, identity, resolver, safeFetch } = parts
  const { issuerUrl } = config
  const requester = new Requester({
    identity,
    resolver,
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [callbackChannel({ url: `${issuerUrl}/uport` })],
    links: { universal: `${config.walletUrl}/req/` },
    engine: bestEngine(),
  })
  const desk = new RequestDesk({ requester })
  const browsers = new Browsers<PersonSession>({ cookie: 'town', url: issuerUrl, times: parts.sessionTimes })
  const applications = new Applications()
  const push = pushTransport({ identity, safeFetch, deadline: 15 })
  const login = createLoginRoutes({
    browsers,
    desk,
    push,
    params: LOGIN_ASK,
    returnUrl: `${issuerUrl}/`,
    createSession: ({ did, jwt, own, push: grant }, since, binding): PersonSession => ({
      did,
      jwt,
      name: personText(own['name']) ?? 'Guest',
      push: grant,
      binding,
      since,
    }),
    describe: (browser) => {
      const session = browser?.session
      const application = session && applications.of(session.did)
      return {
        person: session && { did: session.did, name: session.name, canPush: session.push !== undefined },
        application: application && toApplication(application),
        town: { did: identity.did },
      }
    },
  })
  const api = createApi(issuerUrl)
  api.route('/requests', createRequestRoutes({ browsers, desk }))
  api.route('/applications', createApplicationRoutes({ browsers, desk, push, applications }))
  api.route('/desk', createDeskRoutes({ applications, desk, push }))
  api.route('/', login)
  const app = createPageApp({ config, url: issuerUrl, files: parts.files, pages: ['/desk'] })
  app.route('/api', api)
  app.route('/uport', createCallbackRoutes(desk))
  return { app, close: () => desk.close() }
}
