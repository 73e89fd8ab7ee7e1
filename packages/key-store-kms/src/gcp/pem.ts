import { decodeBase64 } from '@uport-kit/core'

const BEGIN = '-----BEGIN PUBLIC KEY-----'
const END = '-----END PUBLIC KEY-----'
/** One of 4096-bit RSA takes 800 characters. */
const MAX_LENGTH = 4096

/**
 * Reads the one block of a PEM text (RFC 7468) that holds a SubjectPublicKeyInfo.
 *
 * @returns its DER, not looked into; undefined for everything else
 */
export function parsePublicKeyPem(pem: string): Uint8Array | undefined {
  if (pem.length > MAX_LENGTH) return undefined
  const text = pem.trim()
  if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.length < BEGIN.length + END.length) {
    return undefined
  }
  return decodeBase64(text.slice(BEGIN.length, -END.length).replace(/[\r\n]/g, ''))
}
