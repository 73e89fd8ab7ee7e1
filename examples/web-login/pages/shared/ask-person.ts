import {
  type CreatedRequest,
  type Exchange,
  type Outcome,
  type RequestStatus,
  remoteExchange,
} from '@uport-kit/core'
import type { RequestMessages, UportRequestElement } from '@uport-kit/transport-qr/element'
import type { AskedRequest } from '../../src/shared/site-api.ts'
import { call } from './site.ts'

/** What the site's server says of a request: `GET /api/requests/:id`. */
interface Report {
  readonly status: RequestStatus
  readonly push: 'none' | 'sent' | 'unreachable'
}

/** Milliseconds for a report, which the server holds for twenty seconds where there is nothing new. */
const REPORT_MS = 45_000

export interface AskTerms {
  /** Where the request is asked for. */
  readonly path: string
  /** The words of the dialog that differ. */
  readonly messages?: Partial<RequestMessages> | undefined
  /** What to say where the site did not take the answer, by its code. */
  readonly reasons?: Readonly<Record<string, string>> | undefined
}

/** A request that is on its way to the person's wallet, by push. */
export interface PushedAsk {
  readonly result: Promise<Outcome>
  /** Resolves when no wallet has fetched the push in time. */
  readonly unreachable: Promise<void>
  /** Shows the code of the same request. */
  show(): Promise<Outcome>
  cancel(): void
}

/** Bytes that a code holds itself. A longer request is shortened by the relay, so that any camera reads the code from afar. */
export const EASY_TO_SCAN = 300

/** Requests that this tab has asked for, by their path: a reload goes on with them. */
const KEPT = 'asked'

/**
 * Asks the person something: the server makes the request, the dialog shows it, and the server says what came of it.
 *
 * @throws UportError as `RequestController.run` does; SiteError
 */
export async function askPerson(dialog: UportRequestElement, terms: AskTerms): Promise<Outcome> {
  return show(dialog, terms, async () => follow(dialog, terms, (await ask(terms)).request))
}

/** As `askPerson`, for a request that went by push, too. */
export async function pushPerson(dialog: UportRequestElement, terms: AskTerms): Promise<PushedAsk> {
  const { request, isPushed } = await ask(terms)
  let tell = (): void => {}
  const unreachable = new Promise<void>((resolve) => {
    tell = resolve
  })
  const exchange = follow(dialog, terms, request, tell)
  const result = exchange.result.finally(forget)
  result.catch(() => {})
  if (!isPushed) tell()
  const { path } = terms
  let isFirst = true
  return {
    result,
    unreachable,
    show: () =>
      show(dialog, terms, async () => {
        if (!isFirst) return follow(dialog, terms, (await ask({ ...terms, path: withoutPush(path) })).request)
        isFirst = false
        return exchange
      }),
    cancel: () => exchange.cancel(),
  }
}

/** After a reload: shows what this tab was asking. Undefined where it was asking nothing, or that is over. */
export function goOn(dialog: UportRequestElement, terms: AskTerms): Promise<Outcome> | undefined {
  const request = kept(terms.path)
  if (request === undefined) return undefined
  let isFirst = true
  return show(dialog, terms, async () => {
    const shown = isFirst ? request : (await ask(terms)).request
    isFirst = false
    return follow(dialog, terms, shown)
  })
}

/** A wallet may lead the person back into a page that is still open: then only the fragment changes. */
export function reloadOnReturn(): void {
  addEventListener('hashchange', () => {
    if (/[#&]code=/.test(location.hash)) location.reload()
  })
}

/** Whether this tab was asking there when it was reloaded. */
export function wasAsking(path: string): boolean {
  return kept(path) !== undefined
}

export function forget(): void {
  sessionStorage.removeItem(KEPT)
}

async function ask({ path }: AskTerms): Promise<AskedRequest> {
  const asked = await call<AskedRequest>(path, { method: 'POST' })
  sessionStorage.setItem(KEPT, JSON.stringify({ path: withoutPush(path), request: asked.request }))
  return asked
}

async function show(
  dialog: UportRequestElement,
  { messages = {} }: AskTerms,
  begin: () => Promise<Exchange<Outcome>>,
): Promise<Outcome> {
  dialog.messages = messages
  try {
    return await dialog.request(begin)
  } finally {
    forget()
  }
}

/** An exchange that the server runs. */
function follow(
  dialog: UportRequestElement,
  { reasons = {}, messages = {} }: AskTerms,
  request: CreatedRequest,
  onUnreachable: () => void = () => {},
): Exchange<Outcome> {
  const path = `/api/requests/${encodeURIComponent(request.id)}`
  let known = 'sent'
  return remoteExchange<Outcome>(request, {
    status: async ({ signal }) => {
      const { status, push } = await call<Report>(`${path}?push=${known}`, {
        signal,
        timeoutMs: REPORT_MS,
      })
      if (push === 'unreachable') {
        known = push
        onUnreachable()
      }
      if (status.state === 'failed')
        dialog.messages = {
          ...messages,
          failed: reasons[status.reason ?? ''] ?? 'That did not work. Try it once more.',
        }
      return status
    },
    cancel: () => call(path, { method: 'DELETE' }),
  })
}

function withoutPush(path: string): string {
  return path.split('?')[0] ?? path
}

function kept(path: string): CreatedRequest | undefined {
  const text = sessionStorage.getItem(KEPT)
  if (text === null) return undefined
  const { path: asked, request } = JSON.parse(text)
  return asked === withoutPush(path) && request.expiresAt > Date.now() / 1000 ? request : undefined
}
