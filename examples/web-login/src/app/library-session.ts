import { type Did, type Disclosure, sameDid } from '@uport-kit/core'
import type { PersonSession } from '../servers/login-routes.ts'
import { personText } from '../servers/person-text.ts'
import { Refusal } from '../servers/request-desk.ts'
import type { LibraryPerson } from '../shared/library-api.ts'
import { RESIDENCE } from './ask.ts'

/** A proof of residence that a person has shown. */
export interface Residence {
  /** The credential itself. */
  readonly jwt: string
  readonly place: string
  /** Unix seconds. */
  readonly expiresAt: number | undefined
}

/** Who is signed in at the library. */
export interface LibrarySession extends PersonSession {
  readonly email: string | undefined
  /** The account on the library's chain: `0x` and 40 lower-case hex digits. */
  readonly account: { readonly address: string; readonly proven: boolean } | undefined
  readonly residence: Residence | undefined
}

/** The session of somebody who has just answered the login. */
export function createLibrarySession(
  answer: Disclosure,
  now: number,
  binding: Disclosure['binding'],
): LibrarySession {
  const { did, jwt, own, account, push } = answer
  return {
    did,
    jwt,
    name: personText(own['name']) ?? 'Guest',
    email: personText(own['email']),
    account: account && { address: account.address, proven: account.proven },
    push,
    binding,
    since: now,
    residence: undefined,
  }
}

/**
 * Finds the proof of residence in an answer.
 *
 * @throws Refusal where another person answered than the one who is signed in, or there is no such proof
 */
export function residenceIn(answer: Disclosure, session: LibrarySession, issuer: Did): Residence {
  if (!sameDid(answer.did, session.did))
    throw new Refusal('OTHER_PERSON', 'Another person answered than the one who is signed in.')
  for (const { issuer: signer, claim, jwt, payload } of answer.verified) {
    const residence = claim[RESIDENCE]
    if (!sameDid(signer, issuer) || typeof residence !== 'object' || residence === null) continue
    const place = 'town' in residence ? personText(residence['town']) : undefined
    const expiresAt = typeof payload['exp'] === 'number' ? payload['exp'] : undefined
    return { jwt, place: place ?? 'Harbour', expiresAt }
  }
  throw new Refusal('NO_RESIDENCE', 'The answer held no proof of residence by the town.')
}

/** What the page is told of the person who is signed in. */
export function personOf({
  did,
  name,
  email,
  account,
  binding,
  since,
  residence,
}: LibrarySession): LibraryPerson {
  return {
    did,
    name,
    email,
    account: account?.address,
    isSameDevice: binding === 'same-device',
    since,
    residence: residence && { place: residence.place, expiresAt: residence.expiresAt },
  }
}
