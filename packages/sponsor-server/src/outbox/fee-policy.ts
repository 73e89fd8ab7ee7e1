import type { Fees } from '@uport-kit/core/ethereum'
import { Refusal } from '../refusal.ts'
import { priceOf } from './outbox-entry.ts'

/** A replacement pays a quarter more; nodes ask for a tenth. */
const RAISE = { of: 5n, to: 4n }

/** Room left for the base fee to double, taken out again: what a transaction pays per gas now. */
export function currentPrice(fees: Fees): bigint {
  if (fees.type === 0) return fees.gasPrice
  const tip = fees.maxPriorityFeePerGas
  return (fees.maxFeePerGas - tip) / 2n + tip
}

/**
 * What the sponsor offers per gas.
 *
 * @throws Refusal `NETWORK_TOO_EXPENSIVE`
 */
export function affordable(fees: Fees, most: bigint): Fees {
  if (currentPrice(fees) > most)
    throw new Refusal(
      'NETWORK_TOO_EXPENSIVE',
      'the network asks for more per gas than the sponsor pays: try later',
      {
        facts: { perGas: currentPrice(fees).toString(), most: most.toString() },
        retryAfter: 60,
      },
    )
  return capped(fees, most)
}

/** What the last replacement may pay: the raises, but never above what the sponsor pays at all. */
export function ceilingOf(fees: Fees, replacements: number, most: bigint): bigint {
  let price = priceOf(fees)
  for (let count = 0; count < replacements; count++) price = raise(price)
  return smaller(price, most)
}

/**
 * The fees of a replacement: a quarter above the last ones or what the network asks, whichever is more, within the ceiling.
 *
 * @returns undefined where the ceiling leaves less than nodes ask of a replacement
 */
export function raisedFees(last: Fees, network: Fees, ceiling: bigint): Fees | undefined {
  const raised = capped(raiseAll(last, network), ceiling)
  const isEnough = (from: bigint, to: bigint): boolean => to * 10n >= from * 11n
  if (last.type === 0 || raised.type === 0)
    return isEnough(priceOf(last), priceOf(raised)) ? raised : undefined
  const tips = isEnough(last.maxPriorityFeePerGas, raised.maxPriorityFeePerGas)
  return tips && isEnough(last.maxFeePerGas, raised.maxFeePerGas) ? raised : undefined
}

function raiseAll(last: Fees, network: Fees): Fees {
  if (last.type === 0) return { type: 0, gasPrice: larger(raise(last.gasPrice), priceOf(network)) }
  const tip = network.type === 0 ? 0n : network.maxPriorityFeePerGas
  return {
    type: 2,
    maxFeePerGas: larger(raise(last.maxFeePerGas), priceOf(network)),
    maxPriorityFeePerGas: larger(raise(last.maxPriorityFeePerGas), tip),
  }
}

function capped(fees: Fees, most: bigint): Fees {
  if (fees.type === 0) return { type: 0, gasPrice: smaller(fees.gasPrice, most) }
  const maxFeePerGas = smaller(fees.maxFeePerGas, most)
  const tip = fees.maxPriorityFeePerGas
  return { type: 2, maxFeePerGas, maxPriorityFeePerGas: smaller(tip, maxFeePerGas) }
}

/** Rounded up, so that it grows from one wei on. */
function raise(price: bigint): bigint {
  return (price * RAISE.of + RAISE.to - 1n) / RAISE.to
}

/** `Math` knows no bigints. */
function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
