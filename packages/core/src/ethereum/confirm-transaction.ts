import { systemClock } from '../clock/system-clock.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'
import { type ChainReader, type ChainTransaction, nodeErrorOf, type Receipt } from './chain-reader.ts'
import { revertReason } from './revert-reason.ts'

/** How long and how often a transaction is looked for. */
export interface ConfirmTerms {
  readonly clock: Clock
  /** Seconds between two looks. */
  readonly pollSeconds: number
  /** Seconds until waiting ends. */
  readonly timeout: number
  /** Blocks that must hold it: the one it is in counts as the first. */
  readonly confirmations: number
}

/** A node that lags behind another of the same service may know the nonce before the receipt. */
const LOOKS_BEFORE_REPLACED = 3

/** Such a node may also not hear of a transaction at all for a while. */
const LOOKS_BEFORE_DROPPED = 8

/**
 * Waits until a transaction is in a block and succeeded.
 *
 * @throws UportError `TRANSACTION_REVERTED`, `TRANSACTION_REPLACED`, `TRANSACTION_DROPPED`, `TRANSACTION_TIMEOUT` (retryable:
 * it may still come)
 */
export async function confirmTransaction(
  chain: ChainReader,
  sent: ChainTransaction,
  terms: ConfirmTerms,
  { signal }: Options,
): Promise<Receipt> {
  const deadline = new AbortController()
  const cancel = terms.clock.after(terms.timeout, () => deadline.abort(timedOut(sent.hash, terms.timeout)))
  const both = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
  try {
    return await watch(chain, sent, terms, both)
  } finally {
    cancel()
  }
}

export interface FollowOptions extends Options {
  /** Blocks that must hold the transaction; the one it is in counts as the first. Default 1. */
  readonly confirmations?: number | undefined
  /** Seconds until waiting ends. Default 600. */
  readonly timeout?: number | undefined
  /** Seconds between two looks. Default 2. */
  readonly pollSeconds?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

/**
 * Follows a transaction of ours, or one that somebody sent for us, from its hash until it is in a block and succeeded.
 *
 * @throws UportError `TRANSACTION_UNKNOWN` (retryable) where the node does not hear of it, and what `confirmTransaction`
 * throws: `TRANSACTION_REVERTED` with the contract's reason, `TRANSACTION_REPLACED`, `TRANSACTION_DROPPED`,
 * `TRANSACTION_TIMEOUT`
 */
export async function followTransaction(
  chain: ChainReader,
  hash: string,
  options: FollowOptions = {},
): Promise<Receipt> {
  const { confirmations = 1, timeout = 600, pollSeconds = 2, clock = systemClock(), signal } = options
  for (let looks = 1; ; looks++) {
    signal?.throwIfAborted()
    const sent = await chain.transaction(hash, { signal })
    const terms = { confirmations, timeout, pollSeconds, clock }
    if (sent !== undefined) return confirmTransaction(chain, sent, terms, { signal })
    if (looks === LOOKS_BEFORE_DROPPED) throw transactionUnknown(hash)
    await pause(clock, pollSeconds, signal ?? new AbortController().signal)
  }
}

async function watch(
  chain: ChainReader,
  sent: ChainTransaction,
  terms: ConfirmTerms,
  signal: AbortSignal,
): Promise<Receipt> {
  const absence = { overtaken: 0, unknown: 0 }
  for (;;) {
    signal.throwIfAborted()
    try {
      const receipt = await chain.receipt(sent.hash, { signal })
      if (receipt === undefined) {
        await judgeAbsence(chain, sent, absence, signal)
      } else {
        if (!receipt.succeeded) throw await reverted(chain, sent, receipt, signal)
        if (await isDeepEnough(chain, receipt, terms, signal)) return receipt
        Object.assign(absence, { overtaken: 0, unknown: 0 })
      }
    } catch (error) {
      signal.throwIfAborted()
      // An endpoint that fails for a while is no reason to give up; the deadline is.
      if (!isUportError(error, 'RPC_FAILED')) throw error
    }
    await pause(terms.clock, terms.pollSeconds, signal)
  }
}

/** Counts the looks in a row at which another transaction had the nonce, or none had it and the node did not know this one. */
async function judgeAbsence(
  chain: ChainReader,
  sent: ChainTransaction,
  absence: { overtaken: number; unknown: number },
  signal: AbortSignal,
): Promise<void> {
  const used = (await chain.nonce(sent.from, 'latest', { signal })) > sent.nonce
  absence.overtaken = used ? absence.overtaken + 1 : 0
  if (absence.overtaken === LOOKS_BEFORE_REPLACED) throw replaced(sent.hash)
  const isKnown = used || (await chain.transaction(sent.hash, { signal })) !== undefined
  absence.unknown = isKnown ? 0 : absence.unknown + 1
  if (absence.unknown === LOOKS_BEFORE_DROPPED) throw dropped(sent.hash)
}

async function isDeepEnough(
  chain: ChainReader,
  { blockNumber }: Receipt,
  { confirmations }: ConfirmTerms,
  signal: AbortSignal,
): Promise<boolean> {
  if (confirmations <= 1) return true
  return (await chain.blockNumber({ signal })) - blockNumber + 1n >= BigInt(confirmations)
}

/** The reason is found by trying the transaction again on the state before its block; not every node keeps that. */
async function reverted(
  chain: ChainReader,
  { hash, from, to, data, value }: ChainTransaction,
  { blockNumber }: Receipt,
  signal: AbortSignal,
): Promise<UportError<'TRANSACTION_REVERTED'>> {
  const trial = { from, ...(to === undefined ? {} : { to }), data, value: `0x${value.toString(16)}` }
  let reason: string | undefined
  try {
    await chain.trial(trial, blockNumber - 1n, { signal })
  } catch (error) {
    signal.throwIfAborted()
    const answered = nodeErrorOf(error)
    reason = answered === undefined ? undefined : revertReason(answered)
  }
  const facts = { transactionHash: hash, ...(reason === undefined ? {} : { reason }) }
  return new UportError('TRANSACTION_REVERTED', 'The transaction failed on the chain: see the reason.', {
    data: facts,
  })
}

export function transactionUnknown(transactionHash: string): UportError<'TRANSACTION_UNKNOWN'> {
  const message = 'The chain does not know the transaction yet: try again.'
  return new UportError('TRANSACTION_UNKNOWN', message, { data: { transactionHash }, retryable: true })
}

function replaced(transactionHash: string): UportError<'TRANSACTION_REPLACED'> {
  const message = 'Another transaction took the place of this one: ask the person what they did.'
  return new UportError('TRANSACTION_REPLACED', message, { data: { transactionHash } })
}

function dropped(transactionHash: string): UportError<'TRANSACTION_DROPPED'> {
  const message = 'The node holds the transaction no longer: send it again, perhaps with a higher fee.'
  return new UportError('TRANSACTION_DROPPED', message, { data: { transactionHash } })
}

function timedOut(transactionHash: string, seconds: number): UportError<'TRANSACTION_TIMEOUT'> {
  const message = 'The transaction is in no block yet: wait for it again, or look it up.'
  const data = { milliseconds: seconds * 1000, transactionHash }
  return new UportError('TRANSACTION_TIMEOUT', message, { data, retryable: true })
}

/** Waits; rejects with the signal's reason. */
function pause(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(seconds, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
