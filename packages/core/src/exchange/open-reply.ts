import { decodeUtf8 } from '../bytes/utf8.ts'
import { parseBoxEnvelope } from '../encryption/box.ts'
import { UportError } from '../errors/uport-error.ts'
import type { BoxKeys } from '../ports/box-keys.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyBody, ReplyParams } from '../ports/reply-channel.ts'

/**
 * `required`: a reply in clear is not taken, nor is a refusal: who knows where answers go, and not the request, ends nothing.
 * `preferred`: it is, and reported as not sealed; for old wallets, which also decline in clear.
 */
export type Sealing = 'required' | 'preferred'

/** A reply's parameters, and whether they came sealed to the request's box key. */
export interface OpenedReply {
  readonly params: ReplyParams
  readonly sealed: boolean
}

const MAX_MEMBERS = 16

/**
 * Opens a reply as it arrived.
 *
 * @throws UportError `REPLY_NOT_SEALED`, `REQUEST_REFUSED` (the reply is an error), `REPLY_MALFORMED`, box codes
 */
export async function openReply(
  body: ReplyBody,
  boxKeys: BoxKeys,
  requestId: string,
  sealing: Sealing,
  options: Options,
): Promise<OpenedReply> {
  const encrypted = Object.hasOwn(body, 'encrypted') ? body['encrypted'] : undefined
  const sealed = encrypted !== undefined
  const params = parseReplyParams(sealed ? await openSealed(encrypted, boxKeys, requestId, options) : body)
  if (!sealed && sealing === 'required') {
    throw new UportError(
      'REPLY_NOT_SEALED',
      "The reply came in clear; set sealing to 'preferred' to admit old wallets.",
    )
  }
  assertNotRefused(params)
  return { params, sealed }
}

async function openSealed(
  envelope: Json,
  boxKeys: BoxKeys,
  name: string,
  options: Options,
): Promise<JsonObject> {
  const bytes = await boxKeys.open(name, parseBoxEnvelope(envelope), options)
  const text = decodeUtf8(bytes)
  if (text === undefined) throw malformed('the sealed text is not UTF-8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed('the sealed text is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('it is not an object')
  return value as JsonObject
}

/** The text members of a reply; others carry no meaning on this wire and are left out. */
function parseReplyParams(body: JsonObject): ReplyParams {
  const entries = Object.entries(body)
  if (entries.length > MAX_MEMBERS) throw malformed('it has too many members')
  return Object.freeze(
    Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  )
}

/**
 * Whoever saw the request may have written it, who could as well answer as himself: a refusal ends an exchange, and never
 * counts as the person's word.
 */
function assertNotRefused(params: ReplyParams): void {
  const error = params['error']
  if (error === undefined) return
  const code = /^[a-z_]{1,40}$/.test(error) ? error : 'unspecified'
  throw new UportError(
    'REQUEST_REFUSED',
    'The request was refused at the wallet; ask again if that was a mistake.',
    {
      data: { error: code, authenticated: false },
    },
  )
}

function malformed(reason: string): UportError<'REPLY_MALFORMED'> {
  return new UportError('REPLY_MALFORMED', `The reply cannot be read: ${reason}.`, { data: { reason } })
}
