import { type Options, parseRequestUri, UportError } from '@uport-kit/core'
import type { Answering } from './answer-signed.ts'
import { askPerson } from './ask-person.ts'
import { createUnsignedScreen } from './create-screen.ts'
import type { PendingRecord } from './state/pending-requests.ts'
import type { WalletOutcome } from './wallet-outcome.ts'

/** Seconds that an unsigned request may be shown: it names no end. */
const LIFETIME = 600

/**
 * Shows a request that nobody signed as such, and hands it to the application when the person approved. Nobody is
 * answered: where the answer would go is unsigned, too.
 *
 * @throws UportError `REQUEST_UNSIGNED` where the application takes none
 */
export async function answerUnsigned(
  record: PendingRecord,
  { parts, state, clock }: Answering,
  options: Options,
): Promise<WalletOutcome> {
  const { id, uri, arrival } = record
  const request = parseRequestUri(uri)
  if (!('unsigned' in request)) throw new TypeError('answerUnsigned: the request is signed')
  if (parts.unsignedRequests === undefined) {
    throw new UportError('REQUEST_UNSIGNED', 'Nobody signed this request, and this wallet takes none such.', {
      data: { kind: request.kind },
    })
  }
  const identity = await state.identities.forRequester(undefined, options)
  const expiresAt = clock.now() + LIFETIME
  const screen = createUnsignedScreen({ id, request, arrival, identity, expiresAt })
  const { decision } = await askPerson(parts.prompt, screen, clock, options)
  if (decision === 'approve') await parts.unsignedRequests(request, { ...options, identity })
  // Nobody waits for an answer, so nobody is told that there is none.
  const isOver = decision === 'decline' || decision === 'fail'
  const kind = decision === 'approve' ? 'approved' : isOver ? 'declined' : 'later'
  if (kind !== 'later') await state.activity.end(record, { kind, requestType: request.kind })
  return { id, decision: kind, delivered: kind !== 'later' }
}
