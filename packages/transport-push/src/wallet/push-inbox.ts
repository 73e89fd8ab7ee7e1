import {
  type BoxEnvelope,
  decodeJwt,
  type IncomingRequest,
  type Intake,
  isUportError,
  type Options,
  parseBoxEnvelope,
  parseRequestUri,
  sameDid,
} from '@uport-kit/core'
import { pause } from '../pause.ts'
import { parsePushMessage } from '../push-message.ts'
import { Handover } from './handover.ts'
import { boxKeyName, type PushGrantRecord, type PushGrants } from './push-grants.ts'

export interface PushInboxOptions {
  readonly grants: PushGrants
  /** Seconds that the server holds a question while nothing comes. Default 25. */
  readonly wait?: number | undefined
  /** Seconds before what failed for the moment is tried again. Default 5. */
  readonly retry?: number | undefined
}

interface MailboxMessage {
  readonly cursor: number
  readonly box: BoxEnvelope | undefined
}

/**
 * The wallet's way in for pushed requests: waits at the mailbox of every grant at once, opens what comes, and hands it on. A message
 * leaves the server when the wallet acknowledged it, so none is lost to a crash; what cannot be read, or was not issued by
 * whom the grant is for, is dropped.
 */
export class PushInbox implements Intake {
  readonly id = 'push'
  readonly #grants: PushGrants
  readonly #wait: number
  readonly #retry: number

  /** @throws TypeError where a time is no positive number */
  constructor({ grants, wait = 25, retry = 5 }: PushInboxOptions) {
    if (!(wait >= 1 && wait <= 60 && retry > 0))
      throw new TypeError('wait is 1 to 60 seconds, retry more than 0')
    this.#grants = grants
    this.#wait = Math.ceil(wait)
    this.#retry = retry
  }

  /**
   * Ends when the signal aborts.
   *
   * @throws from its iteration: what the wallet's stores reject with, where that is no UportError
   */
  async *requests(options: Options = {}): AsyncGenerator<IncomingRequest, void> {
    if (options.signal?.aborted === true) return
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
    const handover = new Handover<IncomingRequest>()
    const end = (): void => handover.end()
    signal.addEventListener('abort', end)
    const readers = new Map<string, Promise<void>>()
    const refresh = async (): Promise<void> => {
      for (const grant of await this.#grants.list({ signal })) {
        if (readers.has(grant.id)) continue
        const reader = this.#read(grant, handover, signal).finally(() => readers.delete(grant.id))
        readers.set(grant.id, reader)
        reader.catch((error: unknown) => fail(error))
      }
    }
    const fail = (error: unknown): void => {
      if (!signal.aborted) handover.end(error)
    }
    const unwatch = this.#grants.watch(() => void refresh().catch(fail))
    try {
      await refresh()
      yield* handover.take()
    } finally {
      unwatch()
      signal.removeEventListener('abort', end)
      stop.abort()
      handover.end()
      await Promise.allSettled(readers.values())
    }
  }

  /** Reads one mailbox until it is gone, its grant has ended or the signal aborts. */
  async #read(
    grant: PushGrantRecord,
    handover: Handover<IncomingRequest>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#grants
    while (!signal.aborted && grant.expiresAt > clock.now()) {
      const state = await this.#turn(grant, handover, signal).catch(tryAgainIfCoded)
      if (state === 'gone') return
      if (state === 'again') await pause(clock, this.#retry, signal)
    }
  }

  /** Asks once and hands on what came. */
  async #turn(
    grant: PushGrantRecord,
    handover: Handover<IncomingRequest>,
    signal: AbortSignal,
  ): Promise<'done' | 'again' | 'gone'> {
    const messages = await this.#ask(grant, signal)
    if (messages === 'gone') return 'gone'
    const isDone = messages !== undefined && (await this.#handOn(grant, messages, handover, signal))
    return isDone ? 'done' : 'again'
  }

  /** @returns undefined for what is no answer of such a server */
  async #ask(
    { id, did }: PushGrantRecord,
    signal: AbortSignal,
  ): Promise<readonly MailboxMessage[] | 'gone' | undefined> {
    const path = `/i/${id}?wait=${this.#wait}`
    const text = await this.#grants.client.ask({ method: 'GET', path, did, wait: this.#wait }, { signal })
    return text === undefined ? 'gone' : parseMailbox(text)
  }

  /** In their order. @returns false where one was not acknowledged: it comes again, with all that follow it */
  async #handOn(
    grant: PushGrantRecord,
    messages: readonly MailboxMessage[],
    handover: Handover<IncomingRequest>,
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const { cursor, box } of messages) {
      const text = box === undefined ? undefined : await this.#open(grant, box, signal)
      let isAcknowledged = false
      const acknowledge = async (): Promise<void> => {
        await this.#acknowledge(grant, cursor)
        isAcknowledged = true
      }
      if (text === undefined) await acknowledge()
      else await handover.give({ arrival: 'push', text, acknowledge })
      if (!isAcknowledged) return false
    }
    return true
  }

  async #acknowledge({ id, did }: PushGrantRecord, cursor: number): Promise<void> {
    const path = `/i/${id}/receipts`
    await this.#grants.client.ask({ method: 'POST', path, did, body: { cursor } })
  }

  /** @returns undefined for what is no request of the grant's audience */
  async #open(grant: PushGrantRecord, box: BoxEnvelope, signal: AbortSignal): Promise<string | undefined> {
    const { boxKeys } = await this.#grants.identityOf(grant, { signal })
    try {
      const text = parsePushMessage(await boxKeys.open(boxKeyName(grant), box, { signal }))
      return text !== undefined && isIssuedBy(text, grant.audience) ? text : undefined
    } catch (error) {
      // A key that is missing may come back; a box that does not open never will.
      if (isUportError(error, 'BOX_OPEN_FAILED') || isUportError(error, 'BOX_MALFORMED')) return undefined
      throw error
    }
  }
}

/**
 * A server that fails, an identity or a key that is not there: it may come back, and holds up no other mailbox. Anything else ends
 * the inbox.
 */
function tryAgainIfCoded(error: unknown): 'again' {
  if (isUportError(error)) return 'again'
  throw error
}

/** Whether a text holds a request, in full, that names this issuer. The wallet verifies it later. */
function isIssuedBy(text: string, issuer: string): boolean {
  try {
    const request = parseRequestUri(text)
    if (!('jwt' in request) || typeof request.jwt !== 'string') return false
    const { iss } = decodeJwt(request.jwt).payload
    return typeof iss === 'string' && sameDid(iss, issuer)
  } catch (error) {
    if (isUportError(error)) return false
    throw error
  }
}

/** The answer of the server; what is no message there has no box. @returns undefined for another answer */
function parseMailbox(text: string): readonly MailboxMessage[] | undefined {
  const { messages } = asRecord(parseJson(text))
  if (!Array.isArray(messages)) return undefined
  return messages.flatMap((message: unknown): MailboxMessage[] => {
    const { cursor, body } = asRecord(message)
    if (typeof cursor !== 'number' || !Number.isSafeInteger(cursor) || cursor < 1) return []
    return [{ cursor, box: boxOf(asRecord(body)['box']) }]
  })
}

function boxOf(value: unknown): BoxEnvelope | undefined {
  try {
    return parseBoxEnvelope(value)
  } catch (error) {
    if (isUportError(error)) return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
