import { isRevert, nodeErrorOf, revertReason, type Trial } from '@uport-kit/core/ethereum'
import { Refusal } from '../refusal.ts'
import { requireGas, type Sponsor } from './sponsor.ts'

/** A plain transfer; nothing runs. */
const TRANSFER_GAS = 21_000n

/** Gas beyond the estimate where code runs: what it reads may change before it is included. */
const MARGIN = { of: 5n, to: 4n }

/**
 * Tries what the sponsor is about to send, as the sponsor, and says how much gas to give it.
 *
 * @param block `pending` where it builds on what waits
 * @throws Refusal `WOULD_REVERT`, `GAS_TOO_HIGH`
 */
export async function tryCall(
  sponsor: Sponsor,
  call: Omit<Trial, 'from'>,
  block: 'latest' | 'pending',
  signal: AbortSignal,
): Promise<bigint> {
  const trial = { ...call, from: sponsor.address }
  try {
    const pending = block === 'pending' ? 'pending' : undefined
    const gas = await sponsor.chain.estimateGas(trial, { signal }, pending)
    const limit = gas <= TRANSFER_GAS ? gas : (gas * MARGIN.of) / MARGIN.to
    requireGas(sponsor, limit)
    return limit
  } catch (error) {
    throw wouldRevert(error) ?? error
  }
}

/** The refusal for a call that the node says would fail; undefined for any other error. */
export function wouldRevert(error: unknown): Refusal | undefined {
  const answered = nodeErrorOf(error)
  if (answered === undefined || !isRevert(answered)) return undefined
  const reason = revertReason(answered)
  const text = `the transaction would fail on the chain${reason === undefined ? '' : `: ${reason}`}`
  return new Refusal('WOULD_REVERT', text, { cause: error })
}
