import type { QrImage } from '../encode-qr.ts'

/**
 * Where a request stands for the person. `refused`, `expired` and `failed` wait for a decision: another code, or the end.
 * `closed` and `done` show nothing.
 */
export type RequestPhase =
  | 'closed'
  | 'preparing'
  | 'waiting'
  | 'verifying'
  | 'done'
  | 'refused'
  | 'expired'
  | 'failed'

/** All that a dialog shows. A new value for each change. */
export interface RequestView {
  readonly phase: RequestPhase
  /** The code, or the current frame of a moving one. */
  readonly qr?: QrImage | undefined
  /** Whether the code moves. */
  readonly moving?: boolean | undefined
  /** Opens a wallet on this device: `https:`, `http:` or `me.uport:`, nothing else. */
  readonly link?: string | undefined
  /** Until the request expires; never negative. */
  readonly secondsLeft?: number | undefined
}

export const CLOSED: RequestView = Object.freeze({ phase: 'closed' })

/** Whether the person can ask for another code. */
export function isRenewable({ phase }: RequestView): boolean {
  return phase === 'refused' || phase === 'expired' || phase === 'failed'
}
