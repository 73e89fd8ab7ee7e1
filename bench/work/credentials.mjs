// A disclosure reply as an application judges it, and a credential.

import {
  addressOf,
  decodeJwt,
  disclosure,
  memoryBoxKeys,
  memoryRequestStore,
  Requester,
  sha256,
  signJwt,
  verifyJwt,
} from '@uport-kit/core'
import { createAgent } from '@veramo/core'
import { CredentialProviderJWT } from '@veramo/credential-jwt'
import { CredentialPlugin } from '@veramo/credential-w3c'
import { DIDManager, MemoryDIDStore } from '@veramo/did-manager'
import { EthrDIDProvider } from '@veramo/did-provider-ethr'
import { DIDResolverPlugin } from '@veramo/did-resolver'
import { KeyManager, MemoryKeyStore, MemoryPrivateKeyStore } from '@veramo/key-manager'
import { KeyManagementSystem } from '@veramo/kms-local'
import { alternate, timesAsLong } from '../lib/alternate.mjs'
import {
  address,
  byAddress,
  Credentials,
  keys,
  native,
  noble,
  now,
  oldDidJwt,
  oldResolver,
  privateHex,
  resolver,
  rules,
  theirResolver,
} from '../lib/world.mjs'

export async function measureCredentials(options) {
  return [await disclosureReply(options), await credential(options)]
}

const identity = { did: byAddress, keyId: 'bench', keys, boxKeys: memoryBoxKeys() }

/** The answering side of an app without the network, whose requests can be spent any number of times. */
async function ourReply(engine) {
  const requests = memoryRequestStore({ clock: { now: () => now } })
  const channel = {
    id: 'local',
    mode: 'post',
    open: async ({ id }) => ({ channel: 'local', callback: `https://app.example/${id}`, state: {} }),
    close: async () => undefined,
    receive: async function* () {},
  }
  const requester = new Requester({
    identity,
    resolver,
    engine,
    sealing: 'preferred',
    replyChannels: [channel],
    requests: {
      put: (record, given) => requests.put(record, given),
      get: (id, given) => requests.get(id, given),
      consume: async () => 'won',
    },
    clock: { now: () => now, sleep: async () => undefined },
  })
  const { id, jwt: req } = await requester.create(disclosure, { requested: ['name'] }, { reply: 'local' })
  const jwt = await signJwt(
    { type: 'shareResp', aud: byAddress, req, own: { name: 'Bob' } },
    { ...identity, alg: 'ES256K' },
    { now, expiresIn: 3600 },
  )
  return async () => {
    const { own } = await requester.verify(disclosure, id, { access_token: jwt })
    return own.name === 'Bob'
  }
}

async function theirReply() {
  const app = new Credentials({ did: byAddress, privateKey: privateHex, resolver: oldResolver })
  const req = await app.createDisclosureRequest({
    requested: ['name'],
    callbackUrl: 'https://app.example/cb',
  })
  const signer = oldDidJwt.SimpleSigner(privateHex)
  const payload = { type: 'shareResp', aud: byAddress, req, own: { name: 'Bob' } }
  const jwt = await oldDidJwt.createJWT(payload, { issuer: byAddress, signer })
  return async () => (await app.authenticateDisclosureResponse(jwt)).name === 'Bob'
}

async function disclosureReply(options) {
  const rows = await alternate(
    [
      { name: 'uport-credentials 1.3.5 authenticateDisclosureResponse', run: await theirReply() },
      { name: 'ours, native engine', run: await ourReply(native) },
      { name: 'ours, default engine', run: await ourReply(noble) },
    ],
    options,
  )
  const work = 'verify one disclosure reply, native, against uport-credentials 1.3.5'
  return {
    title: 'Verify one disclosure reply',
    note: 'Theirs verifies the request inside the reply by its signature; ours knows its own request by heart, and verifies one.',
    rows,
    claims: [{ work, least: 25, factor: timesAsLong(rows[0], rows[1]) }],
  }
}

async function createVeramo() {
  const kms = { local: new KeyManagementSystem(new MemoryPrivateKeyStore()) }
  const provider = new EthrDIDProvider({
    defaultKms: 'local',
    network: 'mainnet',
    rpcUrl: 'http://127.0.0.1:1',
  })
  const agent = createAgent({
    plugins: [
      new KeyManager({ store: new MemoryKeyStore(), kms }),
      new DIDManager({
        store: new MemoryDIDStore(),
        defaultProvider: 'did:ethr',
        providers: { 'did:ethr': provider },
      }),
      new DIDResolverPlugin({ resolver: theirResolver }),
      new CredentialPlugin([new CredentialProviderJWT()]),
    ],
  })
  const key = {
    kid: 'k',
    type: 'Secp256k1',
    kms: 'local',
    privateKeyHex: privateHex,
    meta: { algorithms: ['ES256K'] },
  }
  await agent.didManagerImport({ did: byAddress, provider: 'did:ethr', controllerKeyId: 'k', keys: [key] })
  return agent
}

const CREDENTIALS = 16

/**
 * Half of the signatures have the recovery id 0 and half have 1, in turn, as it is by and large among all. Veramo's
 * library tries 0 first, so one credential would be fast or slow in all runs of a process, by the toss of a coin.
 */
async function credentialsOf(agent) {
  const found = [[], []]
  for (let index = 0; found.some((ones) => ones.length < CREDENTIALS / 2); index++) {
    const credential = await agent.createVerifiableCredential({
      credential: {
        issuer: { id: byAddress },
        '@context': ['https://www.w3.org/2018/credentials/v1'],
        type: ['VerifiableCredential'],
        issuanceDate: new Date(now * 1000).toISOString(),
        credentialSubject: { id: 'did:ex:subject', name: 'Bob Smith', index },
      },
      proofFormat: 'jwt',
    })
    found[recoveryIdOf(credential.proof.jwt)].push(credential)
  }
  return Array.from({ length: CREDENTIALS }, (_, index) => found[index % 2][index >> 1])
}

function recoveryIdOf(jwt) {
  const { signature, signingInput } = decodeJwt(jwt)
  const point = native.recover(signature, 0, sha256(new TextEncoder().encode(signingInput)))
  return point !== undefined && addressOf(point) === address ? 0 : 1
}

async function credential(options) {
  const agent = await createVeramo()
  const all = await credentialsOf(agent)
  const ours = (engine) => async (index) =>
    (await verifyJwt(all[index % CREDENTIALS].proof.jwt, rules(engine))).issuer === byAddress
  const rows = await alternate(
    [
      {
        name: 'Veramo 7 verifyCredential',
        run: async (index) =>
          (await agent.verifyCredential({ credential: all[index % CREDENTIALS] })).verified,
      },
      { name: 'ours, native engine, the same JWT', run: ours(native) },
      { name: 'ours, default engine, the same JWT', run: ours(noble) },
    ],
    options,
  )
  const work = 'verify one credential, native, against Veramo 7 verifyCredential'
  return {
    title: 'Verify one credential',
    note: 'By an address, and 16 of them in turn: Veramo tries the recovery id 0 first, which is that of every second signature, and 1 then.',
    rows,
    claims: [{ work, least: 50, factor: timesAsLong(rows[0], rows[1]) }],
  }
}
