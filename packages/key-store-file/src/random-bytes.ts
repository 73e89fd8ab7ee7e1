import { randomBytes as cryptoRandomBytes } from 'node:crypto'

/** Bytes of the operating system's generator, never out of Node's shared pool, so that wiping them wipes them all. */
export function systemRandomBytes(length: number): Uint8Array {
  const pooled = cryptoRandomBytes(length)
  const bytes = Uint8Array.from(pooled)
  pooled.fill(0)
  return bytes
}
