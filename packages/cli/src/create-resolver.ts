import {
  type Did,
  type DidResolver,
  keyDidResolver,
  naclDidResolver,
  type ResolvedDid,
  type ResolveOptions,
  UportError,
} from '@uport-kit/core'
import { UsageError } from './cli-error.ts'
import type { Settings } from './config/settings.ts'

/** Makes the resolver of one method. */
type Maker = (settings: Settings) => Promise<DidResolver>

/**
 * A resolver of every method that the settings allow. Each is loaded when a DID of its method comes by: most calls need one
 * or none.
 */
export function createResolver(settings: Settings): DidResolver {
  const opened = new Map<string, Promise<DidResolver>>()
  const open = (method: string, make: Maker): Promise<DidResolver> => {
    const known = opened.get(method) ?? make(settings)
    opened.set(method, known)
    return known
  }
  return {
    methods: [...MAKERS.keys()],
    async resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
      const method = did.split(':')[1] ?? ''
      const make = MAKERS.get(method)
      if (make !== undefined) return (await open(method, make)).resolve(did, options)
      const known = [...MAKERS.keys()]
      const message = `The DID method ${JSON.stringify(method)} is not known here; known are ${known.join(', ')}.`
      throw new UportError('DID_METHOD_UNSUPPORTED', message, { data: { method, known } })
    },
  }
}

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['uport', createUportResolver],
  ['ethr', createEthrResolver],
  ['web', createWebResolver],
  ['https', createWebResolver],
  ['key', async () => keyDidResolver()],
  ['nacl', async () => naclDidResolver()],
])

async function createUportResolver({ networks, gateways, paths }: Settings): Promise<DidResolver> {
  const { UportResolver } = await import('@uport-kit/resolver-uport')
  const readable = Object.entries(networks).flatMap(([id, { rpcUrls, registry, quorum }]) =>
    registry === undefined ? [] : [[id, { rpcUrls, registry, quorum }] as const],
  )
  if (readable.length === 0) {
    throw new UsageError(
      `No chain with a registry is configured: give --network, --rpc-url and --registry, or add it to ${paths.configFile}.`,
    )
  }
  if (gateways.length === 0) {
    throw new UsageError(
      `No IPFS gateway is configured: give --gateway, or "gateways" in ${paths.configFile}.`,
    )
  }
  return new UportResolver({ networks: Object.fromEntries(readable), gateways })
}

async function createEthrResolver({ networks, paths }: Settings): Promise<DidResolver> {
  const { EthrDidResolver } = await import('@uport-kit/resolver-ethr')
  const chains = Object.entries(networks).map(([id, { rpcUrls }]) => ({
    chainId: BigInt(id),
    rpcUrl: rpcUrls[0] ?? '',
  }))
  if (chains.length === 0) {
    throw new UsageError(
      `No chain is configured: give --network and --rpc-url, or add it to ${paths.configFile}.`,
    )
  }
  return new EthrDidResolver({ networks: chains })
}

async function createWebResolver({ allowOrigins }: Settings): Promise<DidResolver> {
  const [{ WebDidResolver }, { createSafeFetch }] = await Promise.all([
    import('@uport-kit/resolver-web'),
    import('@uport-kit/fetch-node'),
  ])
  return new WebDidResolver({ safeFetch: createSafeFetch({ allowOrigins }) })
}
