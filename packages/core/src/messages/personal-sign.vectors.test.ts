import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keccak256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { addressOf } from '../keys/address.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { JsonObject } from '../ports/index.ts'
import { recoverAccount, toAccountSignature } from './account-signature.ts'
import { personalMessageBytes, personalMessagePreimage, personalMessagePreview } from './personal-message.ts'
import { parsePersonalSignResponse } from './personal-sign-response.ts'

interface Vector {
  readonly id: string
  readonly data: string
  readonly digest: string
  readonly privateKey?: string
  readonly address: string
  readonly signature: { readonly r: string; readonly s: string; readonly v: 27 | 28 }
  readonly responsePayload?: JsonObject
}

const file = new URL('../../../../test/vectors/personal-sign.json', import.meta.url)
const { vectors }: { readonly vectors: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'))
const own = vectors.filter(({ privateKey }) => privateKey !== undefined)
const real = vectors.filter(({ responsePayload }) => responsePayload !== undefined)
const engine = createNobleEngine()

describe('messages signed elsewhere', () => {
  it('are there', () => {
    expect([vectors.length, own.length, real.length]).toEqual([6, 5, 1])
  })

  it.each(vectors)('$id has this digest and signer', ({ data, digest, signature, address }) => {
    const hash = keccak256(personalMessagePreimage(personalMessageBytes(data)))
    expect(`0x${encodeHex(hash)}`).toBe(digest)
    const { signature: read } = parsePersonalSignResponse({ data, signature: { ...signature } })
    expect(recoverAccount(read, hash, engine)).toBe(address)
  })

  it.each(own)(
    '$id is signed so by our key store',
    async ({ data, digest, signature, address, privateKey }) => {
      const keys = new MemoryKeyStore()
      const key = await keys.import(decodeHex(privateKey ?? '') ?? new Uint8Array(), { keyId: 'k' })
      expect(addressOf(key.publicKey)).toBe(address)
      const message = personalMessageBytes(data)
      const preimage = personalMessagePreimage(message)
      const preview = personalMessagePreview(message)
      const made = await keys.sign('k', decodeHex(digest) ?? new Uint8Array(), {
        purpose: 'personal-message',
        hash: 'keccak256',
        preimage,
        preview,
      })
      expect(toAccountSignature(made)).toEqual(signature)
    },
  )

  it.each(real)('$id reads as a real wallet wrote it', ({ responsePayload, data, signature }) => {
    const read = parsePersonalSignResponse(responsePayload ?? {})
    expect(read.data).toBe(data)
    expect(read.signature).toEqual(signature)
  })
})
