import { parseAccountReference } from '@uport-kit/core'
import type { TransactionParams, TypedDataParams } from '@uport-kit/core/ethereum'
import { invalidParams } from './provider-error.ts'

/**
 * How parameters are read. `tolerant`: the two parameters of `personal_sign` and `eth_signTypedData_v4` in either order, as
 * dApps send them. `strict`: in the order of the specification alone.
 */
export type ParamOrder = 'tolerant' | 'strict'

/** What is to be signed, and by whom; the account in lower case. */
export interface SigningParams<Content> {
  readonly account: string
  readonly content: Content
}

/** A transaction as the flow takes it, and what it says beside. */
export interface ReadTransaction {
  /** Lower case; `undefined` where the caller leaves it to the provider. */
  readonly from: string | undefined
  readonly chainId: bigint | undefined
  readonly params: Pick<TransactionParams, 'to' | 'value' | 'data' | 'gas' | 'gasPrice'>
}

/** Characters of typed data as text, of a message, and of call data: what requests carry, with room for white space. */
const MAX_TEXT = 262_144

const HEX = /^0x[0-9a-fA-F]*$/
const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/

/** Reads `[message, account]`. @throws ProviderRpcError -32602 */
export function readPersonalSign(params: unknown, order: ParamOrder): SigningParams<string> {
  const method = 'personal_sign'
  const [first, second] = readList(params, method, 2)
  const swapped = order === 'tolerant' && isAddress(first) && !isAddress(second)
  const content = swapped ? second : first
  if (typeof content !== 'string' || content.length > MAX_TEXT) {
    throw invalidParams(method, 'the message must be text or 0x hex of acceptable length')
  }
  // Text that happens to start like hex is text; hex that lost half a byte is a mistake.
  if (HEX.test(content) && content.length % 2 !== 0) {
    throw invalidParams(method, 'the message is hex with half a byte; send whole bytes')
  }
  return { account: readAddress(swapped ? first : second, method), content }
}

/** Reads `[account, typedData]`, the data as an object or as JSON text. @throws ProviderRpcError -32602 */
export function readTypedData(
  params: unknown,
  order: ParamOrder,
): SigningParams<TypedDataParams['typedData']> {
  const method = 'eth_signTypedData_v4'
  const [first, second] = readList(params, method, 2)
  const swapped = order === 'tolerant' && isAddress(second) && !isAddress(first)
  const content = parseTypedData(swapped ? first : second, method)
  return { account: readAddress(swapped ? second : first, method), content }
}

/**
 * Reads `[transaction]`. Fee and nonce are the wallet's to choose, so what a dApp suggests of them beyond `gasPrice` is left
 * out; what would change the transaction's meaning and cannot be asked for is refused.
 *
 * @throws ProviderRpcError -32602
 */
export function readTransaction(params: unknown): ReadTransaction {
  const method = 'eth_sendTransaction'
  const [value] = readList(params, method, 1)
  if (!isRecord(value)) throw invalidParams(method, 'the transaction must be an object')
  for (const name of ['accessList', 'authorizationList', 'blobVersionedHashes', 'blobs']) {
    if (isGiven(value[name]) && !(Array.isArray(value[name]) && value[name].length === 0)) {
      throw invalidParams(method, `${name} cannot be asked for; leave it out`)
    }
  }
  const to = isGiven(value['to']) ? readAddress(value['to'], method) : undefined
  const data = readData(value, method)
  if (to === undefined && data === undefined) {
    throw invalidParams(method, 'a transaction without recipient needs the code of a contract in data')
  }
  return {
    from: isGiven(value['from']) ? readAddress(value['from'], method) : undefined,
    chainId: readQuantity(value, 'chainId', method),
    params: {
      to,
      data,
      value: readQuantity(value, 'value', method),
      gas: readQuantity(value, 'gas', method),
      gasPrice: readQuantity(value, 'gasPrice', method),
    },
  }
}

/** Reads `[{ chainId }]`. @throws ProviderRpcError -32602 */
export function readChainId(params: unknown): bigint {
  const method = 'wallet_switchEthereumChain'
  const [value] = readList(params, method, 1)
  const chainId = isRecord(value) ? readQuantity(value, 'chainId', method) : undefined
  if (chainId !== undefined) return chainId
  throw invalidParams(method, 'give [{ chainId }] as 0x hex')
}

/** Reads `[{ eth_accounts: {} }]`, the one permission there is. @throws ProviderRpcError -32602 */
export function readPermissions(params: unknown, method: string): void {
  const [value] = readList(params, method, 1)
  const names = isRecord(value) ? Object.keys(value) : []
  if (names.length === 1 && names[0] === 'eth_accounts') return
  throw invalidParams(method, 'the one permission here is eth_accounts')
}

function readList(params: unknown, method: string, length: number): readonly unknown[] {
  // Some callers add a parameter of their own, such as the password of personal_sign: it is not looked at.
  if (Array.isArray(params) && params.length >= length) return params
  throw invalidParams(method, `give ${length === 1 ? 'one parameter' : `${length} parameters`} in an array`)
}

function parseTypedData(value: unknown, method: string): TypedDataParams['typedData'] {
  const parsed = typeof value === 'string' ? parseJson(value) : value
  if (isTypedData(parsed)) return parsed
  throw invalidParams(
    method,
    'the data must be typed data (EIP-712), as an object or as JSON of acceptable length',
  )
}

/** Its outline; the flow checks all of it. */
function isTypedData(value: unknown): value is TypedDataParams['typedData'] {
  return (
    isRecord(value) &&
    isRecord(value['types']) &&
    typeof value['primaryType'] === 'string' &&
    isRecord(value['domain']) &&
    isRecord(value['message'])
  )
}

function parseJson(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `data`, and `input` as newer nodes call it; both where they agree. */
function readData(value: Readonly<Record<string, unknown>>, method: string): string | undefined {
  const given = [value['data'], value['input']].filter(isGiven)
  const texts = given.filter((one) => typeof one === 'string').map((one) => one.toLowerCase())
  const [text] = texts
  const acceptable = texts.every((one) => HEX.test(one) && one.length % 2 === 0 && one.length <= MAX_TEXT)
  if (texts.length !== given.length || !acceptable) throw invalidParams(method, 'data must be 0x hex')
  if (new Set(texts).size > 1) throw invalidParams(method, 'data and input differ; send one of them')
  return text === '0x' ? undefined : text
}

function readQuantity(
  value: Readonly<Record<string, unknown>>,
  name: string,
  method: string,
): bigint | undefined {
  const quantity = value[name]
  if (!isGiven(quantity)) return undefined
  if (typeof quantity === 'string' && QUANTITY.test(quantity)) return BigInt(quantity)
  throw invalidParams(method, `${name} must be 0x hex of at most 32 bytes`)
}

function readAddress(value: unknown, method: string): string {
  if (isAddress(value)) return value.toLowerCase()
  throw invalidParams(
    method,
    'an address must be 0x and 40 hex digits, with a right checksum where it has one',
  )
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('0x') && parseAccountReference(value) !== undefined
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
