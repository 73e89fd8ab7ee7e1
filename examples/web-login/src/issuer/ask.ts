import type { DisclosureParams } from '@uport-kit/core'

// This is the place to change what the town asks for, and what it attests.

/** What is asked for at the login; leave to push, so that the claim can be sent when the desk has checked. */
export const LOGIN_ASK = {
  claims: { user_info: { name: { essential: true, reason: 'The name on your application' } } },
  permissions: ['notifications'],
} as const satisfies DisclosureParams

/** Seconds for which a proof of residence is good: a year. */
export const RESIDENCE_SECONDS = 365 * 24 * 3600

/** The claim that the town signs. */
export function residenceClaim(
  application: { readonly name: string; readonly street: string },
  today: string,
) {
  return { residence: { town: 'Harbour', name: application.name, street: application.street, since: today } }
}
