import { contractAccount, IdentityManager, TxRelay } from '@uport-kit/account-contract'
import {
  encodeHex,
  encodeUtf8,
  type KeyStore,
  MemoryKeyStore,
  type PendingRequest,
  sealBox,
  sha256,
} from '@uport-kit/core'
import { httpRpc } from '@uport-kit/core/ethereum'
import { startSponsorServer } from '@uport-kit/sponsor-server'
import { type RedisClient, redisRequestStore, redisTopicStore } from '@uport-kit/store-redis'
import { RedirectChannel, RedirectReplySender } from '@uport-kit/transport-url'
import { createOrigin } from '../../../packages/key-store-browser/test-support/tabs.ts'
import {
  createOrigin as createStoreOrigin,
  pending,
} from '../../../packages/store-browser/test-support/tabs.ts'
import { type Canaries, endOf, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'
import { toSign } from './keys.ts'

/** The public key of the private key 1. */
const GENERATOR = Uint8Array.from(
  Buffer.from('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', 'hex'),
)
const ADDRESS = `0x${'12'.repeat(20)}`

/** Keeps the one key that a sponsor pays with. */
async function keyOf(canaries: Canaries, name: string): Promise<KeyStore> {
  const keys = new MemoryKeyStore()
  await keys.import(canaries.bytes('a private key', sha256(encodeUtf8(`canary of ${name}`))), {
    keyId: 'key',
  })
  return keys
}

/** A node behind an address with a key in it, which never answers well. */
function failingNode(canaries: Canaries) {
  const key = canaries.text('the key of the endpoint', 'canaryKeyOfTheEndpoint0123')
  const fetch = async () => new Response(`no such project: ${key}`, { status: 403 })
  return httpRpc(`https://rpc.example/v3/${key}`, { fetch })
}

/** A node that knows its chain, and of every account that it has nothing. */
const poorNode = {
  async request({ method }: { readonly method: string }) {
    if (method === 'eth_getBlockByNumber')
      return { number: '0x1', baseFeePerGas: '0x1', gasLimit: '0x1c9c380' }
    return method === 'eth_getCode' ? '0x' : '0x1'
  },
}

export const newerRows = [
  ...rowsOf('account-contract', {
    async 'a node that fails, behind an address with a key in it'(canaries) {
      const rpc = failingNode(canaries)
      const relay = new TxRelay(ADDRESS, rpc)
      const manager = new IdentityManager({ kind: 'identity', address: ADDRESS, rpc, chainId: 1n })
      return [
        relay,
        manager,
        await failureOf(() => relay.nonce(ADDRESS)),
        await failureOf(() => relay.isListed(ADDRESS, ADDRESS)),
        await failureOf(() => manager.migration(ADDRESS)),
        await failureOf(() => contractAccount({} as never)),
      ]
    },
  }),
  ...rowsOf('key-store-browser', {
    async 'wrong passphrases, records that are damaged, keys that are none'(canaries) {
      const origin = createOrigin()
      const store = origin.tab()
      const boxes = origin.boxTab()
      const secret = canaries.bytes('the private key', sha256(encodeUtf8('canary of the browser')))
      const passphrase = canaries.text('the passphrase', 'canary passphrase of the page')
      const wrong = canaries.text('a wrong passphrase', 'canary passphrase, a wrong one')
      const { digest, context } = toSign(canaries)
      await store.import(secret, { keyId: 'key' })
      const json = await store.exportKeystoreJson('key', passphrase)
      const text = canaries.text('what was sealed', 'canary text in a box')
      const box = sealBox(text, await boxes.publicKey('inbox'))
      return [
        store,
        boxes,
        await failureOf(() => store.import(secret, { keyId: 'key' })),
        await failureOf(() => store.import(secret.slice(1))),
        await failureOf(() => store.sign('key', canaries.bytes('another digest', sha256(digest)), context)),
        await failureOf(() => store.sign('nobody', digest, context)),
        await failureOf(() => store.importKeystoreJson(json, wrong)),
        await failureOf(() =>
          store.importKeystoreJson(`${json.slice(0, -9)}${encodeHex(secret)}`, passphrase),
        ),
        await failureOf(() =>
          boxes.open('inbox', { ...box, ciphertext: box.ciphertext.replace(/^..../, 'AAAA') }),
        ),
        await failureOf(() => boxes.open('nobody', box)),
      ]
    },
  }),
  ...rowsOf('store-browser', {
    async 'records that are damaged, and their read secrets'(canaries) {
      const origin = createStoreOrigin()
      const secret = canaries.text('the read secret', 'canaryReadSecretInTheBrowser1')
      const claim = canaries.text('a claim', 'canary claim in the wallet')
      const requests = origin.requests()
      const wallet = origin.wallet()
      const plain = pending('r', Math.floor(Date.now() / 1000) + 600)
      const record = { ...plain, reply: { ...plain.reply, state: { secret } } }
      await requests.put(record)
      await wallet.put('credentials', 'card', { claim })
      const seen = [requests, wallet, await failureOf(() => requests.put(record))]
      const row = { id: 'r', until: plain.expiresAt + 300 }
      for (const text of [JSON.stringify(record).slice(0, -9), secret, JSON.stringify([secret])]) {
        await origin.putRow('requests', { ...row, record: text })
        await origin.putRow('wallet', { collection: 'credentials', key: 'card', value: `{${text}${claim}` })
        seen.push(await failureOf(() => requests.get('r')))
        seen.push(await failureOf(() => wallet.get('credentials', 'card')))
        seen.push(await failureOf(() => wallet.exportRecords()))
      }
      requests.close()
      wallet.close()
      seen.push(await failureOf(() => wallet.put('credentials', 'card', { claim })))
      return seen
    },
  }),
  ...rowsOf('store-redis', {
    async 'a Redis whose errors quote the command'(canaries) {
      const secret = canaries.text('the read secret', 'canaryReadSecretInRedis0123')
      const quoting = (...args: unknown[]) => {
        throw new Error(`ERR unknown command ${JSON.stringify(args)} ${secret}`)
      }
      const client = new Proxy(
        { isCluster: false, status: 'ready', options: {} },
        {
          get: (target, name) => (name in target ? Reflect.get(target, name) : quoting),
        },
      ) as never as RedisClient
      const record: PendingRequest = {
        id: 'request-of-the-canary',
        issuer: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX',
        requestType: 'shareReq',
        jwt: canaries.text('the request', 'canary request that is stored'),
        expiresAt: 2_000_000_000,
        reply: { channel: 'relay', callback: 'https://relay.example/t/1', state: { secret } },
      }
      const requests = redisRequestStore({ client })
      const topics = redisTopicStore({ client })
      return [
        await failureOf(() => requests.put(record)),
        await failureOf(() => requests.get(record.id)),
        await failureOf(() => requests.consume(record.id, secret)),
        await endOf(() => topics.close()),
      ]
    },
  }),
  ...rowsOf('transport-url', {
    async 'replies that do not open, and addresses that are none'(canaries) {
      const reply = canaries.text('the reply', 'canary reply in the fragment')
      const quoting = new RedirectReplySender({
        open: (url) => {
          throw new Error(`cannot open ${url}`)
        },
      })
      const target = new URL('https://app.example/back')
      return [
        quoting,
        await failureOf(() => quoting.send(target, { access_token: reply })),
        await failureOf(() => quoting.send(target, { access_token: reply.repeat(6000) })),
        await failureOf(() => new RedirectChannel({ returnTo: 'ftp://app.example' })),
      ]
    },
  }),
  ...rowsOf('sponsor-server', {
    async 'tokens and payments that are refused: answers and log'(canaries) {
      const log: unknown[] = []
      const keys = await keyOf(canaries, 'the sponsor')
      const token = canaries.text('a fuel token', 'canaryHeader.canaryPayloadOfFuel.canarySignatureOfFuel')
      const basic = canaries.text('another token', 'canaryBasicToken0123456789')
      const common = {
        keys,
        keyId: 'key',
        chainId: 1n,
        issuers: [{ did: 'did:ethr:0x1212121212121212121212121212121212121212', publicKey: GENERATOR }],
        txRelay: ADDRESS,
        log: (event: unknown) => log.push(event),
        accessLog: (event: unknown) => log.push(event),
      }
      const seen: unknown[] = [
        log,
        await failureOf(() => startSponsorServer({ ...common, rpc: failingNode(canaries) })),
        await failureOf(() => startSponsorServer({ ...common, rpc: poorNode, keyId: 'nobody' })),
      ]
      return seen.concat(await paymentsOf(common, token, basic))
    },
  }),
]

/** What the sponsor says to whoever has no right to be paid for. */
async function paymentsOf(
  common: Omit<Parameters<typeof startSponsorServer>[0], 'rpc'>,
  token: string,
  basic: string,
): Promise<unknown[]> {
  const started = await startSponsorServer({ ...common, rpc: poorNode })
  const seen: unknown[] = [started]
  try {
    for (const authorization of [`Bearer ${token}`, `Basic ${basic}`]) {
      for (const path of ['/relay', '/fund', '/api/v2/relay', '/unnu/lookup', '/x']) {
        const answer = await fetch(`${started.url}${path}`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ metaSignedTx: token, token: basic }),
        })
        seen.push(answer.status, JSON.stringify([...answer.headers]), await answer.text())
      }
    }
    return seen
  } finally {
    await started.close()
  }
}
