import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { concatBytes } from '../bytes/concat.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { compressPoint } from '../jwt/points.ts'
import { parseSpki } from './spki.ts'

const spkiOf = (curve: string) =>
  new Uint8Array(
    generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ type: 'spki', format: 'der' }),
  )
const own = spkiOf('secp256k1')

it('reads what OpenSSL writes', () => {
  const point = parseSpki(own)
  expect(point).toEqual(own.slice(-65))
  expect(createNobleEngine().decompress(point!)).toEqual(point)
})

it('reads compressed points', () => {
  const compressed = compressPoint(own.slice(-65))
  const prefix = decodeHex('3036301006072a8648ce3d020106052b8104000a032200')!
  expect(parseSpki(concatBytes(prefix, compressed))).toEqual(compressed)
})

it('refuses other curves and algorithms', () => {
  expect(encodeHex(own)).toContain('06052b8104000a')
  for (const curve of ['prime256v1', 'secp384r1', 'brainpoolP256r1'])
    expect(parseSpki(spkiOf(curve))).toBeUndefined()
  const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  expect(parseSpki(ed25519)).toBeUndefined()
  // The curve of Bitcoin's neighbour in the registry of curves: only the last byte of the name differs.
  const renamed = own.slice()
  renamed[19] = 0x21
  expect(parseSpki(renamed)).toBeUndefined()
})

it('refuses what is cut, longer, or altered before the point', () => {
  expect(parseSpki(new Uint8Array())).toBeUndefined()
  expect(parseSpki(own.subarray(0, -1))).toBeUndefined()
  expect(parseSpki(own.subarray(1))).toBeUndefined()
  expect(parseSpki(concatBytes(own, Uint8Array.of(0)))).toBeUndefined()
  fc.assert(
    fc.property(fc.nat({ max: own.length - 66 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = own.slice()
      altered[at] = altered[at]! ^ change
      expect(parseSpki(altered)).toBeUndefined()
    }),
  )
})
