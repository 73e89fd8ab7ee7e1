import {
  addressOf,
  type Clock,
  type DeferrableEngine,
  type DidResolver,
  type KeyStore,
  systemClock,
  UportError,
} from '@uport-kit/core'
import type { ChainReader, RpcEndpoint } from '@uport-kit/core/ethereum'
import {
  type AccessLog,
  createTelemetry,
  KeyedQueue,
  Metrics,
  type TelemetryOptions,
} from '@uport-kit/server-operations'
import {
  BusyConnections,
  closeServer,
  createHttpServer,
  type ListenFailure,
  listen,
  localUrl,
  RateLimiter,
} from '@uport-kit/server-operations/http'
import { configInvalid } from './config-invalid.ts'
import type {} from './errors.ts'
import { WaiterGate } from './limits/waiter-gate.ts'
import { Outbox } from './outbox/outbox.ts'
import { OutboxKeeper } from './outbox/outbox-keeper.ts'
import { canPay } from './routes/health.ts'
import { readIdentity } from './services/create-identity.ts'
import type { SponsorContracts } from './services/sponsor.ts'
import { createSponsorApp } from './sponsor-app.ts'
import { createSponsorBudgets, type SponsorBudgets } from './sponsor-budgets.ts'
import type { SponsorContext } from './sponsor-context.ts'
import { createSponsorLimits, type SponsorLimits } from './sponsor-limits.ts'
import { failureName, type SponsorLog } from './sponsor-log.ts'
import { levelSponsorStore } from './stores/level-sponsor-store.ts'
import { memorySponsorStore } from './stores/memory-sponsor-store.ts'
import type { SponsorStore } from './stores/sponsor-store.ts'
import { observeSponsor } from './telemetry/observe-sponsor.ts'
import { observedChain, type SponsorObserver } from './telemetry/observed-node.ts'
import { observedSponsorStore } from './telemetry/observed-sponsor-store.ts'
import { countedLog, SPONSOR_METRICS } from './telemetry/sponsor-metrics.ts'
import { createFuelTokenVerifier, type FuelIssuer } from './tokens/fuel-token.ts'

export interface SponsorServerOptions {
  /** The store that signs; the sponsor never sees the private key. */
  readonly keys: KeyStore
  /** The key whose account pays. Nothing else may send from that account. */
  readonly keyId: string
  /** The chain's node, which the sponsor believes: run it yourself, or trust who does. */
  readonly rpc: RpcEndpoint
  readonly chainId: bigint
  /** Who may issue fuel tokens. */
  readonly issuers: readonly FuelIssuer[]
  /** For issuers whose key is not given and whose DID is no did:key. */
  readonly resolver?: DidResolver | undefined
  /** Verifies the signatures of fuel tokens. Default: the one of `createNobleEngine`. */
  readonly engine?: DeferrableEngine | undefined
  /** The sponsor's own DIDs: a token that names an audience must name one of them. */
  readonly audience?: string | readonly string[] | undefined
  /** The `TxRelay`, `0x` hex. Without it no meta-transactions are relayed. */
  readonly txRelay?: string | undefined
  /** The `MetaIdentityManager`, `0x` hex. Without it no identities are created. */
  readonly identityManager?: string | undefined
  /** The only contracts that meta-transactions may call. Default: any; what a call costs is bounded all the same. */
  readonly destinations?: readonly string[] | undefined
  /** Check everything, answer what it would cost, and send nothing. */
  readonly dryRun?: boolean | undefined
  readonly budgets?: Partial<SponsorBudgets> | undefined
  readonly limits?: Partial<SponsorLimits> | undefined
  /** A store of your own; it stays open when the sponsor closes. Not together with `dataDirectory`. */
  readonly store?: SponsorStore | undefined
  /** Where outbox and budgets live. Without it and without `store` they live in memory, and a restart forgets them. */
  readonly dataDirectory?: string | undefined
  /** Default `127.0.0.1`: reachable from this machine alone, as behind a reverse proxy that ends TLS. */
  readonly host?: string | undefined
  /** Default 0: a free port. */
  readonly port?: number | undefined
  /** How many reverse proxies of your own append to `X-Forwarded-For`. Default 0. */
  readonly trustedProxies?: number | undefined
  readonly clock?: Clock | undefined
  /** Default: silent. */
  readonly log?: SponsorLog | undefined
  /** Is told of every answered request: its route, never its body. Default: nobody. */
  readonly accessLog?: AccessLog | undefined
  /** Whether the access log has the address that a request counts under. Default false. */
  readonly logAddresses?: boolean | undefined
  /** Where traces and metrics go. Default: to the OpenTelemetry SDK that the application has registered, if any. */
  readonly telemetry?: TelemetryOptions | undefined
}

