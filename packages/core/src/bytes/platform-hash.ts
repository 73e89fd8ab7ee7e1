/** Hashes that a platform offers beside `crypto.subtle`, whose answers come too late for code that runs at once. */
export interface PlatformHash {
  /** FIPS 180-4. */
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  /** FIPS 202; absent where the platform's library was built without it. */
  readonly sha3_256: ((bytes: Uint8Array) => Uint8Array) | undefined
}

interface HashFunctions {
  hash?(algorithm: string, data: Uint8Array, encoding: 'buffer'): Uint8Array
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
  // A copy: the platform's buffers are views of memory that others share, and cut themselves otherwise than arrays do.
  const hashWith = (algorithm: string) => (bytes: Uint8Array) =>
    new Uint8Array(hash(algorithm, bytes, 'buffer'))
  const names = crypto.getHashes()
  return Object.freeze({
    sha256: hashWith('sha256'),
    sha3_256: names.includes('sha3-256') ? hashWith('sha3-256') : undefined,
  })
}
