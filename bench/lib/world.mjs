// The same key, identities, documents and tokens for everybody, and for each his own kind of resolver, all in memory.

import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import {
  addressOf,
  CachingResolver,
  createNobleEngine,
  encodeHex,
  MemoryKeyStore,
  MethodRouter,
  signJwt,
  systemClock,
} from '@uport-kit/core'
import { createNativeEngine } from '@uport-kit/engine-native'
import { createJWT, ES256KSigner } from 'did-jwt'
import { Resolver } from 'did-resolver'

const require = createRequire(import.meta.url)
export const { Credentials } = require('uport-credentials')
const ofCredentials = createRequire(require.resolve('uport-credentials'))
export const oldDidJwt = ofCredentials('did-jwt')
const { Resolver: OldResolver } = ofCredentials('did-resolver')

export const TOKENS = 64
export const native = createNativeEngine()
export const noble = createNobleEngine()
export const privateKey = new Uint8Array(createHash('sha256').update('bench key').digest())
export const privateHex = encodeHex(privateKey)
export const keys = new MemoryKeyStore({ engine: native })
export const { publicKey } = await keys.import(privateKey, { keyId: 'bench' })
export const address = addressOf(publicKey)
export const byKey = 'did:ex:key'
export const byAddress = `did:ethr:${address}`
export const AUDIENCE = 'did:ex:me'

const method = (did, material) => ({
  '@context': 'https://www.w3.org/ns/did/v1',
  id: did,
  verificationMethod: [{ id: `${did}#k`, controller: did, ...material }],
  authentication: [`${did}#k`],
  assertionMethod: [`${did}#k`],
})
const oldMethod = (did, material) => ({
  '@context': 'https://w3id.org/did/v1',
  id: did,
  publicKey: [{ id: `${did}#k`, type: 'Secp256k1VerificationKey2018', owner: did, ...material }],
  authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: `${did}#k` }],
})
const byItsAddress = (did) =>
  method(did, {
    type: 'EcdsaSecp256k1RecoveryMethod2020',
    blockchainAccountId: `eip155:1:${did.slice('did:ethr:'.length)}`,
  })
const documents = {
  [byKey]: method(byKey, { type: 'EcdsaSecp256k1VerificationKey2019', publicKeyHex: encodeHex(publicKey) }),
  [byAddress]: byItsAddress(byAddress),
}
const oldDocuments = {
  [byKey]: oldMethod(byKey, { publicKeyHex: encodeHex(publicKey) }),
  [byAddress]: oldMethod(byAddress, { ethereumAddress: address }),
}

/** Ours as an assembly has it: router and cache. */
const memory = { methods: ['ex', 'ethr'], resolve: async (did) => ({ did, document: documents[did] }) }
export const resolver = new CachingResolver({
  resolver: new MethodRouter([memory]),
  clock: systemClock(),
  ttlSeconds: 3600,
  maxEntries: 4096,
})
const answer = async (did) => ({
  didResolutionMetadata: {},
  didDocumentMetadata: {},
  didDocument: documents[did],
})
export const theirResolver = new Resolver({ ex: answer, ethr: answer })
const oldAnswer = async (did) => oldDocuments[did]
export const oldResolver = new OldResolver({ ex: oldAnswer, ethr: oldAnswer })

export const now = Math.floor(Date.now() / 1000)
export const claims = (index) => ({
  aud: AUDIENCE,
  claims: { name: 'Bob Smith', email: 'bob@example.com', country: 'NO', index },
  sub: 'did:ethr:0x1234567890123456789012345678901234567890',
  type: 'shareResp',
})

/** By the genuine signer, so that everybody reads what was made by somebody else. */
export async function tokensOf(issuer, alg) {
  const signer = ES256KSigner(privateKey, alg === 'ES256K-R')
  return Promise.all(
    Array.from({ length: TOKENS }, (_, index) =>
      createJWT({ ...claims(index), iat: now, exp: now + 3600 }, { issuer, signer, alg }),
    ),
  )
}

/** As many identities that are known by their addresses, and an `ES256K-R` token of each. */
export async function tokensOfStrangers(count) {
  const tokens = []
  for (let index = 0; index < count; index++) {
    const key = new Uint8Array(createHash('sha256').update(`bench stranger ${index}`).digest())
    const issuer = `did:ethr:${addressOf(native.publicKeyOf(key))}`
    documents[issuer] = byItsAddress(issuer)
    const payload = { ...claims(index), iat: now, exp: now + 3600 }
    tokens.push(await createJWT(payload, { issuer, signer: ES256KSigner(key, true), alg: 'ES256K-R' }))
  }
  return tokens
}

export const sign = (index) =>
  signJwt(claims(index), { did: byKey, keyId: 'bench', keys, alg: 'ES256K' }, { now, expiresIn: 3600 })
export const rules = (engine, more = {}) => ({ resolver, engine, now, audience: AUDIENCE, ...more })
