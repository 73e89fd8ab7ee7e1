import type { ClaimSpec, Did, DisclosureParams } from '@uport-kit/core'
import type { AskedClaim } from '../shared/library-api.ts'

// This is the place to change what the library asks for. `essential` claims are refused without; the wallet shows each
// reason beside its claim, and the person may leave out what is not essential.

/** What is asked for at the login. */
const LOGIN_CLAIMS = {
  user_info: {
    name: { essential: true, reason: 'To greet you, and for your library card' },
    email: { reason: 'To tell you when a book is due' },
  },
} as const satisfies DisclosureParams['claims']

/** The same, for the page to tell before anybody is asked. */
export function listAskedClaims(): readonly AskedClaim[] {
  const claims: Readonly<Record<string, ClaimSpec>> = LOGIN_CLAIMS.user_info
  return Object.entries(claims).map(([name, spec]) => ({
    name,
    reason: spec?.reason,
    isEssential: spec?.essential === true,
  }))
}

/** The claim that opens the reading room; the town issues it. */
export const RESIDENCE = 'residence'

/** The login: claims, leave to push the next login to the wallet, and the account that the guest book is signed with. */
export function loginAsk(network: string) {
  return {
    claims: LOGIN_CLAIMS,
    permissions: ['notifications'],
    accountType: 'general',
    network,
  } as const satisfies DisclosureParams
}

/** The reading room: a proof of residence, signed by that issuer and by nobody else. */
export function readingRoomAsk(issuer: Did, issuerUrl: string) {
  return {
    claims: {
      verifiable: {
        [RESIDENCE]: {
          essential: true,
          reason: 'The reading room is for residents of Harbour',
          iss: [{ did: issuer, url: issuerUrl }],
        },
      },
    },
  } as const satisfies DisclosureParams
}
