import { parseNetworkId } from '@uport-kit/core'
import { ANY_SENDER, type CarriedCall, type CarriedCallReader } from '@uport-kit/core/ethereum'
import { MANAGERS, type ManagerContract, TX_RELAY } from './contracts.ts'
import { isOriginalProxy } from './proxy-code.ts'
import { requireAddress } from './require-address.ts'

/** The contracts of one chain that are known to do what they say. */
export interface TrustedContracts {
  readonly managers: readonly ManagerContract[]
  /** The `TxRelay`s. */
  readonly relays?: readonly string[] | undefined
}

interface Call {
  readonly to: string | undefined
  readonly data: string
}

/**
 * Reads what contract identities do: a transaction to a manager, or to a `TxRelay` that brings it to one, and that the manager
 * has the identity's proxy forward. Give it to the transaction flow (`carriers`), so that its users may answer.
 *
 * Only named contracts count, and the proxy's code is compared with the originals': a manager also takes an identity that is
 * a contract of somebody's own, which may do nothing and succeed.
 *
 * @param networks by network id in hex
 * @throws TypeError where a network's id or an address is none
 */
export function proxyCallReader(networks: Readonly<Record<string, TrustedContracts>>): CarriedCallReader {
  const trusted = new Map(
    Object.entries(networks).map(([id, { managers, relays = [] }]) => {
      const kinds = managers.map(({ kind, address }) => [requireAddress(address, 'manager'), kind] as const)
      const known = {
        managers: new Map(kinds),
        relays: new Set(relays.map((one) => requireAddress(one, 'relay'))),
      }
      return [parseNetworkId(id), known] as const
    }),
  )
  return Object.freeze<CarriedCallReader>({
    async read(transaction, network, chain, options = {}) {
      const known = trusted.get(network)
      if (known === undefined || transaction.to === undefined) return undefined
      const relayed = known.relays.has(transaction.to) ? readRelayed(transaction.data) : undefined
      const { to, data } = relayed ?? transaction
      const kind = known.managers.get(to ?? '')
      const carried = kind === undefined ? undefined : readForwarded(kind, data)
      if (carried === undefined) return undefined
      return (await isOriginalProxy(chain, carried.from, options)) ? carried : undefined
    },
  })
}

function readRelayed(callData: string): Call | undefined {
  const args = decode(TX_RELAY, 'relayMetaTx', callData)
  return args === undefined ? undefined : { to: lower(args[3]), data: lower(args[4]) }
}

function readForwarded(kind: ManagerContract['kind'], callData: string): CarriedCall | undefined {
  const args = decode(MANAGERS[kind], 'forwardTo', callData)
  if (args === undefined) return undefined
  const [identity, to, value, data] = kind === 'meta' ? args.slice(1) : args
  if (lower(to) === ANY_SENDER) return undefined
  return Object.freeze({
    from: lower(identity),
    to: lower(to),
    value: BigInt(String(value)),
    data: lower(data),
  })
}

/** Old compilers read past what is not as it should be; here the data must be the one encoding of what was read. */
function decode(
  abi: (typeof MANAGERS)['meta'],
  method: string,
  callData: string,
): readonly unknown[] | undefined {
  try {
    const args = abi.decodeFunctionData(method, callData)
    return abi.encodeFunctionData(method, args) === callData ? args.toArray() : undefined
  } catch {
    return undefined
  }
}

function lower(value: unknown): string {
  return String(value).toLowerCase()
}
