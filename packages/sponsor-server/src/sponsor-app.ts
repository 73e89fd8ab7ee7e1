import { observeRequests } from '@uport-kit/server-operations'
import { clientAddress, RateLimiter } from '@uport-kit/server-operations/http'
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { refusalOf, refuse } from './answers.ts'
import { Refusal } from './refusal.ts'
import { healthRoute } from './routes/health.ts'
import { paymentRoutes } from './routes/payment-routes.ts'
import type { SponsorContext, SponsorEnv } from './sponsor-context.ts'
import { failureName } from './sponsor-log.ts'

const BROWSER_CACHE_SECONDS = 86_400

/**
 * The sponsor as a handler of requests, for any server that speaks `fetch`.
 *
 * @param trustedProxies how many reverse proxies of your own stand in front
 */
export function createSponsorApp(context: SponsorContext, trustedProxies: number): Hono<SponsorEnv> {
  const app = new Hono<SponsorEnv>({ strict: false })
  const { tracer, metrics, accessLog, logAddresses } = context
  app.use(
    observeRequests({ tracer, metrics, accessLog, logAddresses, trustTraceContext: trustedProxies > 0 }),
  )
  app.use(secure)
  app.use(openToBrowsers)
  app.use(limitAddresses(context, trustedProxies))
  for (const path of ['/health', '/readyz']) app.route(path, healthRoute(context))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.route('/', paymentRoutes(context))
  app.notFound((c) => refuse(c, new Refusal('NOT_FOUND', 'there is no such route')))
  app.onError((cause, c) => {
    // Only routes of fixed paths throw.
    const operation = `${c.req.method} ${c.req.path}`
    const refusal = refusalOf(cause)
    if (refusal !== undefined)
      context.log({ event: 'refused', operation, code: refusal.code, id: c.get('requestId') })
    // A client that left in the middle of its request is no failure of ours.
    else if (!c.req.raw.signal.aborted)
      context.log({ event: 'failed', operation, error: failureName(cause), id: c.get('requestId') })
    return refuse(c, refusal ?? new Refusal('FAILED', 'the sponsor failed: try again'))
  })
  return app
}

const secure = secureHeaders({
  // The answers are for pages of any origin.
  crossOriginResourcePolicy: 'cross-origin',
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
})

/** Pages of any origin may use the sponsor: the token comes in a header, never in a cookie. */
const openToBrowsers = cors({
  origin: '*',
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['Authorization', 'Content-Type'],
  exposeHeaders: ['Retry-After', 'X-Request-Id'],
  maxAge: BROWSER_CACHE_SECONDS,
})

function limitAddresses({ sponsor }: SponsorContext, trustedProxies: number): MiddlewareHandler<SponsorEnv> {
  const { addressBurst, addressPerSecond, maxRates } = sponsor.limits
  const rates = new RateLimiter({
    burst: addressBurst,
    perSecond: addressPerSecond,
    maxKeys: maxRates,
    clock: sponsor.clock,
  })
  return async (c, next) => {
    // A server without bindings, such as a test, gives none.
    const env: SponsorEnv['Bindings'] | undefined = c.env
    const remote = env?.incoming?.socket.remoteAddress
    const address = clientAddress({ remote, forwardedFor: c.req.header('x-forwarded-for'), trustedProxies })
    c.set('address', address)
    c.header('Cache-Control', 'no-store')
    const retryAfter = rates.take(address)
    if (retryAfter > 0)
      return refuse(
        c,
        new Refusal('RATE_LIMITED', 'too many requests from this address: try again', { retryAfter }),
      )
    return next()
  }
}
