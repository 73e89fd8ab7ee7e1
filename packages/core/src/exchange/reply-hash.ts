import { sha256Base64url } from '../bytes/hash.ts'
import type { ReplyParams } from '../ports/reply-channel.ts'

const JWT = /^([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/

/** What a token signs; an ECDSA signature is malleable, so two texts may be one token. */
export function signingInputOf(jwt: string): string {
  return JWT.exec(jwt)?.[1] ?? jwt
}

/** Identifies a reply by what it says, whatever the order of its parameters or the form of its signatures. */
export function replyHash(params: ReplyParams): string {
  const parts = Object.entries(params)
    .map(([name, value]) => [name, signingInputOf(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256Base64url(JSON.stringify(parts))
}
