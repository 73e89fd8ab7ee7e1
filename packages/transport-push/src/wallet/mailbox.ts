import {
  type BoxEnvelope,
  type Clock,
  decodeJwt,
  isUportError,
  type Options,
  parseRequestUri,
  sameDid,
} from '@uport-kit/core'
import { parsePushBox, parsePushMessage } from '../push-message.ts'
import { boxKeyName, type PushGrantRecord, type PushGrants } from './push-grants.ts'

/** A message as it waits in a mailbox. */
export interface MailboxMessage {
  readonly cursor: number
  /** Absent where it is none. */
  readonly box: BoxEnvelope | undefined
}

/** The mailbox of one grant, as its owner sees it. */
export class Mailbox {
  readonly grant: PushGrantRecord
  readonly #grants: PushGrants

  constructor(grants: PushGrants, grant: PushGrantRecord) {
    this.#grants = grants
    this.grant = grant
  }

  get clock(): Clock {
    return this.#grants.clock
  }

  /**
   * What waits.
   *
   * @param wait seconds that the server holds its answer while there is nothing
   * @returns `gone` where the server has no such mailbox; undefined for what is no answer of such a server
   * @throws UportError `PUSH_INBOX_FAILED`, the codes of the key store
   */
  async read(wait: number, options: Options): Promise<readonly MailboxMessage[] | 'gone' | undefined> {
    const { id, did } = this.grant
    const path = `/i/${id}?wait=${wait}`
    const text = await this.#grants.client.ask({ method: 'GET', path, did, wait }, options)
    return text === undefined ? 'gone' : parseMailbox(text)
  }

  /** Tells the server that the messages up to a cursor are stored here: it drops them, and tells who sent them. */
  async acknowledge(cursor: number): Promise<void> {
    const { id, did } = this.grant
    await this.#grants.client.ask({ method: 'POST', path: `/i/${id}/receipts`, did, body: { cursor } })
  }

  /** @returns undefined for what is no request of the grant's audience */
  async open(box: BoxEnvelope, options: Options): Promise<string | undefined> {
    const { boxKeys } = await this.#grants.identityOf(this.grant, options)
    try {
      const text = parsePushMessage(await boxKeys.open(boxKeyName(this.grant), box, options))
      return text !== undefined && isIssuedBy(text, this.grant.audience) ? text : undefined
    } catch (error) {
      // A key that is missing may come back; a box that does not open never will.
      if (isUportError(error, 'BOX_OPEN_FAILED') || isUportError(error, 'BOX_MALFORMED')) return undefined
      throw error
    }
  }
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
    return [{ cursor, box: parsePushBox(asRecord(body)['box']) }]
  })
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
