import { Hono } from 'hono'
import { cors } from 'hono/cors'
import type { Browsers } from './browsers.ts'
import { readJson } from './read-json.ts'
import { remoteAddress } from './remote-address.ts'
import type { RequestDesk } from './request-desk.ts'

/** Seconds for which a page's question is held. */
const HOLD_SECONDS = 20
const MAX_REPLY = 65_536

export interface RequestRoutesParts<Session> {
  readonly browsers: Browsers<Session>
  readonly desk: RequestDesk
}

/** Where a page hears what became of the requests it asked for: `/api/requests/…`. */
export function createRequestRoutes<Session>({ browsers, desk }: RequestRoutesParts<Session>): Hono {
  const routes = new Hono()
  routes.get('/:id', async (context) => {
    const browser = browsers.find(context)
    const { signal } = context.req.raw
    const known = context.req.query('push')
    const report =
      browser &&
      (await desk.report(browser, context.req.param('id'), { seconds: HOLD_SECONDS, known, signal }))
    if (report === undefined) return context.json({ code: 'UNKNOWN_REQUEST' }, 404)
    return context.json(report, 200, { 'cache-control': 'no-store' })
  })
  routes.delete('/:id', (context) => {
    const browser = browsers.find(context)
    if (browser !== undefined) desk.cancel(browser, context.req.param('id'))
    return context.body(null, 204)
  })
  return routes
}

/** Where wallets post their replies: pages of any origin may, because a wallet can be one. There are no cookies here. */
export function createCallbackRoutes(desk: RequestDesk): Hono {
  const routes = new Hono()
  routes.use(cors({ origin: '*', allowMethods: ['POST'], allowHeaders: ['content-type'], maxAge: 600 }))
  routes.post('/:id', async (context) => {
    const body = await readJson(context.req.raw, MAX_REPLY)
    if (body === 'too-large') return context.json({ status: 'error' }, 413)
    if (body === undefined) return context.json({ status: 'error' }, 400)
    const status = await desk.take(context.req.param('id'), body, remoteAddress(context))
    return context.json({ status: status < 300 ? 'ok' : 'error' }, status)
  })
  return routes
}
