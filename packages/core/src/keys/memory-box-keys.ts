import { systemClock } from '../clock/system-clock.ts'
import { openBox } from '../encryption/box.ts'
import { BOX_KEY_BYTES, boxPublicKey } from '../encryption/nacl-box.ts'
import { type RandomBytes, systemRandomBytes } from '../encryption/random-bytes.ts'
import { UportError } from '../errors/uport-error.ts'
import type { BoxKeys } from '../ports/box-keys.ts'
import type { Clock } from '../ports/clock.ts'
import { assertBoxKeyName } from './box-key-name.ts'

const DEFAULT_MAX_KEYS = 100_000

/** Seconds a key outlives the request it was made for. */
const RETENTION = 300

export interface MemoryBoxKeysOptions {
  /** Makes the secret keys. Default: the platform's generator. */
  readonly randomBytes?: RandomBytes | undefined
  /** Default 100 000. One more is refused, because an evicted key would make a reply unreadable. */
  readonly maxKeys?: number | undefined
  /** Tells which keys' requests have expired. Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

interface BoxKeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
  readonly expiresAt: number
}

/**
 * Random box keys, one a name, in the memory of one process. They are gone with it: a reply sealed before a restart or a
 * reload stays closed. Beyond `maxKeys` a new name is refused with `KEY_STORE_FAILED` until others are forgotten.
 *
 * @throws TypeError when `maxKeys` is not a positive integer; from its methods, when a name is not of 1 to 256 characters
 */
export function memoryBoxKeys(
  options: MemoryBoxKeysOptions = {},
): BoxKeys & Required<Pick<BoxKeys, 'forget'>> {
  const { randomBytes = systemRandomBytes, maxKeys = DEFAULT_MAX_KEYS, clock = systemClock() } = options
  if (!Number.isSafeInteger(maxKeys) || maxKeys < 1) throw new TypeError('maxKeys must be a positive integer')
  const pairs = new Map<string, BoxKeyPair>()

  const remove = (name: string): void => {
    pairs.get(name)?.secretKey.fill(0)
    pairs.delete(name)
  }
  const removeExpired = (): void => {
    const now = clock.now()
    for (const [name, { expiresAt }] of pairs) if (now > expiresAt + RETENTION) remove(name)
  }
  const create = (name: string, expiresAt = Number.POSITIVE_INFINITY): BoxKeyPair => {
    if (pairs.size >= maxKeys) removeExpired()
    if (pairs.size >= maxKeys) throw storeFull(maxKeys)
    const secretKey = randomBytes(BOX_KEY_BYTES)
    const pair = { secretKey, publicKey: boxPublicKey(secretKey), expiresAt }
    pairs.set(name, pair)
    return pair
  }

  return {
    async publicKey(name, { signal, expiresAt } = {}) {
      signal?.throwIfAborted()
      assertBoxKeyName(name)
      return (pairs.get(name) ?? create(name, expiresAt)).publicKey.slice()
    },

    async open(name, envelope, { signal } = {}) {
      signal?.throwIfAborted()
      assertBoxKeyName(name)
      const pair = pairs.get(name)
      if (pair === undefined) {
        throw new UportError(
          'BOX_KEY_UNKNOWN',
          'No box key of this name: it was forgotten, or made by another process',
          {
            data: { name },
          },
        )
      }
      return openBox(envelope, pair.secretKey)
    },

    async forget(name, { signal } = {}) {
      signal?.throwIfAborted()
      remove(name)
    },
  }
}

function storeFull(maxKeys: number): UportError<'KEY_STORE_FAILED'> {
  return new UportError(
    'KEY_STORE_FAILED',
    `This process holds ${maxKeys} box keys: forget those of ended requests, or raise maxKeys`,
    { data: { reason: 'full' }, retryable: true },
  )
}
