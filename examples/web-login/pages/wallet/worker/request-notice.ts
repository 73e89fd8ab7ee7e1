import { type DidResolver, decodeJwt, isUportError, parseRequestUri, verifyJwt } from '@uport-kit/core'
import type { PendingRecord } from '@uport-kit/wallet'
import { nameOf } from '../session/known-names.ts'
import { shortDid } from '../text/did-text.ts'

/** What a notification shows. It may lie on a locked screen: who asks, and nothing of what is asked. */
export interface RequestNotice {
  readonly title: string
  readonly body: string
  /** A later notification of the same one takes the place of the earlier. */
  readonly tag: string
  /** Where a click leads. */
  readonly path: string
}

export interface NoticeParts {
  readonly resolver: DidResolver
  /** What those who were answered before called themselves, by folded DID. */
  readonly names: ReadonlyMap<string, string>
  /** Unix seconds. */
  readonly now: number
  /** The wallet's own DIDs. */
  readonly identities: readonly string[]
}

/** Bounds the time of a worker that was woken: browsers end it after half a minute. */
const VERIFY_MS = 8000

const TO_DO = 'Open the wallet to see what is asked. Nothing leaves it before you agree.'

/**
 * Says who asks where that is proven, else only that somebody does. A name is what the sender chose: it stands in the body, beside
 * the sender's DID, and never in the title, which is read alone.
 */
export async function requestNotice(record: PendingRecord, parts: NoticeParts): Promise<RequestNotice> {
  const issuer = await provenIssuer(record, parts)
  const name = issuer === undefined ? undefined : nameOf(parts.names, issuer)
  const did = issuer === undefined ? undefined : shortDid(issuer)
  const claim = name === undefined ? '' : `, which calls itself “${name}”: nobody has proven that name`
  return {
    title: 'A request waits for you',
    body: did === undefined ? TO_DO : `From ${did}${claim}. ${TO_DO}`,
    tag: `request ${record.id}`,
    path: requestPath(record.id),
  }
}

/** For when something was sent and could not be fetched. */
export const UNFETCHED_NOTICE: RequestNotice = {
  title: 'A request was sent to you',
  body: 'Open the wallet to fetch it.',
  tag: 'unfetched',
  path: '/',
}

/** Browsers demand a word for each wake-up call, also where a window was faster. */
export const NOTHING_NOTICE: RequestNotice = {
  title: 'Nothing waits for you',
  body: 'A request was sent to you, and is done with already.',
  tag: 'nothing',
  path: '/',
}

/** Where the wallet shows a request that waits. */
export function requestPath(id: string): string {
  return `/request/${encodeURIComponent(id)}`
}

async function provenIssuer(record: PendingRecord, parts: NoticeParts): Promise<string | undefined> {
  try {
    const parsed = parseRequestUri(record.uri)
    if (!('jwt' in parsed) || typeof parsed.jwt !== 'string') return undefined
    const audience = decodeJwt(parsed.jwt).payload['aud'] === undefined ? {} : { audience: parts.identities }
    const rules = { resolver: parts.resolver, now: parts.now, ...audience }
    const { issuer } = await verifyJwt(parsed.jwt, rules, { signal: AbortSignal.timeout(VERIFY_MS) })
    return issuer
  } catch (error) {
    if (isUportError(error) || error instanceof DOMException) return undefined
    throw error
  }
}
