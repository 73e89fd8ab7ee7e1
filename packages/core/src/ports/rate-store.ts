import type { Options } from './options.ts'

/** A bucket of tokens. */
export interface RateBucket {
  /** Tokens of a full bucket. */
  readonly burst: number
  /** Tokens that come back each second. */
  readonly perSecond: number
}

/** Token buckets that the processes of one service share. */
export interface RateStore {
  /**
   * Takes a token of the bucket called `key`, atomically over all processes.
   *
   * @returns 0 when there was one, else the whole seconds until there is
   */
  take(key: string, bucket: RateBucket, options?: Options): Promise<number>
}
