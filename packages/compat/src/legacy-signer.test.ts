import {
  createNobleEngine,
  decodeJwt,
  encodeBase64url,
  encodeHex,
  encodeUtf8,
  ManualClock,
  sha256,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { DocumentResolver, ethrDocument } from '../test-support/vectors.ts'
import { Credentials, type LegacySigner } from './index.ts'
import { createIdentity, parsePrivateKey } from './private-key.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const engine = createNobleEngine()
const { did, privateKey } = createIdentity()
const clock = new ManualClock(1_700_000_000)
const resolver = new DocumentResolver({ [did]: ethrDocument(did) })

const sign = (data: string, key = privateKey) => engine.sign(sha256(encodeUtf8(data)), parsePrivateKey(key))
const hex = (bytes: Uint8Array) => encodeHex(bytes)

const simple: LegacySigner = async (data) => {
  const { r, s, recovery } = sign(data)
  return { r: hex(r), s: hex(s), recoveryParam: recovery }
}
const high: LegacySigner = async (data) => {
  const { r, s, recovery } = sign(data)
  return {
    r: hex(r),
    s: (ORDER - BigInt(`0x${hex(s)}`)).toString(16).padStart(64, '0'),
    recoveryParam: 1 - recovery,
  }
}
const compact: LegacySigner = async (data) => {
  const { r, s, recovery } = sign(data)
  return encodeBase64url(Uint8Array.of(...r, ...s, recovery))
}

describe('a signer function', () => {
  it.each([
    ['r, s and recoveryParam', simple],
    ['high s', high],
    ['one text', compact],
  ])('signs as its key does: %s', async (_, signer) => {
    const token = await new Credentials({ did, signer, clock }).signJWT({ a: 1 }, 60)
    expect(token).toBe(await new Credentials({ privateKey, clock }).signJWT({ a: 1 }, 60))
    await new Credentials({ did, signer, clock, resolver }).checkIdentity()
  })

  it('of another key is noticed when it signs', async () => {
    const other = createIdentity()
    const credentials = new Credentials({ did: other.did, signer: simple, clock })
    await expect(credentials.signJWT({})).rejects.toMatchObject({ code: 'IDENTITY_KEY_MISMATCH' })
    const unchecked = new Credentials({ did: other.did, signer: simple, clock, checkKey: false })
    expect(decodeJwt(await unchecked.signJWT({})).payload['iss']).toBe(other.did)
  })

  it.each([
    ['nothing', ''],
    ['64 bytes without recovery', encodeBase64url(new Uint8Array(64).fill(1))],
    ['short members', { r: '01', s: '02', recoveryParam: 0 }],
    ['no hex', { r: 'zz', s: 'zz', recoveryParam: 0 }],
    ['no recovery', { r: '01'.repeat(32), s: '01'.repeat(32) }],
    ['zeros', { r: '00'.repeat(32), s: '00'.repeat(32), recoveryParam: 0 }],
  ])('that answers %s is refused', async (_, answer) => {
    const credentials = new Credentials({ did, signer: async () => answer, clock })
    await expect(credentials.signJWT({})).rejects.toMatchObject({ code: 'KEY_SIGNATURE_INVALID' })
  })
})
