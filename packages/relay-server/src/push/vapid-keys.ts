import { open, readFile, stat } from 'node:fs/promises'
import webPush from 'web-push'
import { configInvalid } from '../config-invalid.ts'

/** A pair of VAPID keys (RFC 8292), base64url. */
export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
}

/** Others may neither read nor write a private key. */
const OTHERS = 0o077

/**
 * Reads the keys from a file, `{"publicKey", "privateKey"}`, and makes them where there is none: readable by its owner alone, and
 * never over another file. Browsers keep subscribing to the public key, so the file is kept.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export async function openVapidKeys(path: string): Promise<VapidKeys> {
  const made = await makeKeys(path)
  if (made !== undefined) return made
  try {
    if (process.platform !== 'win32' && ((await stat(path)).mode & OTHERS) !== 0)
      throw configInvalid('vapidKeys', `${path} can be read by others: chmod 600 it`)
    return parseKeys(path, await readFile(path, 'utf8'))
  } catch (cause) {
    if (isSystemError(cause)) throw configInvalid('vapidKeys', `cannot read ${path} (${cause.code})`, cause)
    throw cause
  }
}

/** @returns undefined where there is a file already */
async function makeKeys(path: string): Promise<VapidKeys | undefined> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      const { publicKey, privateKey } = webPush.generateVAPIDKeys()
      await file.writeFile(`${JSON.stringify({ publicKey, privateKey }, undefined, 2)}\n`)
      await file.sync()
      return { publicKey, privateKey }
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'EEXIST') return undefined
    throw configInvalid('vapidKeys', `cannot make ${path} (${cause.code})`, cause)
  }
}

/** The text is never quoted: it holds a private key. */
function parseKeys(path: string, text: string): VapidKeys {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw configInvalid('vapidKeys', `${path} is not JSON`)
  }
  const { publicKey, privateKey } = { publicKey: undefined, privateKey: undefined, ...Object(value) }
  if (typeof publicKey === 'string' && typeof privateKey === 'string') return { publicKey, privateKey }
  throw configInvalid('vapidKeys', `${path} must hold {"publicKey", "privateKey"}`)
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && 'syscall' in cause
}
