import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import { type Anvil, anvilChainId, type DevnetAccount, startAnvil } from './anvil.ts'
import { hasCode } from './deploy-contract.ts'
import { serveHttp } from './http-server.ts'
import { deployIdentityContracts, type IdentityContracts } from './identity-contracts.ts'
import { createIpfsGateway } from './ipfs-gateway.ts'
import { openIpfsStore } from './ipfs-store.ts'
import { createJsonRpc, type JsonRpc } from './json-rpc.ts'
import { createKuboApi } from './kubo-api.ts'
import { type DevnetSponsor, startSponsor } from './sponsor.ts'
import { deployUportRegistry } from './uport-registry.ts'

/** Ports on 127.0.0.1; 0 or absent takes a free one. */
export interface DevnetPorts {
  readonly rpc?: number | undefined
  readonly gateway?: number | undefined
  readonly ipfsApi?: number | undefined
  readonly relay?: number | undefined
  readonly sponsor?: number | undefined
}

export interface DevnetOptions {
  readonly ports?: DevnetPorts | undefined
  /**
   * Where chain, files and messages are kept, so that the next devnet in the same directory goes on with them. Made
   * where it does not exist; one devnet at a time. Default: a temporary directory that goes with the devnet.
   */
  readonly dataDirectory?: string | undefined
  /** Also starts a sponsor, which pays for the transactions of others. Default false. */
  readonly sponsor?: boolean | undefined
  /** Gives up starting; a devnet that runs is not touched. */
  readonly signal?: AbortSignal | undefined
}

/** A running devnet. Everything listens on 127.0.0.1. */
export interface Devnet {
  /** Ethereum JSON-RPC, answered by anvil, which mines each transaction at once. */
  readonly rpcUrl: string
  readonly chainId: bigint
  /** The chain's id as MNIDs and network tables write it. */
  readonly networkId: '0x7a69'
  /** The address of the original `UportRegistry`. */
  readonly registry: string
  /** The addresses of the original identity contracts. */
  readonly identityContracts: IdentityContracts
  /** Serves `/ipfs/<cid>`. No slash at the end. */
  readonly gatewayUrl: string
  /** Serves `/api/v0/…`, Kubo's RPC API. No slash at the end. */
  readonly ipfsApiUrl: string
  /** The message relay. No slash at the end. */
  readonly relayUrl: string
  /** Where the devnet was started with one. */
  readonly sponsor: DevnetSponsor | undefined
  /** Accounts with 10 000 ether each. Their keys are public knowledge. */
  readonly accounts: readonly DevnetAccount[]
  /** Gives an address ether out of nothing; one ether by default. */
  fund(address: string, wei?: bigint): Promise<void>
  /** Mines empty blocks; one by default. */
  mine(blocks?: number): Promise<void>
  /** Moves the chain's clock forward and mines a block at the new time. */
  increaseTime(seconds: number): Promise<void>
  /** Ends everything and leaves nothing behind but the `dataDirectory`. Any number of calls is one stop. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const oneEther = 10n ** 18n

/**
 * Starts a chain with the original uPort registry and identity contracts, an IPFS gateway and API, and a message relay. They end with this
 * process even if it is killed; `stop()` ends them in order.
 *
 * @throws Error where a part cannot start: no program for this platform, a port that is taken, a directory in use.
 * @throws TypeError for an option that makes no sense.
 */
export async function startDevnet(options: DevnetOptions = {}): Promise<Devnet> {
  const ports = checkPorts(options.ports ?? {})
  options.signal?.throwIfAborted()
  const directory = await openDirectory(options.dataDirectory)
  const cleanups: (() => Promise<void>)[] = [directory.close]
  const stop = once(() => runAll(cleanups))
  const part = async <T>(starting: Promise<T>, close: (part: T) => Promise<void>): Promise<T> => {
    const started = await starting
    cleanups.push(() => close(started))
    return started
  }
  const starting = [
    part(startChain(ports.rpc, directory, options.signal), ({ anvil }) => anvil.stop()),
    part(startIpfs(ports, directory.path), (ipfs) => ipfs.close()),
    part(startRelay(ports.relay, directory), (relay) => relay.close()),
  ] as const
  // All are awaited before any failure is told, so that what did start is stopped too.
  await Promise.allSettled(starting)
  try {
    const [chain, ipfs, relay] = await Promise.all(starting)
    options.signal?.throwIfAborted()
    const sponsor =
      options.sponsor === true
        ? await part(startSponsorOn(chain, ports.sponsor, directory), (started) => started.close())
        : undefined
    return Object.freeze({
      rpcUrl: chain.anvil.url,
      chainId: anvilChainId,
      networkId: '0x7a69',
      registry: chain.registry,
      identityContracts: chain.identityContracts,
      gatewayUrl: ipfs.gatewayUrl,
      ipfsApiUrl: ipfs.apiUrl,
      relayUrl: relay.url,
      sponsor,
      accounts: chain.anvil.accounts,
      ...chainControls(chain.rpc),
      stop,
      [Symbol.asyncDispose]: stop,
    })
  } catch (error) {
    await stop()
    throw error
  }
}

interface DataDirectory {
  readonly path: string
  readonly temporary: boolean
  readonly close: () => Promise<void>
}

async function openDirectory(dataDirectory: string | undefined): Promise<DataDirectory> {
  if (dataDirectory === undefined) {
    const path = await mkdtemp(join(tmpdir(), 'uport-devnet-'))
    return { path, temporary: true, close: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) }
  }
  const path = resolve(dataDirectory)
  await mkdir(path, { recursive: true })
  return { path, temporary: false, close: async () => {} }
}

