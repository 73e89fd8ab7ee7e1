import { createHash } from 'node:crypto'
import type { Identity } from '@uport-kit/core'

/**
 * Signs header and payload as the texts they are, so that a test can write what no honest encoder would: members twice,
 * of the wrong type, or of no meaning.
 *
 * @param form of the signature, whatever the header says
 */
export async function signText(
  { keyId, keys }: Identity,
  header: string,
  payload: string,
  form: 'ES256K' | 'ES256K-R' = 'ES256K',
): Promise<string> {
  const preimage = new TextEncoder().encode(`${encode(header)}.${encode(payload)}`)
  const digest = new Uint8Array(createHash('sha256').update(preimage).digest())
  const { r, s, recovery } = await keys.sign(keyId, digest, {
    purpose: 'jwt',
    hash: 'sha256',
    preimage,
    preview: {},
  })
  const signature = form === 'ES256K' ? [...r, ...s] : [...r, ...s, recovery]
  return `${Buffer.from(preimage).toString()}.${Buffer.from(signature).toString('base64url')}`
}

/** Header and payload of a token as the texts that were signed. */
export function textsOf(jwt: string): { readonly header: string; readonly payload: string } {
  const [header = '', payload = ''] = jwt.split('.')
  return { header: decode(header), payload: decode(payload) }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString()
}
