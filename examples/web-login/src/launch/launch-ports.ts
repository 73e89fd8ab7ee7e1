/** Ports on this machine; 0 takes a free one. */
export interface LaunchPorts {
  readonly app: number
  readonly issuer: number
  readonly wallet: number
  readonly rpc: number
  readonly gateway: number
  readonly ipfsApi: number
  readonly relay: number
}

export const DEFAULT_FIRST_PORT = 4001

/**
 * The ports of a world: app, issuer and wallet, then chain, IPFS gateway and API, and relay. They stay the same from run to
 * run, because wallets remember addresses.
 *
 * @param first 0 for free ports
 */
export function launchPorts(first: number): LaunchPorts {
  const [app, issuer, wallet, rpc, gateway, ipfsApi, relay] = Array.from({ length: 7 }, (_, index) =>
    first === 0 ? 0 : first + index,
  ) as [number, number, number, number, number, number, number]
  return { app, issuer, wallet, rpc, gateway, ipfsApi, relay }
}
