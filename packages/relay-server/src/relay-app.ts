import {
  type Clock,
  type RateStore,
  systemClock,
  type TopicBus,
  type TopicStore,
  UportError,
} from '@uport-kit/core'
import {
  type AccessLog,
  createTelemetry,
  Metrics,
  observeRequests,
  type TelemetryOptions,
} from '@uport-kit/server-operations'
import { clientAddress } from '@uport-kit/server-operations/http'
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { ByteShares } from './limits/byte-shares.ts'
import { createRates, type Rates } from './limits/rates.ts'
import { TopicLedger } from './limits/topic-ledger.ts'
import { WaiterGate } from './limits/waiter-gate.ts'
import type { PushOptions } from './push/push-options.ts'
import type { PushRelay } from './push/push-relay.ts'
import { createWebPush } from './push/web-push.ts'
import { refuse } from './refuse.ts'
import type { Relay, RelayEnv } from './relay.ts'
import { createRelayLimits, type RelayLimits } from './relay-limits.ts'
import { failureName, type RelayLog } from './relay-log.ts'
import { healthRoute } from './routes/health.ts'
import { landingRoute } from './routes/landing.ts'
import { legacyMailboxRoutes } from './routes/legacy-mailbox.ts'
import { legacyPushRoutes } from './routes/legacy-push.ts'
import { legacyTopicRoutes } from './routes/legacy-topics.ts'
import { mailboxEventRoutes } from './routes/mailbox-events.ts'
import { mailboxRoutes } from './routes/mailboxes.ts'
import { referenceRoutes } from './routes/references.ts'
import { topicRoutes } from './routes/topics.ts'
import { observedTopicStore } from './telemetry/observed-topic-store.ts'
import { RELAY_METRICS, type RelayMetrics } from './telemetry/relay-metrics.ts'
import { TopicChanges } from './topic-changes.ts'

export interface RelayAppOptions {
  /** The caller's to close, and to sweep now and then. */
  readonly store: TopicStore
  /** Tells the relays that share the store what changed. Without it a wait sees what another relay stored when it ends. */
  readonly bus?: TopicBus | undefined
  /** Where relays count rates together. Default: each for itself. */
  readonly rates?: RateStore | undefined
  readonly clock?: Clock | undefined
  readonly limits?: Partial<RelayLimits> | undefined
  /**
   * How many reverse proxies of your own stand in front. Default 0: `X-Forwarded-For` is not believed, because anybody
   * can send it.
   */
  readonly trustedProxies?: number | undefined
  /**
   * Also serves the routes of the old message server (`/topic`, `/api/v1/topic`, `/raw/topic`), for wallets that know no
   * others. Whoever knows the id of such a topic can read it. Default false.
   */
  readonly legacyTopics?: boolean | undefined
  /**
   * Also serves `/req/<JWT>`, where universal links end that no wallet has caught: a page with the link and its QR code.
   * Default false.
   */
  readonly landing?: boolean | undefined
  /** Also keeps push inboxes. Default: none. */
  readonly push?:
    | (PushOptions & {
        /** The address by which clients reach this relay, without a slash at its end: tokens must be addressed to it. */
        readonly url: string | (() => string)
      })
    | undefined
  /** Default: silent. */
  readonly log?: RelayLog | undefined
  /** Is told of every answered request: its route, never its path. Default: nobody. */
  readonly accessLog?: AccessLog | undefined
  /** Whether the access log has the address that a request counts under. Default false. */
  readonly logAddresses?: boolean | undefined
  /** Where traces and metrics go. Default: to the OpenTelemetry SDK that the application has registered, if any. */
  readonly telemetry?: TelemetryOptions | undefined
  /** Aborting it ends every long poll and stream, and from then on nobody waits. */
  readonly signal?: AbortSignal | undefined
}

const BROWSER_CACHE_SECONDS = 86_400

