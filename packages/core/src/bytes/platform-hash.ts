import { charCodes } from './ascii.ts'

/** Hashes that a platform offers beside `crypto.subtle`, whose answers come too late for code that runs at once. */
export interface PlatformHash {
  /** FIPS 180-4; of a text its UTF-8 bytes. */
  readonly sha256: (input: Uint8Array | string) => Uint8Array
  /** SHA3-256 (FIPS 202) in hex; absent where the platform's library was built without it. */
  readonly sha3Hex: ((bytes: Uint8Array) => string) | undefined
}

interface HashFunctions {
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'latin1' | 'hex'): string
  getHashes(): readonly string[]
}

/**
 * The synchronous hashes of Node.js and what is like it, without an import that a browser's bundler would meet.
 *
 * @returns `undefined` in browsers, and where the platform is too old
 */
export function findPlatformHash(scope: object = globalThis): PlatformHash | undefined {
  const { process } = scope as {
    readonly process?: { getBuiltinModule?(id: string): HashFunctions | undefined }
  }
  const crypto = process?.getBuiltinModule?.('node:crypto')
  const hash = crypto?.hash
  if (crypto === undefined || hash === undefined) return undefined
  return Object.freeze({
    // By way of a text, in half of the time: a buffer is memory of its own, which must be had, copied and given back.
    sha256: (input: Uint8Array | string) => charCodes(hash('sha256', input, 'latin1')),
    sha3Hex: crypto.getHashes().includes('sha3-256')
      ? (bytes: Uint8Array) => hash('sha3-256', bytes, 'hex')
      : undefined,
  })
}
