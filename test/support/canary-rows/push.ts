import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  encodeBase64,
  encodeUtf8,
  type Identity,
  MemoryKeyStore,
  memoryBoxKeys,
  memoryWalletStore,
  sha256,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { PushGrants, PushInbox, pushTransport } from '@uport-kit/transport-push'
import { type Canaries, endOf, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'
import { DID, TOKEN } from './network.ts'

/** A push server that refuses, and says back to whoever asks all that they sent. */
async function withServer<T>(status: number, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () =>
      response.writeHead(status).end(`${JSON.stringify(request.headers)} ${request.url} ${body}`),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function createIdentity(canaries: Canaries): Promise<Identity> {
  const keys = new MemoryKeyStore()
  const privateKey = canaries.bytes('the private key', sha256(encodeUtf8('canary push key')))
  await keys.import(privateKey.slice(), { keyId: 'push' })
  return { did: DID, keyId: 'push', keys, boxKeys: memoryBoxKeys() }
}

async function run(canaries: Canaries, status: number): Promise<readonly unknown[]> {
  const identity = await createIdentity(canaries)
  const secret = canaries.bytes('the random bytes', sha256(encodeUtf8('canary push randomness')))
  const randomBytes = (length: number) => secret.slice(0, length)
  return withServer(status, async (url) => {
    const expiresAt = Math.floor(Date.now() / 1000) + 60
    const grant = {
      jwt: canaries.token('the grant', TOKEN),
      endpoint: `${url}/i/${'A'.repeat(43)}`,
      expiresAt,
      boxPub: encodeBase64(new Uint8Array(32).fill(9)),
    }
    const request = {
      id: 'request-1',
      jwt: TOKEN,
      replyMode: 'post',
      expiresAt,
      uri: () => `me.uport:req/${TOKEN}`,
    } as const
    const push = pushTransport({
      identity,
      safeFetch: createSafeFetch({ allowOrigins: [url] }),
      deadline: 0.1,
      // Sealing takes an ephemeral key and a nonce from it, too.
      randomBytes,
    })
    const store = memoryWalletStore()
    const grants = new PushGrants({ url, store, identity: async () => identity, randomBytes })
    const unknown = new PushGrants({
      url,
      store,
      identity: () => Promise.reject(new Error('no such identity')),
    })
    await store.put('push-grants', 'b', { id: 'b', did: DID, audience: DID, expiresAt })
    return [
      push,
      push.to(grant),
      grants,
      new PushInbox({ grants }),
      await endOf(async () => (await push.to(grant).deliver(request)).ended),
      await failureOf(() => push.to({ ...grant, boxPub: undefined }).deliver(request)),
      await failureOf(() => push.to({ ...grant, expiresAt: 1 }).deliver(request)),
      await endOf(() => grants.create({ did: DID, audience: DID })),
      await endOf(() => grants.revoke('b')),
      await failureOf(() => unknown.create({ did: DID, audience: DID })),
    ]
  })
}

export const pushRows = rowsOf('transport-push', {
  'the push server refuses and repeats everything': (canaries) => run(canaries, 403),
  'the push server fails and repeats everything': (canaries) => run(canaries, 500),
})
