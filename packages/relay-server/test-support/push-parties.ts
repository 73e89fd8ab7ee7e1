import { type Clock, encodeBase64url, type JwtClaims, signJwt } from '@uport-kit/core'
import { createParty, type Party, PartyResolver } from '../../core/test-support/parties.ts'

/** The address that tokens for the relay name. */
export const SERVER = 'https://push.example'
/** Whom boxes are sealed for. */
export const BOX_KEY = new Uint8Array(32).fill(9)

export interface PushParties {
  /** Who owns mailboxes. */
  readonly user: Party
  /** The application that pushes. */
  readonly app: Party
  readonly stranger: Party
  readonly resolver: PartyResolver
}

export async function createPushParties(): Promise<PushParties> {
  const names = ['user', 'app', 'stranger'] as const
  const [user, app, stranger] = await Promise.all(names.map((name) => createParty(name)))
  if (user === undefined || app === undefined || stranger === undefined) throw new Error('three parties')
  return { user, app, stranger, resolver: new PartyResolver([user, app, stranger]) }
}

/** An id of a mailbox: the same number, the same id. */
export function mailboxId(n: number): string {
  return encodeBase64url(new Uint8Array(32).fill(n))
}

/** The token that opens a mailbox to its owner. */
export function userAuth(by: Party, clock: Clock, changes: JwtClaims = {}): Promise<string> {
  const claims = { type: 'user-auth', aud: SERVER, exp: clock.now() + 300, ...changes }
  return signJwt(claims, by.identity, { now: clock.now() })
}

/** A request with a token in its header, and JSON for its body. */
export function authorized(method: string, token: string, body?: object): RequestInit {
  const headers = { authorization: `Bearer ${token}` }
  return { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
}
