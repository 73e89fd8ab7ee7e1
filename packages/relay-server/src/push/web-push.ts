import { UportError } from '@uport-kit/core'
import webPush from 'web-push'

export interface WebPushOptions {
  /** Whom a push service may ask about this server: a `mailto:` or `https:` address (RFC 8292, section 2.1). */
  readonly subject: string
  /** VAPID keys, base64url: 65 bytes of the public one, 32 of the private one. `npx web-push generate-vapid-keys` makes a pair. */
  readonly publicKey: string
  readonly privateKey: string
  /**
   * Origins of the push services that may be contacted, beside those of the browsers' makers. Wallets choose the address
   * they are woken at, so nothing else is.
   */
  readonly allowOrigins?: readonly string[] | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Where a browser is woken: what `PushSubscription.toJSON()` says. */
export interface WebPushSubscription {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** `gone`: the subscription has ended for good. */
export type WebPushResult = 'sent' | 'gone' | 'failed'

export interface WebPushSender {
  readonly publicKey: string
  /** @returns undefined where it is no subscription, or one at a service that is not allowed */
  parse(value: unknown): WebPushSubscription | undefined
  /** Wakes. Never rejects. */
  send(subscription: WebPushSubscription, text: string, signal: AbortSignal): Promise<WebPushResult>
}

/** The push services of Chromium, Firefox, Safari and Edge. */
const SERVICES: ReadonlySet<string> = new Set([
  'https://fcm.googleapis.com',
  'https://updates.push.services.mozilla.com',
  'https://web.push.apple.com',
])
/** Edge's hosts are many. */
const EDGE_SERVICE = /^[a-z0-9-]{1,63}\.notify\.windows\.com$/
const MAX_ENDPOINT_LENGTH = 2048
/** A wake-up call is of no use later: the message waits in the mailbox. */
const TTL_SECONDS = 3600

/** @throws UportError `RELAY_CONFIG_INVALID` */
export function createWebPush(options: WebPushOptions): WebPushSender {
  const { subject, publicKey, privateKey, allowOrigins = [], fetch = globalThis.fetch } = options
  const vapidDetails = { subject, publicKey, privateKey }
  checkVapid(vapidDetails)
  for (const origin of allowOrigins) checkOrigin(origin)

  const isAllowed = (url: URL): boolean =>
    SERVICES.has(url.origin) ||
    allowOrigins.includes(url.origin) ||
    (url.protocol === 'https:' && url.port === '' && EDGE_SERVICE.test(url.hostname))

  const parse = (value: unknown): WebPushSubscription | undefined => {
    const { endpoint, keys } = asRecord(value)
    const { p256dh, auth } = asRecord(keys)
    if (typeof endpoint !== 'string' || endpoint.length > MAX_ENDPOINT_LENGTH || !URL.canParse(endpoint))
      return
    const url = new URL(endpoint)
    if (!isAllowed(url) || url.username !== '' || url.password !== '') return
    if (!isBytes(p256dh, 65) || !isBytes(auth, 16)) return
    return { endpoint: url.href, keys: { p256dh, auth } }
  }

  return {
    publicKey,
    parse,
    async send(subscription, text, signal) {
      try {
        const options = {
          vapidDetails,
          TTL: TTL_SECONDS,
          contentEncoding: 'aes128gcm',
          urgency: 'high',
        } as const
        const { endpoint, method, headers, body } = webPush.generateRequestDetails(
          subscription,
          text,
          options,
        )
        const response = await fetch(endpoint, {
          method,
          // The length is the platform's to write.
          headers: Object.entries(headers)
            .filter(([name]) => name.toLowerCase() !== 'content-length')
            .map(([name, value]): [string, string] => [name, String(value)]),
          body: new Uint8Array(body),
          redirect: 'manual',
          signal,
        })
        await response.body?.cancel()
        if (response.status === 404 || response.status === 410) return 'gone'
        return response.ok ? 'sent' : 'failed'
      } catch {
        return 'failed'
      }
    },
  }
}

/** Signs once, so that a mistake shows at the start; the library's own setter would keep the keys for the whole process. */
function checkVapid(vapidDetails: { subject: string; publicKey: string; privateKey: string }): void {
  try {
    webPush.generateRequestDetails(
      { endpoint: 'https://push.invalid', keys: { p256dh: '', auth: '' } },
      null,
      {
        vapidDetails,
      },
    )
  } catch {
    // The library's message may quote what it was given.
    throw invalid('must be a subject and a pair of VAPID keys')
  }
}

function checkOrigin(origin: string): void {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return
  throw invalid('allowOrigins holds something that is no origin')
}

function invalid(reason: string): UportError {
  return new UportError('RELAY_CONFIG_INVALID', `webPush: ${reason}.`, {
    data: { option: 'webPush', reason },
  })
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function isBytes(value: unknown, length: number): value is string {
  return typeof value === 'string' && /^[\w-]{1,120}={0,2}$/.test(value) && byteLength(value) === length
}

const byteLength = (text: string): number => Buffer.from(text, 'base64url').length
