import { nodeErrorOf } from '@uport-kit/core/ethereum'
import type { PaymentKind } from './outbox/outbox-entry.ts'

/** What the sponsor tells its operator. Never a token, a key, a network address or what a transaction says. */
export type SponsorEvent =
  | { readonly event: 'started'; readonly url: string; readonly address: string; readonly dryRun: boolean }
  | { readonly event: 'stopped' }
  | { readonly event: 'sent'; readonly kind: PaymentKind; readonly nonce: number; readonly hash: string }
  /** `cost` in wei: gas and ether. */
  | {
      readonly event: 'included'
      readonly kind: PaymentKind
      readonly nonce: number
      readonly hash: string
      readonly succeeded: boolean
      readonly cost: string
    }
  | { readonly event: 'replaced'; readonly nonce: number; readonly hash: string }
  /** It waits for a block, and may not pay more. Everything behind it waits too. */
  | { readonly event: 'stuck'; readonly nonce: number; readonly hash: string }
  /** A transaction that is not this sponsor's took the nonce: something else uses its key. */
  | { readonly event: 'lost'; readonly nonce: number; readonly hash: string }
  | { readonly event: 'refused'; readonly operation: string; readonly code: string }
  /** `error` is the error's code, or its name. */
  | { readonly event: 'failed'; readonly operation: string; readonly error: string }

export type SponsorLog = (event: SponsorEvent) => void

/** The part of a failure that may be logged: messages may quote what they are about. */
export function failureName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown'
  const answered = nodeErrorOf(cause)
  if (answered !== undefined) return `node error ${answered.code}`
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
