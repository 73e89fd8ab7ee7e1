import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

/** A Lua script that Redis runs as one atomic step; all its keys are of one slot. */
export class RedisScript {
  readonly #text: string
  readonly #digest: string

  constructor(text: string) {
    this.#text = text
    // Redis names a script by its SHA-1 (EVALSHA).
    this.#digest = createHash('sha1').update(text).digest('hex')
  }

  async run(
    client: RedisClient,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const call = [keys.length, ...keys, ...args.map(String)] as const
    try {
      return await client.evalsha(this.#digest, ...call)
    } catch (cause) {
      if (!(cause instanceof Error) || !cause.message.startsWith('NOSCRIPT')) throw cause
      return client.eval(this.#text, ...call)
    }
  }
}
