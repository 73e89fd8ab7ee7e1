import { charCodes } from './ascii.ts'

interface HashFunctions {
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'latin1'): string
}

/**
 * The synchronous SHA-256 (FIPS 180-4) of Node.js and what is like it, without an import that a browser's bundler would
 * meet. The answer of `crypto.subtle` comes too late for code that runs at once.
 *
 * @returns `undefined` in browsers, and where the platform is too old; else a function, which hashes a text as its UTF-8
 * bytes
 */
export function findPlatformSha256(
  scope: object = globalThis,
): ((input: Uint8Array | string) => Uint8Array) | undefined {
  const { process } = scope as {
    readonly process?: { getBuiltinModule?(id: string): HashFunctions | undefined }
  }
  const hash = process?.getBuiltinModule?.('node:crypto')?.hash
  if (hash === undefined) return undefined
  // By way of a text, in half of the time: a buffer is memory of its own, which must be had, copied and given back.
  return (input) => charCodes(hash('sha256', input, 'latin1'))
}
