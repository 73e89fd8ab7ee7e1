import { type SignContext, UportError } from '@uport-kit/core'
import { readToken } from './read-token.ts'

/** Why something is not signed, or undefined where it may be. */
export type SignPolicy = (context: SignContext) => string | undefined

/** What makes a token a credential or a presentation for those who verify it, whatever type it gives itself. */
const STATEMENTS = ['claim', 'claims', 'vc', 'vp']

/**
 * Signs tokens of these types and nothing else: no transaction, no message, no credential.
 *
 * @param types values of the payload's `type`, such as `shareResp`, the answer to a login
 */
export function tokensOnly(types: readonly string[]): SignPolicy {
  const allowed = new Set<unknown>(types)
  return ({ purpose, hash, preimage }) => {
    if (purpose !== 'jwt' || hash !== 'sha256') return 'this key signs tokens only'
    // Read from the bytes that are signed. `preview` is for showing: who calls the store wrote it.
    const token = readToken(preimage)
    if (token === undefined) return 'this is no token'
    if (STATEMENTS.some((name) => Object.hasOwn(token.payload, name))) return 'this key signs no credential'
    return allowed.has(token.payload['type']) ? undefined : 'this key signs no token of this type'
  }
}

/** @param reason short, and without a word of what was to be signed: it is logged */
export function refusedBy(keyId: string, reason: string): UportError<'KEY_SIGNING_REFUSED'> {
  return new UportError('KEY_SIGNING_REFUSED', 'The key store did not sign: see the reason', {
    data: { keyId, reason },
  })
}
