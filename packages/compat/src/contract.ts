import type { AbiEntry, AbiParameter } from './abi-entry.ts'
import { describeCall } from './describe-call.ts'
import type { TransactionParams, TransactionRequestOptions } from './transaction-payload.ts'

/** A function of a contract: its arguments, then a transaction object, then options, both optional. */
export type ContractMethod = (...args: readonly unknown[]) => Promise<string>

/** A contract at an address. Its functions stand beside `abi` and `address`. */
export type ContractAt = Readonly<Record<string, ContractMethod>>

export interface ContractFactory {
  /** @param address MNID or hex address */
  at(address: string): ContractAt & { readonly abi: readonly AbiEntry[]; readonly address: string }
}

/**
 * Calldata of a function call, `0x` hex, by its ABI entry. With ethers:
 * `(entry, args) => new Interface([entry]).encodeFunctionData(entry.name, args)`.
 */
export type EncodeCall = (entry: AbiEntry & { readonly name: string }, args: readonly unknown[]) => string

/** What the factory needs to make a request of a call. */
export interface CallEncoder {
  /** Calldata in hex; absent where calls are sent as text alone. */
  readonly encode: EncodeCall | undefined
  send(transaction: TransactionParams, options: TransactionRequestOptions | undefined): Promise<string>
}

const TRANSACTION_MEMBERS = ['from', 'to', 'data', 'value', 'gasPrice', 'gas']

/**
 * Makes transaction requests of a contract's functions. Functions of one name are told apart by the number of arguments,
 * and each can be had by its signature: `contract['transfer(address,uint256)']`.
 *
 * @throws TypeError where two functions of one name take the same number of arguments and are called by name
 */
export function createContractFactory(abi: readonly AbiEntry[], encoder: CallEncoder): ContractFactory {
  const functions = abi.filter(isTransacting)
  return {
    at(address) {
      const methods = new Map<string, ContractMethod>()
      for (const [name, overloads] of groupByName(functions)) {
        methods.set(name, (...args) => call(pick(overloads, args, name), args, address, encoder))
        if (overloads.length === 1) continue
        for (const entry of overloads) {
          methods.set(signatureOf(entry), (...args) => call(entry, args, address, encoder))
        }
      }
      return Object.freeze({ ...Object.fromEntries(methods), abi, address }) as ReturnType<
        ContractFactory['at']
      >
    },
  }
}

async function call(
  entry: AbiEntry,
  provided: readonly unknown[],
  address: string,
  { encode, send }: CallEncoder,
): Promise<string> {
  const inputs = entry.inputs ?? []
  const args = provided.slice(0, inputs.length)
  const more = provided.slice(inputs.length)
  if (args.length < inputs.length)
    throw new TypeError(`${signatureOf(entry)} takes ${inputs.length} arguments`)
  const transaction = isTransactionObject(more[0]) ? more.shift() : {}
  if (more.length > 1) throw new TypeError(`${signatureOf(entry)} was given too many arguments`)
  const [options] = more
  if (options !== undefined && !isObject(options))
    throw new TypeError(`${signatureOf(entry)}: options must be an object`)
  const text = describeCall(entry, args)
  if (encode === undefined && text === undefined) {
    throw new TypeError(`${signatureOf(entry)}: an argument cannot be written as text without being misread`)
  }
  const { to: _, data: __, ...members } = { ...(transaction as TransactionParams) }
  const data = encode === undefined ? {} : { data: encode({ ...entry, name: entry.name ?? '' }, args) }
  return send({ ...members, to: address, ...(text !== undefined && { fn: text }), ...data }, options)
}

function isTransacting(entry: AbiEntry): boolean {
  const reads =
    entry.constant === true || entry.stateMutability === 'view' || entry.stateMutability === 'pure'
  return (entry.type ?? 'function') === 'function' && Boolean(entry.name) && !reads
}

function groupByName(functions: readonly AbiEntry[]): Map<string, AbiEntry[]> {
  const groups = new Map<string, AbiEntry[]>()
  for (const entry of functions) {
    const name = entry.name ?? ''
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [entry])
    else group.push(entry)
  }
  return groups
}

/** The overload that takes as many arguments as were given, a transaction object and options set aside. */
function pick(overloads: readonly AbiEntry[], args: readonly unknown[], name: string): AbiEntry {
  const [only] = overloads
  if (only !== undefined && overloads.length === 1) return only
  const plain = args.findIndex((argument) => isObject(argument) && !Array.isArray(argument))
  const count = plain < 0 ? args.length : plain
  const fitting = overloads.filter(({ inputs = [] }) => inputs.length === count)
  const [entry] = fitting
  if (entry !== undefined && fitting.length === 1) return entry
  const signatures = overloads.map(signatureOf).join(', ')
  throw new TypeError(`${name} is overloaded; call it by one of its signatures: ${signatures}`)
}

function signatureOf({ name = '', inputs = [] }: AbiEntry): string {
  return `${name}(${inputs.map(typeOf).join(',')})`
}

function typeOf({ type, components = [] }: AbiParameter): string {
  return type.startsWith('tuple') ? `(${components.map(typeOf).join(',')})${type.slice(5)}` : type
}

function isTransactionObject(value: unknown): boolean {
  if (!isObject(value) || Array.isArray(value)) return false
  return Object.keys(value).length === 0 || TRANSACTION_MEMBERS.some((member) => Object.hasOwn(value, member))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