/** A sponsor that listens. */
export interface SponsorServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string
  /** The account that pays, in lower case. */
  readonly address: string
  /** Whether it can do its work: store and node answer within five seconds, and it is not about to stop. */
  isReady(): Promise<boolean>
  /** Stops listening, lets open requests finish within `stopSeconds`, closes its store. What waits for a block stays stored. */
  close(): Promise<void>
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/**
 * Starts a sponsor: checks the chain, goes on with what an earlier run left, and listens.
 *
 * @throws UportError `SPONSOR_CONFIG_INVALID`, `SPONSOR_ADDRESS_UNAVAILABLE`, `SPONSOR_STORE_FAILED`, `KEY_NOT_FOUND`,
 * `RPC_FAILED`, `RPC_WRONG_CHAIN`
 */
export async function startSponsorServer(options: SponsorServerOptions): Promise<SponsorServer> {
  const settings = readSettings(options)
  const { clock, limits, log } = settings
  const address = await accountOf(options)
  const chain = observedChain(options.rpc, settings.observer)
  await chain.requireChain(options.chainId, {})
  const opened = await openStore(options)
  const store = observedSponsorStore(opened, settings.observer)
  const closeStore = async (): Promise<void> => {
    if (options.store === undefined) await store.close()
  }
  try {
    const { chainId, keys, keyId } = options
    const outbox = new Outbox({ ...settings, chain, chainId, keys, keyId, address, store })
    await outbox.open()
    const keeper = new OutboxKeeper(outbox, readIdentity)
    const stopping = new AbortController()
    const context = createContext(options, settings, { chain, address, outbox, stopping: stopping.signal })
    const app = createSponsorApp(context, settings.trustedProxies)
    const server = createHttpServer((request, env) => app.fetch(request, env), limits)
    const connections = new BusyConnections(server)
    const { host = '127.0.0.1', port = 0 } = options
    await listen(server, { host, port }, addressUnavailable)
    if (options.dryRun !== true) await keeper.start()
    const stopSweeping = startSweeping(outbox, settings)
    const url = localUrl(server)
    observeSponsor(context.sponsor, settings.observer.metrics)
    log({ event: 'started', url, address, dryRun: options.dryRun === true })

    const stop = async (): Promise<void> => {
      const closed = closeServer(server, clock, limits.stopSeconds)
      stopping.abort()
      settings.observer.metrics.close()
      connections.stop()
      await closed
      await Promise.all([keeper.stop(), stopSweeping()])
      await closeStore()
      log({ event: 'stopped' })
    }
    let closing: Promise<void> | undefined
    const close = (): Promise<void> => {
      closing ??= stop()
      return closing
    }
    const isReady = async (): Promise<boolean> => !stopping.signal.aborted && (await canPay(context))
    return { url, address, isReady, close, [Symbol.asyncDispose]: close }
  } catch (cause) {
    await closeStore()
    throw cause
  }
}

function addressUnavailable(data: ListenFailure, advice: string, cause: Error): UportError {
  const message = `Port ${data.port} on ${data.host} ${advice}.`
  return new UportError('SPONSOR_ADDRESS_UNAVAILABLE', message, { data, cause })
}

interface Settings {
  readonly clock: Clock
  readonly log: SponsorLog
  readonly limits: SponsorLimits
  readonly budgets: SponsorBudgets
  readonly contracts: SponsorContracts
  readonly trustedProxies: number
  readonly observer: SponsorObserver
}

