import type { Identity } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { UportResolver } from '@uport-kit/resolver-uport'
import type { Alias } from 'vite'
import { createAppServer } from '../app/app-server.ts'
import { createIssuerServer } from '../issuer/issuer-server.ts'
import type { SessionTimes } from '../servers/browsers.ts'
import type { PageFiles } from '../servers/page-files.ts'
import { type ReservedServer, reserveServer } from '../servers/page-server.ts'
import type { WorldConfig } from '../shared/world-config.ts'
import { createWalletServer } from '../wallet/wallet-server.ts'
import { buildPages } from './build-pages.ts'
import { openGuestBook } from './guest-book.ts'
import { type LaunchPorts, launchPorts } from './launch-ports.ts'
import { type LaunchedRelay, launchRelay } from './launch-relay.ts'
import { registerParty } from './register-party.ts'
import { openWorldState, type WorldState } from './world-state.ts'

export interface StartWebOptions {
  /** Default: free ones. */
  readonly ports?: LaunchPorts | undefined
  /** Where chain, files, keys and messages are kept for the next run. Default: nothing is kept. */
  readonly dataDirectory?: string | undefined
  /** Where imports of pages lead instead: tests bundle the sources of the workspace's packages. */
  readonly alias?: readonly Alias[] | undefined
  /** Which sites are bundled; the others answer their API alone. Default: all. */
  readonly sites?: readonly Site[] | undefined
  /** Origins of push services beside those of the browsers' makers. Default: none. */
  readonly pushServices?: readonly string[] | undefined
  /** How long people stay signed in. */
  readonly sessionTimes?: SessionTimes | undefined
  /** Told what is being done. */
  readonly onProgress?: ((step: string) => void) | undefined
}

export type Site = 'app' | 'issuer' | 'wallet'

