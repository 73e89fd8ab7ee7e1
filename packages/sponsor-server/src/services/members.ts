import { parseAccountReference, parseNetworkId } from '@uport-kit/core'
import { Refusal } from '../refusal.ts'
import type { Sponsor, Terms } from './sponsor.ts'

export type Body = Readonly<Record<string, unknown>>

const ZERO = `0x${'0'.repeat(40)}`
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const NUMBER = /^(?:0x[0-9a-fA-F]{1,64}|\d{1,78})$/

/** @throws Refusal `PARAMETER_MISSING` */
export function requireMember(body: Body, name: string): unknown {
  const value = body[name]
  if (value === undefined || value === null || value === '')
    throw new Refusal('PARAMETER_MISSING', `${name} parameter missing`, { facts: { parameter: name } })
  return value
}

/** An address that is not zero, in lower case. */
export function requireAddress(body: Body, name: string): string {
  const value = requireMember(body, name)
  const isText = typeof value === 'string' && ADDRESS.test(value)
  const address = isText ? parseAccountReference(value)?.address : undefined
  if (address === undefined || address === ZERO) throw wrong(name, 'is not an address, or the zero address')
  return address
}

/** @throws Refusal `CHAIN_UNKNOWN`: the request is for another chain */
export function requireChain(sponsor: Sponsor, body: Body): void {
  const value = requireMember(body, 'blockchain')
  if (readChain(value) === sponsor.chainId) return
  throw new Refusal('CHAIN_UNKNOWN', `blockchain: the sponsor pays on 0x${sponsor.chainId.toString(16)} only`)
}

function readChain(value: unknown): bigint | undefined {
  try {
    return parseNetworkId(value)
  } catch {
    return undefined
  }
}

/** A number as JSON number, decimal text or `0x` hex; compared as the number that it is. */
export function readNumber(body: Body, name: string): bigint | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  if (typeof value === 'string' && NUMBER.test(value)) return BigInt(value)
  throw wrong(name, 'is not a whole number')
}

/** `wait` and `dryRun` of any request. */
export function readTerms({ dryRun, limits }: Sponsor, body: Body, signal: AbortSignal): Terms {
  const { wait, dryRun: asked } = body
  if (wait !== undefined && !(typeof wait === 'number' && wait >= 0))
    throw wrong('wait', 'is not a number of seconds')
  if (asked !== undefined && typeof asked !== 'boolean') throw wrong('dryRun', 'is not true or false')
  return { dryRun: dryRun || asked === true, wait: Math.min(wait ?? 0, limits.maxWaitSeconds), signal }
}

export function wrong(name: string, reason: string): Refusal {
  return new Refusal('PARAMETER_INVALID', `${name} ${reason}`, { facts: { parameter: name } })
}
