import type { CreatedRequest } from '@uport-kit/core'

/** What the pages of both sites hear of a visit; `GET /api/session`. */
export interface Visit {
  /** True where a session has ended by itself. */
  readonly hasExpired: boolean
  /** Somebody who was signed in before in this browser, and can be asked by push. Their own words. */
  readonly remembered?: { readonly name: string } | undefined
}

/** Answer to a `POST` that asks the person something. */
export interface AskedRequest {
  readonly request: CreatedRequest
  /** Whether it was sent to the person's wallet, too. */
  readonly isPushed: boolean
}
