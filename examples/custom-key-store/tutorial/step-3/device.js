// Stands for your vendor's client: it signs a digest as it is, with a random k, and answers in DER with any s.
import { generateKeyPairSync } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d, 'base64url')
const spki = publicKey.export({ format: 'der', type: 'spki' })
const options = { prehash: false, lowS: false, extraEntropy: true, format: 'der' }

export const device = {
  publicKey: async (label) => (label === 'login' ? spki : undefined),
  sign: async (_label, digest) => secp256k1.sign(digest, secret, options),
}
