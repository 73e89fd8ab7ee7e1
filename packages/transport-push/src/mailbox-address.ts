/** A mailbox's address taken apart. */
export interface MailboxAddress {
  /** The push server, without a slash at its end: what tokens for it are addressed to. */
  readonly server: string
  /** base64url of 32 bytes. */
  readonly id: string
  /** The whole address. */
  readonly url: string
}

const MAX_LENGTH = 1024
const MAILBOX = /^(https?:\/\/[^?#]+?)\/i\/([\w-]{43})$/

/**
 * Reads the address of a push mailbox: `<server>/i/<43 characters of base64url>`. Wallets choose it, so it is contacted through
 * `SafeFetch` alone.
 *
 * @returns undefined for anything else, such as the endpoints of the old push service
 */
export function parseMailboxAddress(text: string): MailboxAddress | undefined {
  const match = text.length <= MAX_LENGTH ? MAILBOX.exec(text) : null
  if (match === null || !URL.canParse(text)) return undefined
  const url = new URL(text)
  // Written otherwise than the URL standard writes it: tokens would be addressed to another text than the server's own.
  if (url.href !== text || url.username !== '' || url.password !== '') return undefined
  return { server: match[1] ?? '', id: match[2] ?? '', url: text }
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * A push server's address without a slash at its end.
 *
 * @throws TypeError for anything but https, or http on this machine, without query, fragment and credentials
 */
export function parseServerUrl(input: string | URL): string {
  const url = URL.canParse(String(input)) ? new URL(input) : undefined
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === ''
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url === undefined || !isPlain || !isSafe) {
    throw new TypeError('url: give the push server’s https address, without query, fragment and credentials')
  }
  return url.href.replace(/\/+$/, '')
}
