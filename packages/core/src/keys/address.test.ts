import { expect, it } from 'vitest'
import { decodeHex } from '../bytes/hex.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { addressOf } from './address.ts'

// The first account of the mnemonic that every development chain uses.
const PRIVATE_KEY = decodeHex('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
const ADDRESS = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'

it('is the same for both forms of the key', () => {
  const engine = createNobleEngine()
  const compressed = engine.publicKeyOf(PRIVATE_KEY ?? new Uint8Array())
  expect(addressOf(compressed)).toBe(ADDRESS)
  expect(addressOf(engine.decompress(compressed) ?? new Uint8Array())).toBe(ADDRESS)
})

it.each([0, 32, 33, 65])('refuses %i bytes that are no point', (length) => {
  expect(() => addressOf(new Uint8Array(length))).toThrow(TypeError)
})
