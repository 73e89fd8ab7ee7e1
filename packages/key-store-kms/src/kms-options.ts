import { type Clock, type Secp256k1Engine, systemClock } from '@uport-kit/core'

/** What the stores of this package have in common. */
export interface KmsOptions {
  /**
   * Seconds that one request to the service may take, with all its retries. Default 10. The first signature of a key
   * makes two requests, the later ones one.
   */
  readonly deadline?: number | undefined
  /** Seconds after which an attempt is given up and the next one begins. Default 3. */
  readonly attemptTimeout?: number | undefined
  /** Seconds for which a public key is remembered. Default 300; 0 asks the service each time. */
  readonly publicKeyLifetime?: number | undefined
  /** How many public keys are remembered; the one used longest ago goes first. Default 1000. */
  readonly maxPublicKeys?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
  /** From 0 up to 1; spreads the retries of many processes. Default `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Checks the signatures. Default: the engine of `createNobleEngine`. */
  readonly engine?: Secp256k1Engine | undefined
}

/** The numbers of `KmsOptions`, complete. */
export interface Pace {
  readonly deadline: number
  readonly attemptTimeout: number
  readonly clock: Clock
  readonly random: () => number
}

/** @throws TypeError when a number is out of range */
export function paceOf(options: KmsOptions): Pace {
  return {
    deadline: seconds(options.deadline ?? 10, 'deadline', 600),
    attemptTimeout: seconds(options.attemptTimeout ?? 3, 'attemptTimeout', 600),
    clock: options.clock ?? systemClock(),
    random: options.random ?? Math.random,
  }
}

function seconds(value: number, name: string, max: number): number {
  if (value > 0 && value <= max) return value
  throw new TypeError(`${name} must be a number of seconds above 0 and at most ${max}`)
}
