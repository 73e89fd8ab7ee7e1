import { takeFromFragment } from './fragment.ts'
import type { Page } from './page.ts'

/**
 * Takes the `code` out of the page's address: what a wallet brings along when it posted its reply and then led the person
 * back to the request's `redirectUrl`. Give it to `resume` or `verify` as `deviceCode`: a reply from any other device is
 * then refused.
 *
 * @returns `undefined` where the address has none
 */
export function takeDeviceCode(
  page: Pick<Page, 'location' | 'history'> = globalThis.window,
): string | undefined {
  const { rest, taken } = takeFromFragment(page.location.href, (name) => name === 'code')
  const code = taken.get('code')
  if (code === null || !/^[A-Za-z0-9_-]{22}$/.test(code)) return undefined
  page.history.replaceState(page.history.state, '', rest)
  return code
}
