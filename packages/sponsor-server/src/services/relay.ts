import { decodeHex, encodeHex, isUportError, type JsonObject, keccak256 } from '@uport-kit/core'
import {
  ANY_SENDER,
  metaTransactionPreimage,
  type ParsedMetaTransaction,
  parseMetaTransaction,
  relayCallData,
  verifyMetaTransaction,
} from '@uport-kit/core/ethereum'
import type { Payment } from '../outbox/outbox-entry.ts'
import { Refusal } from '../refusal.ts'
import type { FuelToken } from '../tokens/fuel-token.ts'
import { type Body, readNumber, readTerms, requireChain, requireMember } from './members.ts'
import { awaitOutcome, type Outcome, pay, requireSubject, type Sponsor, type Terms } from './sponsor.ts'
import { tryCall } from './try-call.ts'

/** `getNonce(address)` of `TxRelay`. */
const GET_NONCE = '0x2d0335ab'
const WORD = /^0x[0-9a-f]{64}$/

/**
 * A meta-transaction does not carry its nonce, so the signature is tried with those that it could be: so many before the
 * chain's (sent before), and so many after the next (sent too early).
 */
const NONCES_BACK = 8n
const NONCES_AHEAD = 4n

/**
 * Sends a meta-transaction through the `TxRelay` and pays for it.
 *
 * @throws Refusal
 */
export async function relay(
  sponsor: Sponsor,
  token: FuelToken,
  body: Body,
  signal: AbortSignal,
): Promise<Outcome> {
  const terms = readTerms(sponsor, body, signal)
  const { txRelay, destinations } = sponsor.contracts
  if (txRelay === undefined) throw new Refusal('NOT_OFFERED', 'this sponsor relays no meta-transactions')
  const signed = readMetaTransaction(requireMember(body, 'metaSignedTx'))
  requireChain(sponsor, body)
  const metaNonce = readNumber(body, 'metaNonce')
  if (signed.relay !== txRelay)
    throw new Refusal('RELAY_UNKNOWN', `the sponsor sends through the TxRelay ${txRelay} only`)
  requireSubject(token, signed.sender, 'the claimed address')
  if (destinations !== undefined && !destinations.has(signed.destination))
    throw new Refusal('DESTINATION_NOT_ALLOWED', 'the sponsor does not pay for calls of this contract')
  const outcome = await sponsor.senders.run(signed.sender, () =>
    relayNext(sponsor, token, { signed, txRelay, metaNonce }, terms),
  )
  return awaitOutcome(sponsor, outcome, terms)
}

function readMetaTransaction(text: unknown): ParsedMetaTransaction {
  try {
    return parseMetaTransaction(text)
  } catch (cause) {
    if (!isUportError(cause, 'META_TRANSACTION_INVALID')) throw cause
    throw new Refusal('META_TRANSACTION_INVALID', cause.message, {
      facts: { reason: cause.data.reason },
      cause,
    })
  }
}

interface Asked {
  readonly signed: ParsedMetaTransaction
  readonly txRelay: string
  readonly metaNonce: bigint | undefined
}

async function relayNext(sponsor: Sponsor, token: FuelToken, asked: Asked, terms: Terms): Promise<Outcome> {
  const { signed, txRelay } = asked
  const { outbox, limits } = sponsor
  const mined = await readNonce(sponsor, txRelay, signed.sender, terms)
  const waiting = outbox.pendingOf(signed.sender).filter(({ kind }) => kind === 'meta')
  const next = nextNonce(mined, new Set(waiting.map(({ metaNonce }) => metaNonce)))
  const nonce = findNonce(asked, mined, next)
  const id = metaId(signed, txRelay, nonce)
  const known = await outbox.find(id)
  if (known?.state === 'reverted')
    throw new Refusal(
      'META_TRANSACTION_FAILED',
      `it was sent and failed on the chain (${known.hash}): sign another`,
    )
  if (known !== undefined && known.state !== 'lost') return { kind: 'sent', entry: known }
  requireNext(nonce, mined, next)
  if (waiting.length >= limits.maxPendingPerAccount)
    throw new Refusal(
      'TOO_MANY_PENDING',
      `${waiting.length} meta-transactions of this account wait for a block`,
      {
        retryAfter: 5,
      },
    )
  const data = relayCallData(signed)
  const behind = nonce === mined ? undefined : { overrides: supposeNonce(txRelay, signed.sender, nonce) }
  const gasLimit = await tryCall(sponsor, { to: txRelay, data }, terms.signal, behind)
  const { sender } = signed
  const payment: Payment = {
    id,
    kind: 'meta',
    sender,
    to: txRelay,
    data,
    value: 0n,
    gasLimit,
    metaNonce: nonce,
  }
  return pay(sponsor, token, payment, terms)
}

