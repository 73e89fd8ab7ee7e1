import { FunctionFragment, Interface, type InterfaceAbi } from 'ethers'
import { assertReadable } from '../flows/assert-readable.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { formatFunctionText, parseFunctionText } from './function-text.ts'
import { toQuantity } from './quantity.ts'
import { parseTransactionRequest } from './transaction-request.ts'
import { networkMember } from './typed-data-request.ts'

/** A call of a contract's function. */
export interface ContractCall {
  /** As compilers write it, or ethers' human-readable form. */
  readonly abi: InterfaceAbi
  /** The function's name; where it is overloaded, its signature such as `transfer(address,uint256)`. */
  readonly method: string
  readonly args: readonly unknown[]
}

export interface TransactionParams {
  /** The recipient: an MNID, or an address (then `network` says where). Absent: `data` is the code of a new contract. */
  readonly to?: string | undefined
  /** The chain, as a number or `0x` hex. May be left out where `to` is an MNID. */
  readonly network?: bigint | string | undefined
  /** Wei. */
  readonly value?: bigint | undefined
  /** The function to call; not together with `data`. */
  readonly contract?: ContractCall | undefined
  /** Call data, or the code of a new contract with its encoded arguments: `0x` hex. */
  readonly data?: string | undefined
  /** The account that must send: an address, an MNID, or a DID with either in it. */
  readonly from?: string | undefined
  /** Advice to the wallet. */
  readonly gas?: bigint | undefined
  /** Wei per gas; advice to the wallet. */
  readonly gasPrice?: bigint | undefined
  /** A few words for the person; shown as the app's own. */
  readonly label?: string | undefined
  /** Credentials about the app: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
}

/**
 * The payload of an `ethtx`. Call data is always there, made from the ABI; the call in words (`fn`) only where it cannot
 * be misread.
 *
 * @throws TypeError where a parameter is missing, wrong or contradicts another
 */
export function createTransactionPayload(params: TransactionParams): JsonObject {
  const { to, network, value, gas, gasPrice, from, label, vc } = params
  const payload: Record<string, Json> = {}
  if (network !== undefined) payload['net'] = networkMember(network)
  if (label !== undefined) payload['label'] = label
  if (to !== undefined) payload['to'] = to
  if (from !== undefined) payload['from'] = from
  if (value !== undefined) payload['value'] = toQuantity(value, 'value')
  if (gas !== undefined) payload['gas'] = toQuantity(gas, 'gas')
  if (gasPrice !== undefined) payload['gasPrice'] = toQuantity(gasPrice, 'gasPrice')
  Object.assign(payload, encodeData(params))
  if (vc !== undefined) payload['vc'] = [...vc]
  assertReadable('transaction', { ...payload, type: 'ethtx' }, parseTransactionRequest)
  return payload
}

function encodeData({ contract, data, to, value }: TransactionParams): JsonObject {
  if (contract === undefined) return data === undefined ? {} : { data }
  if (data !== undefined) throw new TypeError('transaction: give contract or data, not both')
  if (to === undefined) throw new TypeError('transaction: a call needs the contract it goes to in `to`')
  const fragment = findFunction(contract)
  if (value !== undefined && value > 0n && !fragment.payable) {
    throw new TypeError(`transaction: the function ${fragment.name} takes no value`)
  }
  const encoded = encodeCall(contract, fragment)
  const text = formatFunctionText(fragment, contract.args)
  const says = text === undefined ? undefined : parseFunctionText(text)?.data
  return text !== undefined && says === encoded ? { fn: text, data: encoded } : { data: encoded }
}

function findFunction({ abi, method }: ContractCall): FunctionFragment {
  const named = Interface.from(abi).fragments.filter(
    (fragment): fragment is FunctionFragment =>
      FunctionFragment.isFragment(fragment) && (fragment.name === method || fragment.format() === method),
  )
  const [fragment, another] = named
  if (fragment === undefined) throw new TypeError(`transaction: the ABI has no function ${method}`)
  if (another === undefined) return fragment
  throw new TypeError(`transaction: ${method} is overloaded; name it by its signature`)
}

function encodeCall({ abi, args }: ContractCall, fragment: FunctionFragment): string {
  try {
    return Interface.from(abi).encodeFunctionData(fragment, args)
  } catch (cause) {
    throw new TypeError(`transaction: the arguments do not fit ${fragment.format()}`, { cause })
  }
}