interface Chain {
  readonly anvil: Anvil
  readonly rpc: JsonRpc
  readonly registry: string
  readonly identityContracts: IdentityContracts
}

async function startChain(
  port: number,
  directory: DataDirectory,
  signal: AbortSignal | undefined,
): Promise<Chain> {
  const anvil = await startAnvil({
    port,
    signal,
    ...(directory.temporary
      ? { temporaryDirectory: directory.path }
      : { stateFile: join(directory.path, 'chain.json') }),
  })
  try {
    const rpc = createJsonRpc(anvil.url)
    const registry = await findOrDeployRegistry(rpc, anvil, directory.path)
    const identityContracts = await findOrDeployIdentityContracts(rpc, anvil, directory.path)
    return { anvil, rpc, registry, identityContracts }
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

/** The registry of the chain that was loaded, or a new one. */
async function findOrDeployRegistry(rpc: JsonRpc, anvil: Anvil, directory: string): Promise<string> {
  const file = join(directory, 'registry')
  const known = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (/^0x[0-9a-f]{40}$/.test(known) && (await hasCode(rpc, known))) return known
  const registry = await deployUportRegistry(rpc, anvil.accounts[0]?.address ?? '')
  await writeFile(file, `${registry}\n`)
  return registry
}

/** Those of the chain that was loaded, or new ones. */
async function findOrDeployIdentityContracts(
  rpc: JsonRpc,
  anvil: Anvil,
  directory: string,
): Promise<IdentityContracts> {
  const file = join(directory, 'identity-contracts')
  const known = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n')
  const [txRelay = '', identityManager = '', metaIdentityManager = ''] = known
  const isWhole = known.length === 3 && known.every((address) => /^0x[0-9a-f]{40}$/.test(address))
  if (isWhole && (await Promise.all(known.map((address) => hasCode(rpc, address)))).every(Boolean)) {
    return Object.freeze({ identityManager, metaIdentityManager, txRelay })
  }
  const contracts = await deployIdentityContracts(rpc, anvil.accounts[0]?.address ?? '')
  const lines = [contracts.txRelay, contracts.identityManager, contracts.metaIdentityManager]
  await writeFile(file, `${lines.join('\n')}\n`)
  return contracts
}

interface Ipfs {
  readonly gatewayUrl: string
  readonly apiUrl: string
  close(): Promise<void>
}

async function startIpfs(ports: Required<DevnetPorts>, directory: string): Promise<Ipfs> {
  const store = await openIpfsStore(join(directory, 'blocks'))
  const cleanups = [() => store.close()]
  try {
    const gateway = await serveHttp(createIpfsGateway(store), ports.gateway ?? 0)
    cleanups.push(() => gateway.close())
    const api = await serveHttp(createKuboApi(store), ports.ipfsApi ?? 0)
    cleanups.push(() => api.close())
    return { gatewayUrl: gateway.url, apiUrl: api.url, close: () => runAll(cleanups) }
  } catch (error) {
    await runAll(cleanups)
    throw error
  }
}

/** Messages live in memory where nothing is to be kept. */
function startRelay(port: number, { path, temporary }: DataDirectory): Promise<RelayServer> {
  const keep = temporary ? {} : { dataDirectory: join(path, 'relay') }
  return startRelayServer({ host: '127.0.0.1', port, ...keep })
}

/** Budgets live in memory where nothing is to be kept. */
function startSponsorOn(
  { anvil, rpc, identityContracts: contracts }: Chain,
  port: number,
  { path, temporary }: DataDirectory,
): ReturnType<typeof startSponsor> {
  const directory = temporary ? undefined : path
  return startSponsor({ rpc, rpcUrl: anvil.url, chainId: anvilChainId, contracts, port, directory })
}

function chainControls(rpc: JsonRpc): Pick<Devnet, 'fund' | 'mine' | 'increaseTime'> {
  return {
    async fund(address, wei = oneEther) {
      if (!/^0x[0-9a-fA-F]{40}$/.test(address))
        throw new TypeError('fund: the address is 0x and 40 hex digits')
      if (wei < 0n) throw new TypeError('fund: the amount is not negative')
      await rpc('anvil_addBalance', address, `0x${wei.toString(16)}`)
    },
    async mine(blocks = 1) {
      await rpc('anvil_mine', quantity('mine: the number of blocks', blocks))
    },
    async increaseTime(seconds) {
      await rpc('evm_increaseTime', quantity('increaseTime: the seconds', seconds))
      await rpc('evm_mine')
    },
  }
}

function quantity(what: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${what} is a whole number, 1 or more`)
  return `0x${value.toString(16)}`
}

function checkPorts({
  rpc = 0,
  gateway = 0,
  ipfsApi = 0,
  relay = 0,
  sponsor = 0,
}: DevnetPorts): Record<keyof DevnetPorts, number> {
  const ports = { rpc, gateway, ipfsApi, relay, sponsor }
  for (const [name, port] of Object.entries(ports)) {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new TypeError(`ports.${name} is a port number, or 0 for a free one`)
    }
  }
  return ports
}

/** Runs all, newest first, whatever fails, and then throws the first failure. */
async function runAll(cleanups: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const cleanup of cleanups.toReversed()) {
    try {
      await cleanup()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= task()
    return running
  }
}