/** Three sites and the network around them, all on this machine. */
export interface Web {
  readonly config: WorldConfig
  readonly appUrl: string
  readonly issuerUrl: string
  readonly walletUrl: string
  readonly devnet: Devnet
  readonly relay: LaunchedRelay
  /** Who asks: proven to wallets by signature. */
  readonly app: Identity
  readonly issuer: Identity
  /** Ends everything. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What has been started, to be ended in reverse order. */
type Cleanups = (() => Promise<void>)[]

/** Starts the devnet, the relay and the three sites. What did start is stopped where a part does not. */
export async function startWeb(options: StartWebOptions = {}): Promise<Web> {
  const cleanups: Cleanups = []
  try {
    return await start(options, cleanups)
  } catch (error) {
    await runAll(cleanups)
    throw error
  }
}

async function start(options: StartWebOptions, cleanups: Cleanups): Promise<Web> {
  const { ports = launchPorts(0), onProgress = () => {} } = options
  const servers = await reserveAll(ports, cleanups)
  const state = await openWorldState(options.dataDirectory)
  onProgress('Starting chain, IPFS and relay; bundling the pages')
  const building = Promise.all([build('app', options), build('issuer', options), build('wallet', options)])
  // Where the network does not start, nobody would hear what became of the pages.
  building.catch(() => {})
  const network = await startNetwork(ports, state, options, cleanups)
  const { devnet, relay, resolver } = network
  onProgress('Registering the library and the town on the chain')
  const config: WorldConfig = {
    network: { id: devnet.networkId, rpcUrl: devnet.rpcUrl, registry: devnet.registry },
    gatewayUrl: devnet.gatewayUrl,
    ipfsApiUrl: devnet.ipfsApiUrl,
    relayUrl: relay.url,
    pushUrl: relay.url,
    appUrl: servers.app.url,
    issuerUrl: servers.issuer.url,
    walletUrl: servers.wallet.url,
  }
  const { app, issuer } = await registerBoth(devnet, state, config)
  const guestBook = await openGuestBook(devnet, state.folder('guest-book'))
  const [appPages, issuerPages, walletPages] = await building
  const safeFetch = createSafeFetch({ allowOrigins: [relay.url] })
  cleanups.push(() => safeFetch.close())
  const { sessionTimes } = options
  const shared = { config, resolver, safeFetch, sessionTimes }
  const appServer = createAppServer({
    ...shared,
    identity: app,
    issuer: issuer.did,
    guestBook,
    files: appPages,
  })
  cleanups.push(appServer.close)
  const issuerServer = createIssuerServer({ ...shared, identity: issuer, files: issuerPages })
  cleanups.push(issuerServer.close)
  servers.app.serve(appServer.app)
  servers.issuer.serve(issuerServer.app)
  servers.wallet.serve(createWalletServer({ config, devnet, files: walletPages }))
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= runAll(cleanups)
    return stopping
  }
  const { appUrl, issuerUrl, walletUrl } = config
  return {
    config,
    appUrl,
    issuerUrl,
    walletUrl,
    devnet,
    relay,
    app,
    issuer,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function reserveAll(ports: LaunchPorts, cleanups: Cleanups): Promise<Record<Site, ReservedServer>> {
  const reserve = async (site: Site): Promise<ReservedServer> => {
    const server = await reserveServer(ports[site])
    cleanups.push(server.close)
    return server
  }
  return { app: await reserve('app'), issuer: await reserve('issuer'), wallet: await reserve('wallet') }
}

async function build(site: Site, { sites, alias }: StartWebOptions): Promise<PageFiles> {
  if (sites !== undefined && !sites.includes(site)) return new Map()
  const pages = (await buildPages(`pages/${site}`, { alias })) ?? new Map()
  // The example in React lies on the library's server: it uses the same API.
  const react = site === 'app' ? await buildPages('react', { alias, base: '/react/' }) : undefined
  return new Map([...pages, ...(react ?? [])])
}

interface Network {
  readonly devnet: Devnet
  readonly relay: LaunchedRelay
  readonly resolver: UportResolver
}

async function startNetwork(
  ports: LaunchPorts,
  state: WorldState,
  options: StartWebOptions,
  cleanups: Cleanups,
): Promise<Network> {
  const { rpc, gateway, ipfsApi } = ports
  const devnet = await startDevnet({
    ports: { rpc, gateway, ipfsApi },
    dataDirectory: state.folder('devnet'),
  }).catch(adviseOnPorts)
  cleanups.push(devnet.stop)
  const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
  const resolver = new UportResolver({ networks, gateways: [devnet.gatewayUrl] })
  const { vapid } = state
  const directory = state.folder('relay')
  const relay = await launchRelay({
    port: ports.relay,
    resolver,
    vapid,
    directory,
    pushServices: options.pushServices ?? [],
  }).catch(adviseOnPorts)
  cleanups.push(relay.stop)
  return { devnet, relay, resolver }
}

/** Whoever typed the command knows its own option alone. */
function adviseOnPorts(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
  throw new Error(`${reason}; where a port is taken, choose others with --port.`, { cause })
}

async function registerBoth(
  devnet: Devnet,
  { keys, boxSecrets }: WorldState,
  { appUrl, issuerUrl }: WorldConfig,
): Promise<{ readonly app: Identity; readonly issuer: Identity }> {
  const [app, issuer] = await Promise.all([
    registerParty(
      devnet,
      { keys, keyId: 'library', boxSecret: boxSecrets.app },
      {
        type: 'Organization',
        name: 'Harbour Library',
        description: 'The public library at the harbour',
        url: appUrl,
      },
    ),
    registerParty(
      devnet,
      { keys, keyId: 'town', boxSecret: boxSecrets.issuer },
      {
        type: 'Organization',
        name: 'Town of Harbour',
        description: 'Residents’ office of the town of Harbour',
        url: issuerUrl,
      },
    ),
  ])
  return { app, issuer }
}

async function runAll(cleanups: Cleanups): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}