/**
 * The relay as a handler of requests, for any server that speaks `fetch`. Runs alone; `startRelayServer` adds the
 * socket, its time limits and the sweeping.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export function createRelayApp(options: RelayAppOptions): Hono<RelayEnv> {
  return assembleRelay(options).app
}

/** The app, and what else works on the same store, with its log and its metrics. */
export function assembleRelay(options: RelayAppOptions): {
  readonly app: Hono<RelayEnv>
  readonly relay: Relay
} {
  const telemetry = createTelemetry('@uport-kit/relay-server', options.telemetry)
  const metrics: RelayMetrics = new Metrics(RELAY_METRICS, telemetry.sinks)
  const log = countFailures(options.log ?? (() => {}), metrics)
  const store = observedTopicStore(options.store, { ...telemetry, metrics })
  const relay = createRelay({ ...options, store, log })
  metrics.observe('waiting', () => [{ value: relay.waiters.waiting }])
  const stop = (): void => {
    relay.changes.stop()
    metrics.close()
  }
  if (options.signal?.aborted) stop()
  else options.signal?.addEventListener('abort', stop, { once: true })

  const app = new Hono<RelayEnv>()
  const { accessLog, logAddresses, trustedProxies = 0 } = options
  let streams = 0
  const onStream = (change: 1 | -1): void => {
    streams += change
  }
  metrics.observe('streams', () => [{ value: streams }])
  const trustTraceContext = trustedProxies > 0
  app.use(observeRequests({ ...telemetry, metrics, onStream, accessLog, logAddresses, trustTraceContext }))
  const addressRates = createAddressRates(relay, options.rates)
  const limit = limitAddresses(addressRates, trustedProxies)
  if (options.landing === true) {
    // Before the rest: a page has a policy of its own, and is for no page of another origin.
    app.use('/req/*', limit)
    app.route('/req', landingRoute())
  }
  app.use(secure)
  app.use(openToBrowsers)
  app.use(limit)
  app.route('/t', topicRoutes(relay))
  app.route('/r', referenceRoutes(relay))
  if (options.legacyTopics === true) app.route('/', legacyTopicRoutes(relay))
  if (options.push !== undefined) {
    const push = createPush({ ...relay, addressRates }, options.push, options.rates)
    app.route('/i', mailboxRoutes(push))
    app.route('/i', mailboxEventRoutes(push))
    if (push.isLegacy) {
      app.route('/', legacyPushRoutes(push))
      app.route('/', legacyMailboxRoutes(push))
    }
  }
  for (const path of ['/health', '/readyz']) app.route(path, healthRoute(relay))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.notFound((c) => refuse(c, 'NOT_FOUND'))
  app.onError((cause, c) => {
    // A client that left in the middle of its body is no failure of ours.
    if (!c.req.raw.signal.aborted)
      relay.log({
        event: 'failed',
        operation: `${c.req.method} /${c.req.path.split('/')[1]}`,
        error: failureName(cause),
        id: c.get('requestId'),
      })
    return refuse(c, 'FAILED')
  })
  return { app, relay }
}

function countFailures(log: RelayLog, metrics: RelayMetrics): RelayLog {
  return (event) => {
    if (event.event === 'failed') metrics.record('failures', 1, { operation: event.operation })
    log(event)
  }
}

function createRelay(options: RelayAppOptions): Relay {
  const limits = createRelayLimits(options.limits)
  const clock = options.clock ?? systemClock()
  const log = options.log ?? (() => {})
  const { maxTopics: total, maxTopicsPerAddress, maxBytesPerAddress, sweepSeconds } = limits
  const ledger = new TopicLedger({ total, perAddress: maxTopicsPerAddress, clock })
  const shares = new ByteShares({ perAddress: maxBytesPerAddress, sweepSeconds, clock })
  const strikeOff = (name: string): void => {
    ledger.remove(name)
    shares.remove(name)
  }
  return {
    store: options.store,
    clock,
    limits,
    changes: new TopicChanges(options.bus, strikeOff),
    ledger,
    shares,
    waiters: new WaiterGate({
      total: limits.maxWaiters,
      perAddress: limits.maxWaitersPerAddress,
      perTopic: limits.maxWaitersPerTopic,
    }),
    topicRates: createRates({
      burst: limits.topicBurst,
      perSecond: limits.topicPerSecond,
      maxKeys: limits.maxRates,
      clock,
      store: options.rates,
      prefix: 'topic ',
      log,
    }),
    log,
  }
}

function createPush(
  relay: Relay & Pick<PushRelay, 'addressRates'>,
  { resolver, engine, url, webPush, legacyPush = false }: NonNullable<RelayAppOptions['push']>,
  store: RateStore | undefined,
): PushRelay {
  if (relay.store.trim === undefined) {
    const reason = 'needs a store that can trim'
    throw new UportError('RELAY_CONFIG_INVALID', `push: ${reason}.`, { data: { option: 'push', reason } })
  }
  const { limits, clock, log } = relay
  const { pushBurst: burst, pushPerSecond: perSecond, maxRates: maxKeys } = limits
  return {
    ...relay,
    resolver,
    engine,
    isLegacy: legacyPush,
    url: typeof url === 'string' ? () => url : url,
    webPush: webPush === undefined ? undefined : createWebPush(webPush),
    pushRates: createRates({ burst, perSecond, maxKeys, clock, store, prefix: 'push ', log }),
  }
}

const secure = secureHeaders({
  // The answers are for pages of any origin.
  crossOriginResourcePolicy: 'cross-origin',
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
})

/** Pages of any origin may use the relay; what is secret comes in a header, never in a cookie. */
const openToBrowsers = cors({
  origin: '*',
  allowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
  allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'],
  exposeHeaders: ['Retry-After', 'Location', 'X-Request-Id'],
  maxAge: BROWSER_CACHE_SECONDS,
})

function createAddressRates({ limits, clock, log }: Relay, store: RateStore | undefined): Rates {
  const { addressBurst: burst, addressPerSecond: perSecond, maxRates: maxKeys } = limits
  return createRates({ burst, perSecond, maxKeys, clock, store, prefix: 'address ', log })
}

function limitAddresses(rates: Rates, trustedProxies: number): MiddlewareHandler<RelayEnv> {
  return async (c, next) => {
    // A server without bindings, such as a test, gives none.
    const env: RelayEnv['Bindings'] | undefined = c.env
    const remote = env?.incoming?.socket.remoteAddress
    const address = clientAddress({ remote, forwardedFor: c.req.header('x-forwarded-for'), trustedProxies })
    c.set('address', address)
    c.header('Cache-Control', 'no-store')
    const wait = await rates.take(address)
    return wait > 0 ? refuse(c, 'RATE_LIMITED', wait) : next()
  }
}
