import type { Clients } from './worker-scope.ts'

/** What the worker tells a window: show this place. */
export interface GoMessage {
  readonly type: 'go'
  readonly path: string
}

const PLACE = /^\/(?:request\/[\w%-]{1,200})?$/

/**
 * Leads the person to a request: in a window that is open, else in a new one.
 *
 * @param data what the notification was made with
 */
export async function openRequest(data: unknown, clients: Clients): Promise<void> {
  const path = placeOf(data)
  const [window] = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (window === undefined) {
    await clients.openWindow(path)
    return
  }
  const message: GoMessage = { type: 'go', path }
  window.postMessage(message)
  // Refused where the browser does not see a click in it; the window shows the request all the same.
  await window.focus().catch(() => {})
}

/** A place of the wallet that a notification may lead to; its start for anything else. */
export function placeOf(data: unknown): string {
  const { path } = Object(data) as { readonly path?: unknown }
  return typeof path === 'string' && PLACE.test(path) ? path : '/'
}
