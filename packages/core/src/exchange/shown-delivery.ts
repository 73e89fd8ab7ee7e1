import type { Delivery, DeliveryEnd } from '../ports/transport.ts'

/** Something that shows a request: a dialog, a printed code, a link. */
export interface ShownRequest {
  /** Stops showing it. Called once. */
  readonly close?: (() => void | Promise<void>) | undefined
  /** Resolves when the person turned it away; rejects when it could not be shown after all. */
  readonly dismissed?: Promise<unknown> | undefined
}

/** The delivery of a request that is shown, for transports to return: it closes once, and `ended` never rejects. */
export function createDelivery({ close, dismissed }: ShownRequest = {}): Delivery {
  let closing: Promise<void> | undefined
  const closeOnce = (): Promise<void> => {
    closing ??= (async () => close?.())()
    return closing
  }
  return Object.freeze({ ended: endOf(dismissed), close: closeOnce, [Symbol.asyncDispose]: closeOnce })
}

function endOf(dismissed: Promise<unknown> | undefined): Promise<DeliveryEnd> {
  if (dismissed === undefined) return new Promise(() => undefined)
  return dismissed.then(
    () => ({ reason: 'dismissed' as const }),
    (cause: unknown) => ({ reason: 'unreachable' as const, cause }),
  )
}
