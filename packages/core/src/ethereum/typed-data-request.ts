import { parseAccountReference } from '../identity/account-reference.ts'
import { networkToHex, parseNetworkId } from '../identity/network-id.ts'
import { parseSigner } from '../messages/claim-signature-request.ts'
import { member, optionalText, type Refuse, refuseRequest } from '../messages/members.ts'
import type { JsonObject } from '../ports/json.ts'
import { checkTypedData, domainChainId, type TypedData, type TypedDataHash } from './typed-data.ts'

/** A request to sign typed data (`eip712Req`), read. */
export interface TypedDataRequest {
  readonly type: 'eip712Req'
  readonly typedData: TypedData
  /** What will be signed. */
  readonly hash: TypedDataHash
  /** The account that must sign, in lower case. */
  readonly from?: string | undefined
  /** The chain of that account. */
  readonly network?: bigint | undefined
  /** The DID or MNID that must answer, as written. */
  readonly signer?: string | undefined
}

/**
 * Reads the payload of an `eip712Req`.
 *
 * @throws UportError `REQUEST_INVALID` naming the member; also where `net`, the network of `from` and the domain's
 * `chainId` contradict one another, since a signature made for one chain would then be asked for as if for another
 */
export function parseTypedDataRequest(payload: JsonObject): TypedDataRequest {
  if (payload['type'] !== 'eip712Req') return refuseRequest('type', 'is not eip712Req')
  const { typedData, hash } = checkTypedData(member(payload, 'typedData'), 'typedData', refuseRequest)
  const from = readAccount(payload, 'from', refuseRequest)
  const named = readNetwork(payload, 'net', refuseRequest) ?? from?.network
  if (from?.network !== undefined && from.network !== named)
    return refuseRequest('net', 'is not the network of from')
  const chainId = domainChainId(typedData)
  if (named !== undefined && chainId !== undefined && named !== chainId) {
    return refuseRequest('net', 'is not the chain that the typed data names')
  }
  return Object.freeze({
    type: 'eip712Req',
    typedData,
    hash,
    from: from?.address,
    network: named ?? chainId,
    signer: parseSigner(payload),
  })
}

/** A member that names an account. */
export function readAccount(payload: JsonObject, name: string, refuse: Refuse) {
  const text = optionalText(payload, name, name, refuse)
  if (text === undefined) return undefined
  const account = parseAccountReference(text) ?? refuse(name, 'is neither an address nor an MNID')
  // The address in a did:ethr is a key's, good on every chain; the chain in it says where the DID is registered.
  return text.startsWith('did:ethr:') ? { address: account.address, network: undefined } : account
}

/** A member that names a network by its id in hex. */
export function readNetwork(payload: JsonObject, name: string, refuse: Refuse): bigint | undefined {
  const text = optionalText(payload, name, name, refuse)
  if (text === undefined) return undefined
  return /^0x[0-9a-fA-F]{1,64}$/.test(text)
    ? parseNetworkId(text)
    : refuse(name, 'is not a 0x hexadecimal network id')
}

/** A network as a caller gives it, in the form of the wire. */
export function networkMember(network: bigint | string): string {
  return networkToHex(typeof network === 'bigint' ? network : parseNetworkId(network))
}
