import { isUportError } from '@uport-kit/core'
import type { Context } from 'hono'
import type { OutboxEntry } from './outbox/outbox-entry.ts'
import { Refusal } from './refusal.ts'
import { MANAGER_TYPE } from './services/create-identity.ts'
import type { Outcome } from './services/sponsor.ts'
import type { SponsorEnv } from './sponsor-context.ts'

/**
 * How an answer is written. `specification`: `{txHash}`, under `/api/`. `original`: `{status, data}`, as the services that
 * ran wrote it, under every other path.
 */
export type AnswerShape = 'specification' | 'original'

/** The answer to a request for ether or for a meta-transaction. */
export function transactionAnswer(outcome: Outcome, shape: AnswerShape): object {
  if (outcome.kind === 'tried') return triedAnswer(outcome.wei, shape)
  const { hash } = outcome.entry
  const more = endOf(outcome.entry)
  if (shape === 'specification') return { txHash: hash, ...more }
  // Old wallets look for the hash of a top-up in `message`.
  const message = outcome.entry.kind === 'fund' ? { message: { txHash: hash } } : {}
  return { status: 'success', data: hash, ...message, ...more }
}

/** The answer about an identity; there is one shape of it. */
export function identityAnswer(outcome: Outcome, chainId: bigint): object {
  if (outcome.kind === 'tried') return triedAnswer(outcome.wei, 'original')
  const { entry } = outcome
  const data = {
    identity: entry.identity ?? null,
    managerType: MANAGER_TYPE,
    managerAddress: entry.to,
    blockchain: `0x${chainId.toString(16)}`,
    txHash: entry.hash,
  }
  return { status: 'success', data, ...endOf(entry) }
}

function triedAnswer(wei: bigint, shape: AnswerShape): object {
  const tried = { dryRun: true, cost: wei.toString() }
  return shape === 'specification' ? tried : { status: 'success', data: null, ...tried }
}

function endOf({ state }: OutboxEntry): { readonly succeeded?: boolean } {
  return state === 'succeeded' || state === 'reverted' ? { succeeded: state === 'succeeded' } : {}
}

/** An error answer, in either shape: `{status: "error", code, message}`, and `details` where there are any. */
export function refuse(c: Context<SponsorEnv>, refusal: Refusal): Response {
  const { code, message, facts, status, retryAfter } = refusal
  c.set('refusal', code)
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  const details = Object.keys(facts).length === 0 ? {} : { details: facts }
  return c.json({ status: 'error', code, message, ...details }, status)
}

/** What a sender may know of an error; undefined where it is a failure of the sponsor's own. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (isUportError(error, 'RPC_FAILED') || isUportError(error, 'RPC_WRONG_CHAIN'))
    return new Refusal('NODE_UNAVAILABLE', "the chain's node did not answer as it should: try again", {
      retryAfter: 5,
      cause: error,
    })
  return undefined
}
