interface BufferClass {
  from(text: string, encoding: 'base64url'): Uint8Array & { toString(encoding: 'base64url'): string }
}

/**
 * Decoding of base64url by Node.js and what is like it, several times as fast as in JavaScript. It lets almost any text
 * pass, so what it read is written again, and only a text that comes out the same was canonical.
 *
 * @returns `undefined` where the platform has no such thing; else a reader, whose bytes are a view of memory that others
 * share
 */
export function findPlatformBase64url(
  scope: object = globalThis,
): ((text: string) => Uint8Array | undefined) | undefined {
  const { process, Buffer } = scope as {
    readonly process?: { getBuiltinModule?: unknown }
    readonly Buffer?: BufferClass
  }
  // A bundler's substitute for Buffer is no faster than we are.
  if (typeof process?.getBuiltinModule !== 'function' || Buffer === undefined) return undefined
  return (text) => {
    const bytes = Buffer.from(text, 'base64url')
    return bytes.toString('base64url') === text ? bytes : undefined
  }
}