function readSettings(options: SponsorServerOptions): Settings {
  const { trustedProxies = 0, txRelay, identityManager, destinations, chainId } = options
  if (chainId < 1n) throw configInvalid('chainId', 'must be a positive bigint')
  if (!(Number.isSafeInteger(trustedProxies) && trustedProxies >= 0 && trustedProxies <= 16))
    throw configInvalid('trustedProxies', 'must be a whole number from 0 to 16')
  const { tracer, sinks } = createTelemetry('@uport-kit/sponsor-server', options.telemetry)
  const metrics = new Metrics(SPONSOR_METRICS, sinks)
  return {
    clock: options.clock ?? systemClock(),
    log: countedLog(options.log ?? (() => {}), metrics),
    observer: { tracer, metrics },
    limits: createSponsorLimits(options.limits),
    budgets: createSponsorBudgets(options.budgets),
    trustedProxies,
    contracts: {
      txRelay: txRelay === undefined ? undefined : contractAddress('txRelay', txRelay),
      identityManager:
        identityManager === undefined ? undefined : contractAddress('identityManager', identityManager),
      destinations:
        destinations === undefined
          ? undefined
          : new Set(destinations.map((text) => contractAddress('destinations', text))),
    },
  }
}

function contractAddress(option: string, text: string): string {
  if (!ADDRESS.test(text) || /^0x0{40}$/.test(text))
    throw configInvalid(option, 'must be an address, 0x and 40 hex digits')
  return text.toLowerCase()
}

async function accountOf({ keys, keyId }: SponsorServerOptions): Promise<string> {
  const key = await keys.get(keyId)
  if (key !== undefined) return addressOf(key.publicKey)
  throw new UportError(
    'KEY_NOT_FOUND',
    'The key store holds no such key: correct the id of the key that pays.',
    {
      data: { keyId },
    },
  )
}

async function openStore({ store, dataDirectory }: SponsorServerOptions): Promise<SponsorStore> {
  if (store !== undefined && dataDirectory !== undefined)
    throw new TypeError('startSponsorServer: give a store or a data directory, not both')
  if (store !== undefined) return store
  return dataDirectory === undefined ? memorySponsorStore() : levelSponsorStore({ directory: dataDirectory })
}

function createContext(
  options: SponsorServerOptions,
  { clock, limits, budgets, contracts, log, observer }: Settings,
  parts: {
    readonly chain: ChainReader
    readonly address: string
    readonly outbox: Outbox
    readonly stopping: AbortSignal
  },
): SponsorContext {
  const { chain, address, outbox, stopping } = parts
  const { issuers, audience, resolver, engine, chainId } = options
  const { subjectBurst: burst, subjectPerSecond: perSecond, maxRates: maxKeys } = limits
  const senders = new KeyedQueue()
  const dryRun = options.dryRun === true
  return {
    sponsor: { chain, chainId, address, contracts, outbox, limits, budgets, clock, dryRun, senders },
    tokens: createFuelTokenVerifier({ issuers, audience, resolver, engine, clock }),
    subjectRates: new RateLimiter({ burst, perSecond, maxKeys, clock }),
    waiters: new WaiterGate(limits.maxWaiters),
    log,
    accessLog: options.accessLog,
    logAddresses: options.logAddresses,
    ...observer,
    stopping,
  }
}

/** Sweeps now and then; the function that it returns stops that and waits for one that is under way. */
function startSweeping(outbox: Outbox, { clock, limits, log }: Settings): () => Promise<void> {
  let sweeping = Promise.resolve()
  let isStopped = false
  let cancel = (): void => {}
  const arm = (): void => {
    cancel = clock.after(limits.sweepSeconds, () => {
      sweeping = outbox
        .sweep()
        .catch((cause: unknown) => log({ event: 'failed', operation: 'sweep', error: failureName(cause) }))
        .then(() => {
          if (!isStopped) arm()
        })
    })
  }
  arm()
  return async () => {
    isStopped = true
    cancel()
    await sweeping
  }
}
