import { UportError } from '../errors/uport-error.ts'
import type { Outcome, RequestFlow } from '../flows/flow.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyBody } from '../ports/reply-channel.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import { freezeOutcome } from './freeze-outcome.ts'
import { openReply, type Sealing } from './open-reply.ts'
import { replyHash } from './reply-hash.ts'
import type { RequesterParts } from './requester-parts.ts'
import { createVerifyContext, type JudgeOptions } from './verify-context.ts'

/** A reply that passed every check of the kernel; nothing is spent yet. */
export interface JudgedReply<Result extends Outcome> {
  readonly outcome: Result
  readonly hash: string
}

/** Judges one reply as it arrived: box, binding, signature, times, audience, content. Consumes nothing. */
export async function judgeReply<Result extends Outcome>(
  body: ReplyBody,
  record: PendingRequest,
  flow: RequestFlow<Result>,
  parts: RequesterParts,
  now: number,
  options: JudgeOptions,
): Promise<JudgedReply<Result>> {
  assertNotExpired(record, now)
  const sealing = sealingOf(record, parts)
  const { params, sealed } = await openReply(body, parts.identity.boxKeys, record.id, sealing, options)
  const context = createVerifyContext(record, flow, parts, { now, sealed }, options)
  const outcome = freezeOutcome(await flow.verifyReply(params, context))
  return { outcome, hash: replyHash(params) }
}

/** A token that gave no key to seal to (a credential) cannot be answered sealed, whatever the policy. */
function sealingOf(record: PendingRequest, { sealing = 'required' }: RequesterParts): Sealing {
  return decodeJwt(record.jwt).payload['boxPub'] === undefined ? 'preferred' : sealing
}

/** @throws UportError `REQUEST_EXPIRED` */
export function assertNotExpired({ expiresAt }: PendingRequest, now: number): void {
  if (now <= expiresAt) return
  throw new UportError('REQUEST_EXPIRED', 'The request has expired; make a new one.', {
    data: { expiresAt, now, rejected: 0 },
  })
}

/**
 * Spends the request: the last step, so that nothing invalid ever does.
 *
 * @throws UportError `REPLY_REPLAYED`, `REPLY_TOO_LATE`, `REQUEST_UNKNOWN`
 */
export async function consumeRequest(
  record: PendingRequest,
  hash: string,
  { requests }: RequesterParts,
  options: Options,
): Promise<void> {
  const result = await requests.consume(record.id, hash, options)
  if (result === 'won') return
  if (result === 'same')
    throw new UportError('REPLY_REPLAYED', 'This reply was taken before; it counts once.')
  if (result === 'lost') throw new UportError('REPLY_TOO_LATE', 'Another reply to this request was first.')
  throw unknownRequest()
}

export function unknownRequest(): UportError<'REQUEST_UNKNOWN'> {
  return new UportError('REQUEST_UNKNOWN', 'No such request waits here; make a new one.')
}
