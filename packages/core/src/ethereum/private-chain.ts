import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { networkToHex } from '../identity/network-id.ts'
import { member, optionalText, refuseRequest } from '../messages/members.ts'
import type { Account } from '../ports/account.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import type { SafeFetch } from '../ports/safe-fetch.ts'
import { type EthereumRpc, rpcFailed, safeRpc } from './json-rpc.ts'
import { keyPairAccount } from './key-pair-account.ts'
import { parseQuantity } from './quantity.ts'
import { readNetwork } from './typed-data-request.ts'

/** What a disclosure request says of a chain of the requester's own. Only its form was checked. */
export interface PrivateChainRequest {
  readonly network: bigint
  readonly rpc: URL
  /** Show it: whoever runs that host sees and can forge all that happens on the chain. */
  readonly host: string
}

/** A requester's chain whose endpoint serves what it claims. Good for that requester's own account only. */
export interface PrivateChain {
  readonly requester: Did
  readonly network: bigint
  readonly host: string
  readonly rpc: EthereumRpc
}

export interface ProbeParts {
  readonly safeFetch: SafeFetch
  /** Networks that the wallet knows by itself; those of public chains are known in any case. */
  readonly knownNetworks?: Iterable<bigint> | undefined
}

/** Chains that no requester may redefine: transactions signed for them are worth something elsewhere. */
const PUBLIC_NETWORKS: readonly bigint[] = [
  1n,
  3n,
  4n,
  5n,
  10n,
  25n,
  42n,
  56n,
  61n,
  100n,
  130n,
  137n,
  146n,
  250n,
  324n,
  480n,
  1284n,
  5000n,
  8453n,
  17000n,
  34443n,
  42161n,
  42170n,
  42220n,
  43114n,
  59144n,
  80002n,
  81457n,
  84532n,
  421614n,
  534352n,
  560048n,
  11155111n,
  11155420n,
]

const MAX_ANSWER_BYTES = 65_536

/**
 * Reads `rpc`, `net` and `act` of a disclosure request (`shareReq`).
 *
 * @returns undefined where the request brings no endpoint
 * @throws UportError `REQUEST_INVALID`: an endpoint needs `net`, and goes with a key pair account (`act: keypair`) alone,
 * since nobody else pays for transactions there
 */
export function parsePrivateChain(payload: JsonObject): PrivateChainRequest | undefined {
  const text = optionalText(payload, 'rpc', 'rpc', refuseRequest)
  if (text === undefined) return undefined
  const rpc = URL.canParse(text) ? new URL(text) : undefined
  if (rpc === undefined || !/^https?:$/.test(rpc.protocol) || rpc.username !== '' || rpc.password !== '') {
    return refuseRequest('rpc', 'is not an http(s) address without credentials')
  }
  const network = readNetwork(payload, 'net', refuseRequest)
  if (network === undefined || network === 0n) return refuseRequest('net', 'must name the network of rpc')
  if (member(payload, 'act') !== 'keypair') return refuseRequest('act', 'must be keypair where rpc is given')
  return Object.freeze({ network, rpc, host: rpc.host })
}

/**
 * Asks the endpoint which chain it serves. Call it after the person agreed to the host, and not before the request
 * verified.
 *
 * @param requester who signed the request
 * @throws UportError `PRIVATE_CHAIN_NETWORK_KNOWN`, `PRIVATE_CHAIN_MISMATCH` (`net_version` or `eth_chainId` is another),
 * `RPC_FAILED`
 */
export async function probePrivateChain(
  requester: Did,
  { network, rpc: url, host }: PrivateChainRequest,
  { safeFetch, knownNetworks = [] }: ProbeParts,
  options: Options = {},
): Promise<PrivateChain> {
  if (new Set([...PUBLIC_NETWORKS, ...knownNetworks]).has(network)) {
    const message = 'The request brings its own endpoint for a network that is known: decline it.'
    throw new UportError('PRIVATE_CHAIN_NETWORK_KNOWN', message, { data: { network: networkToHex(network) } })
  }
  const rpc = safeRpc(url, safeFetch, MAX_ANSWER_BYTES)
  const version = await ask(rpc, 'net_version', host, options)
  const chainId = await ask(rpc, 'eth_chainId', host, options)
  const versionMatches = /^[0-9]{1,78}$/.test(version) && BigInt(version) === network
  if (!versionMatches || parseQuantity(chainId) !== network) {
    const message = `The endpoint ${host} serves another chain than the request says: decline it.`
    const data = { host, expected: networkToHex(network), chainId, networkVersion: version }
    throw new UportError('PRIVATE_CHAIN_MISMATCH', message, { data })
  }
  return Object.freeze({ requester, network, host, rpc })
}

/**
 * The account on a private chain: a key pair made for this requester, sending through the endpoint it named.
 *
 * @param owner for whom the key was made
 * @throws UportError `PRIVATE_CHAIN_OTHER_REQUESTER` where another requester named the chain, `KEY_NOT_FOUND`
 */
export async function privateChainAccount(
  chain: PrivateChain,
  { requester, keys, keyId }: { readonly requester: Did; readonly keys: KeyStore; readonly keyId: string },
  options: Options = {},
): Promise<Account> {
  const { host, rpc, network } = chain
  if (!sameDid(requester, chain.requester)) {
    const message = 'The chain belongs to another requester: use the account made for that one.'
    throw new UportError('PRIVATE_CHAIN_OTHER_REQUESTER', message, { data: { host } })
  }
  return keyPairAccount({ keys, keyId, rpc, chainId: network, host }, options)
}

async function ask(rpc: EthereumRpc, method: string, host: string, options: Options): Promise<string> {
  let answer: unknown
  try {
    answer = await rpc.request({ method }, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof UportError) throw error
    throw rpcFailed(host, `it refuses ${method}`, { cause: error })
  }
  if (typeof answer === 'string' && /^[0-9a-fA-Fx]{1,80}$/.test(answer)) return answer
  throw rpcFailed(host, `its ${method} is no number`)
}
