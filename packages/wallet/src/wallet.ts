import {
  type Clock,
  type IncomingRequest,
  isUportError,
  type Options,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { type Answering, answerSigned } from './answer-signed.ts'
import { answerUnsigned } from './answer-unsigned.ts'
import { readRequests } from './read-requests.ts'
import { type RunOptions, runWallet } from './run-wallet.ts'
import { defaultScreens } from './screens/default-screens.ts'
import type { Accounts } from './state/accounts.ts'
import type { ActivityLog } from './state/activity-log.ts'
import type { Credentials } from './state/credentials.ts'
import type { Identities } from './state/identities.ts'
import type { Networks } from './state/networks.ts'
import type { SettledAnswer } from './state/outbox.ts'
import type { PendingRecord, PendingRequests } from './state/pending-requests.ts'
import type { WalletOutcome } from './wallet-outcome.ts'
import type { WalletParts } from './wallet-parts.ts'
import { createWalletState, type WalletState } from './wallet-state.ts'

/** Codes of a host's own mistake: the request is not to blame and stays in the queue. */
const HOST_MISTAKES: ReadonlySet<string> = new Set(['WALLET_DECISION_INVALID', 'ESSENTIAL_CLAIMS_MISSING'])

/** What fails on the wallet's own side, its keys, its store or its chains says nothing about the request. */
const KEEPS_REQUEST = /^(?:KEY_|WALLET_|ACCOUNT_|TRANSACTION_|RPC_|FILE_STORE_|BROWSER_STOR)/

/**
 * A headless user agent: takes requests in, verifies them, asks its host, and answers each one once. It shows nothing
 * itself and never answers without a decision.
 */
export class Wallet {
  readonly identities: Identities
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly networks: Networks
  readonly pending: PendingRequests
  readonly activity: ActivityLog
  readonly #parts: WalletParts
  readonly #state: WalletState
  readonly #answering: Answering
  readonly #clock: Clock
  /** One screen at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  /** The request whose turn it is. */
  #inHand: string | undefined
  /** Runs under way, which hear of each answer that has not arrived. */
  readonly #runs = new Set<() => void>()

  /** @throws TypeError without a prompt: a wallet that cannot ask must not answer; or where a limit is out of range */
  constructor(parts: WalletParts) {
    if (typeof parts.prompt?.ask !== 'function') {
      throw new TypeError('Wallet: give it a prompt, for it asks before it answers')
    }
    const clock = parts.clock ?? systemClock()
    const state = createWalletState(parts, clock)
    this.#parts = parts
    this.#clock = clock
    this.#state = state
    this.#answering = { parts, state, clock, screens: parts.screens ?? defaultScreens }
    this.identities = state.identities
    this.accounts = state.accounts
    this.credentials = state.credentials
    this.networks = state.networks
    this.pending = state.pending
    this.activity = state.activity
  }

  /**
   * Takes a request into the queue: reads it, fetches it where it is only referred to, stores it, and acknowledges it
   * then. A request that waits already is not stored again. What can never be read is acknowledged, too, so that it
   * does not come again.
   *
   * @returns one record, or several for a deprecated link with several credentials
   * @throws UportError `REQUEST_MALFORMED`, `REQUEST_ALREADY_ANSWERED`, `WALLET_FULL`, the codes of fetchers
   */
  async receive(request: string | IncomingRequest, options: Options = {}): Promise<readonly PendingRecord[]> {
    const incoming = asIncoming(request)
    try {
      const records = await this.#store(incoming, options)
      await incoming.acknowledge()
      return records
    } catch (error) {
      if (isUportError(error) && !error.retryable) {
        await this.activity.add({
          kind: 'rejected',
          requestId: '',
          arrival: incoming.arrival,
          code: error.code,
        })
        await incoming.acknowledge()
      }
      throw error
    }
  }

  /**
   * Verifies a request of the queue, asks the person, answers. One request is shown at a time; calls wait for their turn.
   * What can never be answered leaves the queue; what failed for the moment, or by the host's mistake, stays in it.
   *
   * @throws UportError `REQUEST_UNKNOWN`, `REQUEST_UNSIGNED`, `REQUEST_ALREADY_ANSWERED`, `REQUEST_EXPIRED`,
   * `REQUEST_TYPE_UNSUPPORTED`, `REQUEST_INVALID`, `WALLET_DECISION_INVALID`, `ESSENTIAL_CLAIMS_MISSING`, the codes of
   * `verifyJwt`, of resolvers, key stores and senders; what the prompt rejects with
   */
  answer(id: string, options: Options = {}): Promise<WalletOutcome> {
    const turn = this.#turn.then(() => this.#answer(id, options))
    this.#turn = turn.then(
      ({ decision, delivered }) => {
        if (decision === 'later' || delivered) return
        for (const tell of [...this.#runs]) tell()
      },
      () => undefined,
    )
    return turn
  }

  /** Takes a request in and answers it: `receive`, then `answer` for each. */
  async handle(request: string | IncomingRequest, options: Options = {}): Promise<readonly WalletOutcome[]> {
    const outcomes: WalletOutcome[] = []
    for (const { id } of await this.receive(request, options)) outcomes.push(await this.answer(id, options))
    return outcomes
  }

  /** Tries to deliver the answers that are decided and have not arrived. Resolves with how many still wait. */
  async deliver(options: Options = {}): Promise<number> {
    const lost = await this.#state.outbox.flush(async ({ id, decision }) => {
      // Who is at it writes down the ending; who died while it was sent has left the request in the queue.
      const record = this.#inHand === id ? undefined : await this.pending.get(id)
      if (record !== undefined) await this.#settle(record, decision)
    }, options)
    for (const requestId of lost) await this.activity.add({ kind: 'unsent', requestId })
    return (await this.#state.outbox.ids(options)).length
  }

  /** Ids of the requests whose answers are decided and have not arrived: `deliver` tries them again. */
  undelivered(options: Options = {}): Promise<readonly string[]> {
    return this.#state.outbox.ids(options)
  }

  /**
   * Waits for what becomes of the transactions that were sent: the activity log tells it. Those that another call waits for
   * are left to it. Resolves with how many are still under way: call it again later.
   */
  follow(options: Options = {}): Promise<number> {
    return this.#state.transactions.follow(options)
  }

  /**
   * Runs the wallet until the signal aborts: delivers what is left over, answers what waits, reads the intakes, and follows
   * transactions.
   * Resolves when it has stopped.
   *
   * @throws what an intake or the host failed with, unless `onError` takes it
   */
  run(options: RunOptions): Promise<void> {
    const onUndelivered = (tell: () => void): (() => void) => {
      this.#runs.add(tell)
      return () => this.#runs.delete(tell)
    }
    return runWallet(this, this.#parts.intakes ?? [], { clock: this.#clock, onUndelivered }, options)
  }

  async #store(incoming: IncomingRequest, options: Options): Promise<readonly PendingRecord[]> {
    const requests = await readRequests(incoming, this.#parts.fetchers ?? [], options)
    const records: PendingRecord[] = []
    for (const request of requests) {
      if (await this.#state.answered.has(request.id, options)) continue
      const { record, added } = await this.pending.add(request, options)
      records.push(record)
      if (added) {
        await this.activity.add({ kind: 'received', requestId: record.id, arrival: record.arrival })
      }
    }
    if (records.length > 0) return records
    throw new UportError(
      'REQUEST_ALREADY_ANSWERED',
      'This request was answered before; a wallet answers once.',
    )
  }

  async #answer(id: string, options: Options): Promise<WalletOutcome> {
    const record = await this.pending.get(id, options)
    if (record === undefined) {
      throw new UportError('REQUEST_UNKNOWN', 'No such request waits; it was answered, or never came.')
    }
    try {
      const outcome = await this.#decide(record, options)
      if (outcome.decision !== 'later') await this.pending.remove(id)
      return outcome
    } catch (error) {
      if (isUportError(error) && isFinal(error)) await this.#drop(record, error)
      throw error
    } finally {
      this.#inHand = undefined
    }
  }

  async #decide(record: PendingRecord, options: Options): Promise<WalletOutcome> {
    // A wallet that died between deciding and clearing its queue finds the request here, decided.
    if (await this.#state.answered.has(record.id, options)) {
      throw new UportError(
        'REQUEST_ALREADY_ANSWERED',
        'This request was answered before; a wallet answers once.',
      )
    }
    this.#inHand = record.id
    return record.signed
      ? answerSigned(record, this.#answering, options)
      : answerUnsigned(record, this.#answering, options)
  }

  /** Writes down the ending of a request that was decided before this wallet was started. */
  async #settle(record: PendingRecord, kind: SettledAnswer['decision']): Promise<void> {
    if (await this.pending.remove(record.id)) await this.activity.noteEnd(record, { kind })
  }

  async #drop(record: PendingRecord, { code }: UportError): Promise<void> {
    const { id } = record
    const decision = code === 'REQUEST_ALREADY_ANSWERED' ? await this.#state.outbox.decisionOf(id) : undefined
    if (decision !== undefined) return this.#settle(record, decision)
    const isRemoved = await this.pending.remove(id)
    // Its answer has arrived meanwhile, which is written down.
    if (code === 'REQUEST_ALREADY_ANSWERED' && !isRemoved) return
    const isExpired = code === 'REQUEST_EXPIRED' || code === 'JWT_EXPIRED'
    const kind = isExpired ? 'expired' : code === 'REPLY_NOT_DELIVERED' ? 'unsent' : 'rejected'
    await this.activity.noteEnd(record, { kind, code })
  }
}

/** Whether the same request could never be answered later. */
function isFinal({ code, retryable }: UportError): boolean {
  return !retryable && !HOST_MISTAKES.has(code) && !KEEPS_REQUEST.test(code)
}

function asIncoming(request: string | IncomingRequest): IncomingRequest {
  return typeof request === 'string'
    ? { text: request, arrival: 'paste', acknowledge: async () => {} }
    : request
}
