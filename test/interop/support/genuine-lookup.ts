import type { DidDocument } from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { genuine, genuineOf } from './genuine.ts'

type Lookup = (mnid: string, callback: (error: Error | null, document?: unknown) => void) => void

/** Resolves by the genuine `uport-did-resolver` 0.0.7, over the devnet's registry and gateway. */
export function genuineResolve(devnet: Devnet): (did: string) => Promise<DidDocument | null> {
  const { networkId, registry, rpcUrl, gatewayUrl } = devnet
  const createLookup = genuine<(options: object) => Lookup>('uport-lite')
  const lookup = createLookup({
    networks: { [networkId]: { registry, rpcUrl } },
    ipfsGw: `${gatewayUrl}/ipfs/`,
  })
  genuine<{ default: (lookup: Lookup) => void }>('uport-did-resolver').default(lookup)
  return genuineOf<{ default: (did: string) => Promise<DidDocument | null> }>(
    'uport-did-resolver',
    'did-resolver',
  ).default
}
