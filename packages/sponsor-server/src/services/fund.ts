import { type ParsedTransaction, parseSignedTransaction } from '@uport-kit/core/ethereum'
import { currentPrice } from '../outbox/fee-policy.ts'
import type { Payment } from '../outbox/outbox-entry.ts'
import { Refusal } from '../refusal.ts'
import { formatWei } from '../sponsor-budgets.ts'
import type { FuelToken } from '../tokens/fuel-token.ts'
import { type Body, readTerms, requireChain, requireMember } from './members.ts'
import {
  awaitOutcome,
  type Outcome,
  pay,
  requireGas,
  requireSubject,
  type Sponsor,
  type Terms,
} from './sponsor.ts'
import { tryCall, wouldRevert } from './try-call.ts'

/**
 * Gives an account the ether that its signed transaction needs. Twentieths and halves are of the gas alone: the value is
 * counted as it is.
 *
 * @throws Refusal
 */
export async function fund(
  sponsor: Sponsor,
  token: FuelToken,
  body: Body,
  signal: AbortSignal,
): Promise<Outcome> {
  const terms = readTerms(sponsor, body, signal)
  const transaction = readTransaction(requireMember(body, 'tx'))
  requireChain(sponsor, body)
  if (transaction.chainId !== undefined && transaction.chainId !== sponsor.chainId)
    throw new Refusal('TX_INVALID', 'tx is signed for another chain')
  requireSubject(token, transaction.from, 'tx.from')
  requireGas(sponsor, transaction.gasLimit)
  const outcome = await sponsor.senders.run(transaction.from, () => topUp(sponsor, token, transaction, terms))
  return awaitOutcome(sponsor, outcome, terms)
}

function readTransaction(tx: unknown): ParsedTransaction {
  const text = typeof tx === 'string' && !tx.startsWith('0x') ? `0x${tx}` : tx
  const transaction = parseSignedTransaction(text)
  if (transaction !== undefined) return transaction
  throw new Refusal('TX_INVALID', 'tx is not a signed transaction in hex, or its signature is wrong')
}

async function topUp(
  sponsor: Sponsor,
  token: FuelToken,
  transaction: ParsedTransaction,
  terms: Terms,
): Promise<Outcome> {
  const { from, hash } = transaction
  const id = `fund/${hash}`
  const known = await sponsor.outbox.find(id)
  if (known !== undefined && known.state !== 'lost') return { kind: 'sent', entry: known }
  const options = { signal: terms.signal }
  const [balance, nonce, fees] = await Promise.all([
    sponsor.chain.balance(from, 'latest', options),
    sponsor.chain.nonce(from, 'latest', options),
    sponsor.chain.fees(options),
  ])
  if (transaction.nonce < nonce)
    throw new Refusal('TX_NONCE_USED', 'tx.nonce is used: the transaction is on the chain, or can never be')
  requirePrice(sponsor, transaction, currentPrice(fees))
  const value = missingEther(sponsor, transaction, balance + promisedTo(sponsor, from))
  await tryTransaction(sponsor, transaction, options)
  const call = { to: from, value: `0x${value.toString(16)}` }
  const gasLimit = await tryCall(sponsor, call, terms.signal)
  const payment: Payment = { id, kind: 'fund', sender: from, to: from, data: '0x', value, gasLimit }
  return pay(sponsor, token, payment, terms)
}

/** Ether that is under way to the account. */
function promisedTo({ outbox }: Sponsor, address: string): bigint {
  const funds = outbox.pendingOf(address).filter(({ kind }) => kind === 'fund')
  return funds.reduce((sum, { value }) => sum + value, 0n)
}

function requirePrice({ limits }: Sponsor, { gasPrice }: ParsedTransaction, network: bigint): void {
  // Whole millionths, since factors may be fractions.
  const most = (network * BigInt(Math.round(limits.maxPriceFactor * 1_000_000))) / 1_000_000n
  if (gasPrice <= most) return
  const facts = { gasPrice: gasPrice.toString(), most: most.toString() }
  throw new Refusal('GAS_PRICE_TOO_HIGH', 'tx.gasPrice too high. Not funding.', { facts })
}

function missingEther({ budgets }: Sponsor, transaction: ParsedTransaction, balance: bigint): bigint {
  const { gasPrice, gasLimit, value } = transaction
  const gas = gasPrice * gasLimit
  if (balance >= (gas * 21n) / 20n + value) {
    const facts = { balance: balance.toString(), needed: (gas + value).toString() }
    const text = `enough balance. Not sending funds: ${formatWei(balance)} is there, ${formatWei(gas + value)} is needed`
    throw new Refusal('BALANCE_ENOUGH', text, { facts })
  }
  const missing = (gas * 3n) / 2n + value - balance
  if (missing <= budgets.perTopUp) return missing
  const facts = { needed: missing.toString(), most: budgets.perTopUp.toString() }
  const text = `the transaction needs ${formatWei(missing)}; the sponsor gives ${formatWei(budgets.perTopUp)} at once`
  throw new Refusal('TOP_UP_TOO_LARGE', text, { facts })
}

/** Tries the account's own transaction as if it had the ether already. A node that cannot suppose so tells nothing. */
async function tryTransaction(
  { chain }: Sponsor,
  { from, to, data, value, gasPrice, gasLimit }: ParsedTransaction,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  const trial = { from, ...(to === undefined ? {} : { to }), data, value: `0x${value.toString(16)}` }
  const balance = `0x${(gasPrice * gasLimit + value).toString(16)}`
  try {
    await chain.read(trial, 'latest', options, { [from]: { balance } })
  } catch (error) {
    const refusal = wouldRevert(error)
    if (refusal !== undefined) throw refusal
  }
}
