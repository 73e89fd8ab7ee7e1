import type { Json, JwtClaims } from '@uport-kit/core'
import { unixSeconds } from './request-payloads.ts'

/** An Ethereum transaction to ask for. Quantities are bigints, safe integers or `0x` hex; decimal text is refused. */
export interface TransactionParams {
  /** MNID or hex address; absent only for a contract creation. */
  readonly to?: string | undefined
  readonly from?: string | undefined
  /** Wei. */
  readonly value?: bigint | number | string | undefined
  readonly gas?: bigint | number | string | undefined
  /** Wei. */
  readonly gasPrice?: bigint | number | string | undefined
  /** `0x` hex. */
  readonly data?: string | undefined
  /** A call as text. For display: wallets that do not check it against `data` may read it otherwise. */
  readonly fn?: string | undefined
}

export interface TransactionRequestOptions {
  readonly callbackUrl?: string | undefined
  /**
   * When the request expires. The original documented Unix seconds and took a duration; here up to 10^9 is a duration in
   * seconds and more is Unix seconds, unless `relativeExp` is set. Default 600.
   */
  readonly exp?: number | undefined
  /** Seconds that the request lives; replaces `exp`. */
  readonly expiresIn?: number | undefined
  /** `0x` hex. */
  readonly networkId?: string | undefined
  /** A name for what is done, shown to the person. */
  readonly label?: string | undefined
}

const QUANTITIES: ReadonlySet<string> = new Set(['value', 'gas', 'gasPrice'])
const TEXTS: ReadonlySet<string> = new Set(['to', 'from', 'data', 'fn'])

/** Payload of an `ethtx`. Members of the transaction never replace what the options say. @throws TypeError */
export function transactionPayload(
  transaction: TransactionParams,
  { callbackUrl, networkId, label }: TransactionRequestOptions,
): JwtClaims {
  const members: Record<string, Json> = {}
  for (const [name, value] of Object.entries(transaction)) {
    if (value === undefined) continue
    if (QUANTITIES.has(name)) members[name] = quantity(value, name)
    else if (TEXTS.has(name) && typeof value === 'string') members[name] = value
    else throw new TypeError(`createTxRequest: ${name} is no member of a transaction, or no text`)
  }
  return {
    callback: callbackUrl || undefined,
    net: networkId || undefined,
    label: label || undefined,
    ...members,
    type: 'ethtx',
  }
}

/** Seconds that a transaction request lives. @throws TypeError */
export function transactionLifetime(
  { exp = 600, expiresIn }: TransactionRequestOptions,
  relative: boolean,
  now: number,
): number {
  if (expiresIn !== undefined) return expiresIn
  return relative || exp <= LONGEST_DURATION ? exp : unixSeconds(exp, 'exp') - now
}

/** Thirty years: nobody's request lives as long, and every time of this century is more. */
const LONGEST_DURATION = 1_000_000_000

function quantity(value: unknown, name: string): string {
  if (typeof value === 'bigint' && value >= 0n) return `0x${value.toString(16)}`
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return `0x${value.toString(16)}`
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value)) return value
  throw new TypeError(`createTxRequest: ${name} must be a bigint, a safe integer or 0x hex: wei, never ether`)
}