/** The sender's counter in the contract; undefined members are no answer of a `TxRelay`. */
async function readNonce(
  { chain, address }: Sponsor,
  txRelay: string,
  sender: string,
  { signal }: Terms,
): Promise<bigint> {
  const data = GET_NONCE + word(BigInt(sender))
  const answer = await chain.read({ from: address, to: txRelay, data }, 'latest', { signal })
  if (!WORD.test(answer)) throw new Refusal('NOT_OFFERED', 'there is no TxRelay at the configured address')
  return BigInt(answer)
}

/** The storage of a `TxRelay` in which it is the nonce's turn: counters are the mapping of its first slot. */
function supposeNonce(txRelay: string, sender: string, nonce: bigint): JsonObject {
  const slot = keccak256(decodeHex(word(BigInt(sender)) + word(0n)) ?? new Uint8Array())
  return { [txRelay]: { stateDiff: { [`0x${encodeHex(slot)}`]: `0x${word(nonce)}` } } }
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, '0')
}

function nextNonce(mined: bigint, waiting: ReadonlySet<bigint | undefined>): bigint {
  let next = mined
  while (waiting.has(next)) next += 1n
  return next
}

/** The nonce that the signature fits. What the request says of it is tried first, and believed no further. */
function findNonce({ signed, txRelay, metaNonce }: Asked, mined: bigint, next: bigint): bigint {
  const first = mined > NONCES_BACK ? mined - NONCES_BACK : 0n
  const candidates = new Set(metaNonce === undefined ? [next] : [metaNonce, next])
  for (let nonce = next + NONCES_AHEAD; nonce >= first; nonce--) candidates.add(nonce)
  for (const nonce of candidates) if (fits(signed, txRelay, nonce)) return nonce
  throw new Refusal(
    'META_SIGNATURE_INVALID',
    `MetaTx signature invalid: nonce ${next} is next for this account`,
    {
      facts: { nonce: next.toString() },
    },
  )
}

function fits(signed: ParsedMetaTransaction, txRelay: string, nonce: bigint): boolean {
  // What does not fit into 32 bytes is nobody's nonce.
  if (nonce >= 1n << 256n) return false
  try {
    verifyMetaTransaction(signed, { relay: txRelay, nonce })
    return true
  } catch (error) {
    if (isUportError(error, 'META_TRANSACTION_INVALID')) return false
    throw error
  }
}

function requireNext(nonce: bigint, mined: bigint, next: bigint): void {
  const facts = { nonce: nonce.toString(), next: next.toString() }
  if (nonce < mined)
    throw new Refusal('META_NONCE_USED', `nonce ${nonce} is used: ${next} is next for this account`, {
      facts,
    })
  if (nonce < next)
    throw new Refusal('META_NONCE_TAKEN', `another meta-transaction with nonce ${nonce} waits for a block`, {
      facts,
    })
  if (nonce > next)
    throw new Refusal('META_NONCE_GAP', `nonce ${next} comes first: send that, then this again`, {
      facts,
      retryAfter: 1,
    })
}

/** A hash of what was signed: the signature has two spellings, what it says has one. */
function metaId(signed: ParsedMetaTransaction, txRelay: string, nonce: bigint): string {
  const { destination, data, whitelistOwner = ANY_SENDER } = signed
  const preimage = metaTransactionPreimage({ relay: txRelay, whitelistOwner, nonce, destination, data })
  return `meta/${encodeHex(keccak256(preimage))}`
}
