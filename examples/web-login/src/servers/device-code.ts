import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeJwt, type Outcome } from '@uport-kit/core'

/**
 * The code in a verified answer: there is one where the wallet was opened by a link and leads the person back to the page. Until
 * their browser has brought that same code, nobody knows that the browser which asked is the one which was answered.
 */
export function deviceCodeOf(result: Outcome): string | undefined {
  if (!('jwt' in result) || typeof result.jwt !== 'string') return undefined
  const code = decodeJwt(result.jwt).payload['code']
  return typeof code === 'string' ? code : undefined
}

/** Compares without telling by its duration how much was right. */
export function isSameCode(expected: string, brought: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected), digest(brought))
}
