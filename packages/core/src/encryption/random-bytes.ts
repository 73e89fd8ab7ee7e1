/** Gives `length` fresh bytes, which become the caller's own. Unpredictable, except in tests. */
export type RandomBytes = (length: number) => Uint8Array

/** Bytes of the platform's cryptographic generator (Web Cryptography API, `getRandomValues`). */
export function systemRandomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
