// usage: node first-token.mjs nothing|did-jwt|core|native <token> <public key>

const [, , which, token, publicKeyHex] = process.argv
const did = 'did:ex:key'
const document = {
  '@context': 'https://www.w3.org/ns/did/v1',
  id: did,
  verificationMethod: [
    { id: `${did}#k`, type: 'EcdsaSecp256k1VerificationKey2019', controller: did, publicKeyHex },
  ],
  authentication: [`${did}#k`],
  assertionMethod: [`${did}#k`],
}
const audience = 'did:ex:me'

if (which === 'did-jwt') {
  const { verifyJWT } = await import('did-jwt')
  const { Resolver } = await import('did-resolver')
  const ex = async () => ({ didResolutionMetadata: {}, didDocumentMetadata: {}, didDocument: document })
  await verifyJWT(token, { resolver: new Resolver({ ex }), audience })
} else if (which !== 'nothing') {
  const { verifyJwt } = await import('@uport-kit/core')
  const engine =
    which === 'native' ? (await import('@uport-kit/engine-native')).createNativeEngine() : undefined
  const resolver = { methods: ['ex'], resolve: async () => ({ did, document }) }
  await verifyJwt(token, { resolver, engine, audience, now: Math.floor(Date.now() / 1000) })
}
