import {
  isUportError,
  type Options,
  type SafeFetch,
  type SafeRequest,
  type SafeResponse,
} from '@uport-kit/core'

export interface WebFetchOptions {
  /** Longer answers are refused. Default 1 MiB. */
  readonly maxBytes?: number | undefined
}

/** Answers of these statuses have no body, and `Response` refuses one. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304])

/**
 * A `SafeFetch` in the form of the web's `fetch`, for parts that take one, such as resolvers: the same checks, and the
 * connections of the `SafeFetch` are kept alive between requests.
 *
 * Takes a URL, `method` GET or POST, `headers`, a `body` of text or bytes, `signal`, and `redirect` (`follow`, or `error`:
 * the redirect's target is not asked). Whatever else it is given has no meaning here: no cookies are
 * kept, no referrer is sent.
 *
 * @throws TypeError as `fetch` does, for what it cannot take; `UportError` as the `SafeFetch`
 */
export function toWebFetch(
  safeFetch: SafeFetch,
  { maxBytes = 1_048_576 }: WebFetchOptions = {},
): typeof fetch {
  return async (input, init = {}) => {
    if (typeof input !== 'string' && !(input instanceof URL)) {
      throw new TypeError('Give a URL; a Request object is not taken')
    }
    const url = new URL(input)
    const signal = init.signal ?? undefined
    const request = { ...readInit(init), maxBytes }
    const answer =
      init.redirect === 'error'
        ? await fetchHere(safeFetch, url, request, { signal })
        : await safeFetch.fetch(url, request, { signal })
    const body = BODILESS.has(answer.status) ? undefined : answer.body.slice()
    return new Response(body, { status: answer.status, headers: [...answer.headers] })
  }
}

/** No redirect is followed: it is an error. */
async function fetchHere(
  safeFetch: SafeFetch,
  url: URL,
  request: SafeRequest,
  options: Options,
): Promise<SafeResponse> {
  const answer = await safeFetch
    .fetch(url, { ...request, maxRedirects: 0 }, options)
    .catch((cause: unknown) => {
      const isRedirect = isUportError(cause, 'FETCH_BLOCKED') && cause.data.reason === 'too-many-redirects'
      throw isRedirect ? new TypeError('The address redirects elsewhere', { cause }) : cause
    })
  // A POST is not redirected anyway: its answer says so.
  if (answer.status < 300 || answer.status >= 400) return answer
  throw new TypeError('The address redirects elsewhere')
}

function readInit({ method = 'GET', headers, body }: RequestInit): Omit<SafeRequest, 'maxBytes'> {
  if (method !== 'GET' && method !== 'POST') throw new TypeError('Only GET and POST are taken')
  const isBody = body === undefined || body === null || typeof body === 'string' || body instanceof Uint8Array
  if (!isBody) throw new TypeError('A body must be text or bytes')
  return { method, headers: Object.fromEntries(new Headers(headers)), body: body ?? undefined }
}
