import type { JsonObject } from '@uport-kit/core'
import { isRevert, nodeErrorOf, revertReason, type Trial } from '@uport-kit/core/ethereum'
import { Refusal } from '../refusal.ts'
import { requireGas, type Sponsor } from './sponsor.ts'

/** A plain transfer; nothing runs. */
const TRANSFER_GAS = 21_000n

/**
 * Gas beyond the estimate where code runs: what it reads may change before it is included. Contracts of old compilers keep
 * a fixed amount back from each contract that they call, but only where they have so much, so that a little more than the
 * estimate can be too little: there is room for that three calls deep. What is not used is not paid.
 */
const MARGIN = { of: 5n, to: 4n, keptBack: 3n * 35_000n }

/** A call that is tried as if the transactions before it were done. */
export interface CallBehind {
  /** What to suppose of accounts, for a node that can; see `ChainReader.estimateGas`. */
  readonly overrides: JsonObject
}

/**
 * Tries what the sponsor is about to send, as the sponsor, and says how much gas to give it.
 *
 * @param behind where it builds on transactions that wait
 * @throws Refusal `WOULD_REVERT`, `GAS_TOO_HIGH`
 */
export async function tryCall(
  sponsor: Sponsor,
  call: Omit<Trial, 'from'>,
  signal: AbortSignal,
  behind?: CallBehind,
): Promise<bigint> {
  const trial = { ...call, from: sponsor.address }
  try {
    const gas =
      behind === undefined
        ? await sponsor.chain.estimateGas(trial, { signal })
        : await estimateBehind(sponsor, trial, behind, signal)
    const limit = gas <= TRANSFER_GAS ? gas : (gas * MARGIN.of) / MARGIN.to + MARGIN.keptBack
    requireGas(sponsor, limit)
    return limit
  } catch (error) {
    throw wouldRevert(error) ?? error
  }
}

/**
 * The pending state shows that the call works. Its price there is too low with nodes that count what the transactions
 * before it touch as touched already; so it is reckoned on the latest block, as if those had been.
 */
async function estimateBehind(
  { chain }: Sponsor,
  trial: Trial,
  { overrides }: CallBehind,
  signal: AbortSignal,
): Promise<bigint> {
  const pending = await chain.estimateGas(trial, { signal }, 'pending')
  try {
    const supposed = await chain.estimateGas(trial, { signal }, 'latest', overrides)
    if (supposed > pending) return supposed
    return pending
  } catch (error) {
    if (nodeErrorOf(error) === undefined) throw error
    return pending * 2n
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
