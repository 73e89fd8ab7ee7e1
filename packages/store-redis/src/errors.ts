import type {} from '@uport-kit/core'

/**
 * `unreachable`: no answer in time. `full`: its memory is used up. `not-replicated`: too few replicas confirmed a write in
 * time. `refused`: it answered with an error.
 */
export type RedisProblem = 'unreachable' | 'full' | 'not-replicated' | 'refused'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** Redis did not do what was asked. Check that it runs, has memory and enough replicas; try again. */
    REDIS_FAILED: { readonly reason: RedisProblem }
    /** Redis is set up so that it may forget what was acknowledged. Change the setting that is named, or ask for less. */
    REDIS_NOT_DURABLE: { readonly setting: string; readonly value: string; readonly wanted: string }
  }
}
