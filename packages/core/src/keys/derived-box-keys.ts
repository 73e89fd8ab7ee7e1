import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { openBox } from '../encryption/box.ts'
import { BOX_KEY_BYTES, boxPublicKey } from '../encryption/nacl-box.ts'
import type { BoxKeys } from '../ports/box-keys.ts'
import { assertBoxKeyName } from './box-key-name.ts'

const MIN_SECRET_BYTES = 32
/** A prefix of fixed length, so that no two names give the same info. */
const INFO_PREFIX = 'uport-kit/box-key/1'

/**
 * Box keys derived from one secret: HKDF-SHA256 (RFC 5869) without salt, info `uport-kit/box-key/1` followed by the name.
 * Nothing is stored, so every process that has the secret opens what any of them asked for, and there is nothing to
 * forget. Whoever learns the secret opens every box ever sealed for any name; a new secret closes the old boxes for good.
 *
 * @param secret 32 random bytes or more; copied
 * @throws TypeError when the secret is shorter; from its methods, when a name is not of 1 to 256 characters
 */
export function derivedBoxKeys(secret: Uint8Array): BoxKeys {
  if (!(secret instanceof Uint8Array) || secret.length < MIN_SECRET_BYTES) {
    throw new TypeError(`secret must be a Uint8Array of ${MIN_SECRET_BYTES} bytes or more`)
  }
  const master = secret.slice()
  const secretKeyOf = (name: string) => {
    assertBoxKeyName(name)
    return hkdf(sha256, master, undefined, encodeUtf8(INFO_PREFIX + name), BOX_KEY_BYTES)
  }

  return {
    async publicKey(name, { signal } = {}) {
      signal?.throwIfAborted()
      return boxPublicKey(secretKeyOf(name))
    },

    async open(name, envelope, { signal } = {}) {
      signal?.throwIfAborted()
      return openBox(envelope, secretKeyOf(name))
    },
  }
}
