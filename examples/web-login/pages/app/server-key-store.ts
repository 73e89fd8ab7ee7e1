import {
  decodeHex,
  type KeyStore,
  type RecoverableSignature,
  type SignContext,
  UportError,
} from '@uport-kit/core'
import { call } from '../shared/site.ts'

/**
 * A key store whose key stays on the library's server: the page makes requests in the library's name, and the server signs those
 * which pages may ask for, while somebody is logged in. The page never holds a key, so it has none to lose.
 */
export function serverKeyStore(keyId: string): KeyStore {
  return {
    // Its public key is in the library's identity document; nothing here needs it.
    get: async () => undefined,
    sign: async (id, _digest, context, options = {}) => {
      if (id !== keyId || context.purpose !== 'jwt') throw refused(id, context)
      const input = new TextDecoder().decode(context.preimage)
      const { r, s, recovery } = await call<{ r: string; s: string; recovery: 0 | 1 }>('/api/sign', {
        method: 'POST',
        body: { input },
        signal: options.signal,
      })
      return { r: bytes(r), s: bytes(s), recovery } satisfies RecoverableSignature
    },
  }
}

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex)
  if (decoded === undefined) throw new TypeError('the server sent a malformed signature')
  return decoded
}

function refused(keyId: string, { purpose }: SignContext): UportError<'KEY_SIGNING_REFUSED'> {
  return new UportError('KEY_SIGNING_REFUSED', 'The server signs requests alone.', {
    data: { keyId, reason: purpose },
  })
}
