import { createRequire } from 'node:module'
import { arch, platform } from 'node:process'
import { UportError } from '@uport-kit/core'
import type {} from './errors.ts'

/** What is used of the `secp256k1` package. All of it throws on input it cannot read. */
export interface Binding {
  ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean
  /** @returns `output` */
  ecdsaRecover(
    signature: Uint8Array,
    recovery: number,
    digest: Uint8Array,
    compressed: boolean,
    output: Uint8Array,
  ): Uint8Array
  ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number }
  /** In place. */
  signatureNormalize(signature: Uint8Array): Uint8Array
  publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array
  publicKeyConvert(publicKey: Uint8Array, compressed: boolean): Uint8Array
  privateKeyVerify(privateKey: Uint8Array): boolean
}

/**
 * The compiled binding. The package's own entry falls back to JavaScript without a word, so it is passed by.
 *
 * @throws UportError `ENGINE_UNAVAILABLE`
 */
export function loadBinding(): Binding {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings.js')
  } catch (cause) {
    const message =
      'libsecp256k1 has no binding for this machine: install secp256k1 with its scripts, or give a fallback'
    throw new UportError('ENGINE_UNAVAILABLE', message, { data: { platform, arch }, cause })
  }
}
