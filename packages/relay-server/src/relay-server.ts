import {
  type Clock,
  type RateStore,
  systemClock,
  type TopicBus,
  type TopicStore,
  UportError,
} from '@uport-kit/core'
import type { AccessLog, TelemetryOptions } from '@uport-kit/server-operations'
import {
  BusyConnections,
  closeServer,
  createHttpServer,
  type ListenFailure,
  listen,
  localUrl,
} from '@uport-kit/server-operations/http'
import { configInvalid } from './config-invalid.ts'
import type { PushOptions } from './push/push-options.ts'
import { assembleRelay } from './relay-app.ts'
import { createRelayLimits, type RelayLimits } from './relay-limits.ts'
import type { RelayLog } from './relay-log.ts'
import { isStoreAlive } from './routes/health.ts'
import { levelTopicStore } from './stores/level-topic-store.ts'
import { memoryTopicStore } from './stores/memory-topic-store.ts'
import { startSweeper } from './sweeper.ts'

export interface RelayServerOptions {
  /** Default `127.0.0.1`: reachable from this machine alone, as behind a reverse proxy that ends TLS. */
  readonly host?: string | undefined
  /** Default 0: a free port. */
  readonly port?: number | undefined
  /** A store of your own; it stays open when the relay closes. Not together with `dataDirectory`. */
  readonly store?: TopicStore | undefined
  /** Where several relays share a store: tells them what changed. Yours, as the store is. */
  readonly bus?: TopicBus | undefined
  /** Where several relays count rates together. Yours, as the store is. */
  readonly rates?: RateStore | undefined
  /** Where the relay keeps its messages. Without it and without `store` they live in memory. */
  readonly dataDirectory?: string | undefined
  /** Whether a message is on the disk before its post is answered. Default true. */
  readonly sync?: boolean | undefined
  /** The address by which clients reach the relay, where that is another than it listens on. */
  readonly publicUrl?: string | undefined
  readonly trustedProxies?: number | undefined
  /** Also serves the routes of the old message server. Default false. */
  readonly legacyTopics?: boolean | undefined
  /** Also serves the page where universal links end that no wallet has caught. Default false. */
  readonly landing?: boolean | undefined
  /** Also keeps push inboxes, addressed by `publicUrl`. Default: none. */
  readonly push?: PushOptions | undefined
  readonly limits?: Partial<RelayLimits> | undefined
  readonly clock?: Clock | undefined
  /** Default: silent. */
  readonly log?: RelayLog | undefined
  /** Is told of every answered request: its route, never its path. Default: nobody. */
  readonly accessLog?: AccessLog | undefined
  /** Whether the access log has the address that a request counts under. Default false. */
  readonly logAddresses?: boolean | undefined
  /** Where traces and metrics go. Default: to the OpenTelemetry SDK that the application has registered, if any. */
  readonly telemetry?: TelemetryOptions | undefined
}

/** A relay that listens. */
export interface RelayServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
  /** Whether it can do its work: its store answers within two seconds, and it is not about to stop. */
  isReady(): Promise<boolean>
  /** Stops listening, ends streams and long polls, lets open requests finish within `stopSeconds`, closes its store. */
  close(): Promise<void>
}

/**
 * Starts a message relay.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`, `RELAY_ADDRESS_UNAVAILABLE`, `RELAY_STORE_FAILED`
 */
export async function startRelayServer(options: RelayServerOptions = {}): Promise<RelayServer> {
  const { host = '127.0.0.1', port = 0, log = () => {} } = options
  const publicUrl = options.publicUrl === undefined ? undefined : parsePublicUrl(options.publicUrl)
  const trustedProxies = checkTrustedProxies(options.trustedProxies ?? 0)
  const limits = createRelayLimits(options.limits)
  const clock = options.clock ?? systemClock()
  const store = await openStore(options, clock, limits)
  const closeStore = async (): Promise<void> => {
    if (options.store === undefined) await store.close()
  }
  const stopping = new AbortController()
  let url = publicUrl ?? ''
  const { app, relay } = assembleRelay({
    store,
    bus: options.bus,
    rates: options.rates,
    clock,
    limits,
    trustedProxies,
    legacyTopics: options.legacyTopics,
    landing: options.landing,
    push: options.push === undefined ? undefined : { ...options.push, url: () => url },
    log,
    accessLog: options.accessLog,
    logAddresses: options.logAddresses,
    telemetry: options.telemetry,
    signal: stopping.signal,
  })
  const server = createHttpServer((request, env) => app.fetch(request, env), limits)
  const connections = new BusyConnections(server)
  try {
    await listen(server, { host, port }, addressUnavailable)
  } catch (cause) {
    await closeStore()
    throw cause
  }
  const { sweepSeconds: seconds } = limits
  const sweeper = startSweeper({ store: relay.store, clock, seconds, log: relay.log })
  const bound = localUrl(server)
  url = publicUrl ?? bound
  log({ event: 'started', url, ...(url !== bound && { bound }) })

  let closing: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    const closed = closeServer(server, clock, limits.stopSeconds)
    stopping.abort()
    connections.stop()
    await Promise.all([closed, sweeper.stop()])
    await closeStore()
    log({ event: 'stopped' })
  }
  const close = (): Promise<void> => {
    closing ??= stop()
    return closing
  }
  const isReady = async (): Promise<boolean> => !stopping.signal.aborted && (await isStoreAlive(relay))
  return { url, isReady, close, [Symbol.asyncDispose]: close }
}

async function openStore(
  options: RelayServerOptions,
  clock: Clock,
  limits: RelayLimits,
): Promise<TopicStore> {
  if (options.store !== undefined && options.dataDirectory !== undefined)
    throw new TypeError('startRelayServer: give a store or a data directory, not both')
  if (options.store !== undefined) return options.store
  const bounds = { maxTopics: limits.maxTopics, maxBytes: limits.maxStoreBytes }
  if (options.dataDirectory === undefined) return memoryTopicStore({ clock, ...bounds })
  const { dataDirectory: directory, sync } = options
  return levelTopicStore({ directory, sync, minFreeBytes: limits.minFreeBytes, clock, ...bounds })
}

function addressUnavailable(data: ListenFailure, advice: string, cause: Error): UportError {
  const message = `Port ${data.port} on ${data.host} ${advice}.`
  return new UportError('RELAY_ADDRESS_UNAVAILABLE', message, { data, cause })
}

function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (!isPlain || !/^https?:$/.test(url.protocol))
    throw configInvalid('publicUrl', 'must be an http or https URL without query, fragment or credentials')
  return url.href.replace(/\/+$/, '')
}

function checkTrustedProxies(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= 16) return count
  throw configInvalid('trustedProxies', 'must be a whole number from 0 to 16')
}
