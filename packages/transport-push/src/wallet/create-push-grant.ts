import { type JwtSigner, type Options, signJwt } from '@uport-kit/core'

export interface PushGrantTerms {
  /** Who may push: the application's DID. */
  readonly audience: string
  /** The mailbox's address. One for each grant, so that applications cannot compare what they hold. */
  readonly mailbox: string
  /** The x25519 key to seal for, standard Base64; one for each grant, too. */
  readonly boxPub: string
  /** Unix seconds. */
  readonly expiresAt: number
}

/**
 * Signs a grant: a person's leave to push messages into one mailbox. It says nothing but that, not even when it was given: two
 * grants of one person have no member in common beside `iss` and `type`.
 *
 * @returns the capability as a JWT of type `notifications`
 * @throws UportError what `signJwt` throws
 */
export function createPushGrant(
  { audience, mailbox, boxPub, expiresAt }: PushGrantTerms,
  signer: JwtSigner,
  options: Options = {},
): Promise<string> {
  const claims = {
    iat: undefined,
    exp: expiresAt,
    aud: audience,
    type: 'notifications',
    value: mailbox,
    boxPub,
  }
  return signJwt(claims, signer, options)
}
