import { type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { DERIVED_BYTES, type KdfParameters, portableDeriveKey } from '@uport-kit/core/keystore'

const scryptAsync = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(scrypt)

/** Derives 32 bytes with OpenSSL's scrypt, off the event loop. */
export async function nativeDeriveKey(parameters: KdfParameters, password: Uint8Array): Promise<Uint8Array> {
  if (parameters.kdf === 'pbkdf2') return portableDeriveKey(parameters, password)
  const { n, r, p, salt } = parameters
  // OpenSSL keeps to the RFC's limit on n, which files of web3.py (n 262 144, r 1) do not. The portable one takes several
  // times as long.
  if (n >= 2 ** (16 * r)) return portableDeriveKey(parameters, password)
  const maxmem = 128 * r * (n + p + 2) + 1024
  return scryptAsync(password, salt, DERIVED_BYTES, { N: n, r, p, maxmem })
}
