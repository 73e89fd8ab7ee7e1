import {
  createRequestUri,
  decodeJwt,
  type IncomingRequest,
  type Options,
  parseRequestUri,
  type RequestFetcher,
  sha256Base64url,
  UportError,
} from '@uport-kit/core'
import type { PendingRecord } from './state/pending-requests.ts'

export type NewRequest = Omit<PendingRecord, 'receivedAt' | 'sequence'>

/**
 * Takes what came in apart into requests that can be queued, fetching what is only referred to. Nothing is verified yet.
 *
 * @throws UportError `REQUEST_MALFORMED`, `JWT_MALFORMED`, `JWT_TOO_LARGE`, the fetcher's codes
 */
export async function readRequests(
  { text, arrival }: Pick<IncomingRequest, 'text' | 'arrival'>,
  fetchers: readonly RequestFetcher[],
  options: Options,
): Promise<readonly NewRequest[]> {
  const parsed = parseRequestUri(text)
  switch (parsed.kind) {
    case 'inline': {
      const { kind: _, jwt, ...beside } = parsed
      return [signed(jwt, true, arrival, beside)]
    }
    case 'credentials': {
      const { kind: _, jwts, ...beside } = parsed
      return jwts.map((jwt) => signed(jwt, true, arrival, beside))
    }
    case 'reference': {
      const { jwt, pinned } = await fetchRequest(parsed.url, fetchers, options)
      return [signed(jwt, pinned, arrival, {})]
    }
    default:
      return [{ id: sha256Base64url(text.trim()), uri: text.trim(), signed: false, pinned: true, arrival }]
  }
}

type Beside = NonNullable<Parameters<typeof createRequestUri>[4]>

function signed(jwt: string, pinned: boolean, arrival: NewRequest['arrival'], beside: Beside): NewRequest {
  // Every wallet in use posts where the link does not say otherwise.
  const uri = createRequestUri(jwt, beside.replyMode ?? 'post', {}, 'scheme', beside)
  return { id: sha256Base64url(decodeJwt(jwt).signingInput), uri, signed: true, pinned, arrival }
}

function fetchRequest(
  url: URL,
  fetchers: readonly RequestFetcher[],
  options: Options,
): ReturnType<RequestFetcher['fetch']> {
  const fetcher = fetchers.find((one) => one.accepts(url))
  if (fetcher !== undefined) return fetcher.fetch(url, options)
  const reason = 'no fetcher accepts it'
  throw new UportError('REQUEST_MALFORMED', 'This is no request, and nothing fetches it as a reference.', {
    data: { reason },
  })
}
