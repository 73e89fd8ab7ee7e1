import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { UportError } from '../errors/uport-error.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { parseAccountSignature, recoverAccount, toAccountSignature } from '../messages/account-signature.ts'
import { refuseRequest } from '../messages/members.ts'
import type { JsonObject } from '../ports/json.ts'
import { checkTypedData } from './typed-data.ts'

interface Vector {
  readonly id: string
  readonly typedData: JsonObject
  readonly domainSeparator: string
  readonly structHash?: string
  readonly digest: string
  readonly privateKey?: string
  readonly address: string
  readonly signature: { readonly r: string; readonly s: string; readonly v: number }
}

const file = new URL('../../../../test/vectors/typed-data.json', import.meta.url)
const { vectors, invalid } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly vectors: readonly Vector[]
  readonly invalid: readonly { readonly id: string; readonly typedData: JsonObject }[]
}
const engine = createNobleEngine()
const hex = (bytes: Uint8Array): string => `0x${encodeHex(bytes)}`

describe('typed data of the vectors', () => {
  it('are there', () => {
    expect([vectors.length, invalid.length]).toEqual([5, 7])
    expect(vectors.filter(({ privateKey }) => privateKey !== undefined)).toHaveLength(4)
    expect(vectors.filter(({ structHash }) => structHash !== undefined)).toHaveLength(4)
  })

  it.each(vectors)('$id hashes to its digest, and its signature leads to its account', (vector) => {
    const { hash } = checkTypedData(vector.typedData, 'typedData', refuseRequest)
    expect(hex(hash.domainSeparator)).toBe(vector.domainSeparator)
    if (vector.structHash !== undefined) expect(hex(hash.structHash)).toBe(vector.structHash)
    expect(hex(hash.digest)).toBe(vector.digest)
    const signature = parseAccountSignature(vector.signature, 'signature', refuseRequest)
    expect(signature).toEqual(vector.signature)
    expect(recoverAccount(signature, hash.digest, engine)).toBe(vector.address)
  })

  it.each(vectors.filter(({ privateKey }) => privateKey !== undefined))('$id is signed alike', (vector) => {
    const { hash } = checkTypedData(vector.typedData, 'typedData', refuseRequest)
    const privateKey = decodeHex(vector.privateKey ?? '') ?? new Uint8Array()
    expect(toAccountSignature(engine.sign(hash.digest, privateKey))).toEqual(vector.signature)
  })

  it.each(invalid)('$id is refused', ({ typedData }) => {
    expect(() => checkTypedData(typedData, 'typedData', refuseRequest)).toThrow(UportError)
  })
})
