import { createECDH } from 'node:crypto'

/** The keys by which a push server signs its wake-up calls (RFC 8292): base64url, 65 and 32 bytes. */
export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
}

export function createVapidKeys(): VapidKeys {
  const pair = createECDH('prime256v1')
  const publicKey = pair.generateKeys('base64url')
  // A private key with leading zeros comes out shorter than its 32 bytes.
  const privateKey = pair.getPrivateKey('hex').padStart(64, '0')
  return { publicKey, privateKey: Buffer.from(privateKey, 'hex').toString('base64url') }
}
