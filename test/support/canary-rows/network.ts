import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PostReplySender, RelayClient, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  encodeMnid,
  encodeUtf8,
  type ReplyAddress,
  sha256,
  sha256Base64url,
  systemClock,
  type TopicStore,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { createRelayApp, memoryTopicStore, startRelayServer } from '@uport-kit/relay-server'
import { EthrDidResolver } from '@uport-kit/resolver-ethr'
import { KuboPublisher, UportResolver } from '@uport-kit/resolver-uport'
import { WebDidResolver } from '@uport-kit/resolver-web'
import { encodeQr, QrTransport } from '@uport-kit/transport-qr'
import { type Canaries, endOf, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'

export const TOKEN =
  'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NksifQ.eyJjYW5hcnkiOiJ0aGF0IG5vYm9keSBtYXkgc2VlIn0.Y2FuYXJ5LXNpZ25hdHVyZS1vZi10aGUtdG9rZW4'
export const DID = `did:uport:${encodeMnid({ network: 1n, address: `0x${'12'.repeat(20)}` })}` as const

/** A server that answers as it is told, and says back to whoever asks all that they sent. */
async function withServer<T>(
  answer: (seen: string, response: ServerResponse, request: IncomingMessage) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () =>
      answer(`${JSON.stringify(request.headers)} ${request.url} ${body}`, response, request),
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

/** How a server fails its client. */
const ANSWERS: ReadonlyMap<string, (seen: string, response: ServerResponse) => void> = new Map([
  ['401 that repeats everything', (seen, response) => void response.writeHead(401).end(seen)],
  [
    '500 in JSON that repeats everything',
    (seen, response) =>
      void response
        .writeHead(500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: seen })),
  ],
  [
    '200 of what is no JSON',
    (seen, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(seen),
  ],
  [
    '200 of other JSON',
    (seen, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([seen])),
  ],
  [
    'a redirect with everything in its address',
    (seen, response) =>
      void response.writeHead(302, { location: `/?${encodeURIComponent(seen).slice(0, 4000)}` }).end(),
  ],
  ['a broken connection', (_, response) => void response.socket?.destroy()],
])

function request(canaries: Canaries) {
  return {
    id: 'request-1',
    jwt: canaries.token('the request', TOKEN),
    replyMode: 'post',
    expiresAt: Math.floor(Date.now() / 1000) + 60,
    uri: () => `https://id.uport.me/req/${TOKEN}`,
  } as const
}

export const channelRows = rowsOf(
  'channel-relay',
  Object.fromEntries(
    [...ANSWERS].map(([name, answer]) => [
      `the relay answers with ${name}`,
      (canaries: Canaries) =>
        withServer(answer, async (url) => {
          const secret = canaries.bytes('the read secret', sha256(encodeUtf8('canary read secret')))
          const client = new RelayClient({
            url,
            randomBytes: (length) => secret.slice(0, length),
            timeoutMs: 2000,
          })
          const safeFetch = createSafeFetch({ allowOrigins: [url] })
          const read = canaries.text('another read secret', Buffer.from(sha256(secret)).toString('base64url'))
          const address: ReplyAddress = {
            channel: 'relay',
            callback: `${url}/t/${'a'.repeat(43)}`,
            state: { secret: read, expiresAt: 1 },
          }
          const body = {
            encrypted: { ciphertext: canaries.text('the reply', 'canary ciphertext of the reply') },
          }
          const first = async () => {
            for await (const reply of client.receive(address))
              throw new Error(`came through: ${Object.keys(reply).length}`)
            throw new Error('ended')
          }
          try {
            return [
              client,
              await endOf(() => client.open({ id: 'request-1', expiresAt: 2_000_000_000 })),
              await endOf(() => client.publish(request(canaries))),
              await failureOf(first),
              await failureOf(() =>
                new RelayRequestFetcher({ safeFetch }).fetch(
                  new URL(`${url}/r/x#${sha256Base64url(encodeUtf8(TOKEN))}`),
                ),
              ),
              await new PostReplySender({ safeFetch })
                .send(new URL(`${url}/t/cb?${read}`), body)
                .catch((error: unknown) => error),
            ]
          } finally {
            await client[Symbol.asyncDispose]()
            await safeFetch.close()
          }
        }),
    ]),
  ),
)

/** A store whose every failure quotes what it was given. */
function quotingStore(): TopicStore {
  return new Proxy(memoryTopicStore({ clock: systemClock() }), {
    get: (target, name) =>
      name === 'close'
        ? () => target.close()
        : (...args: unknown[]) => {
            throw new Error(`LEVEL: ${String(name)} failed for ${JSON.stringify(args)}`)
          },
  })
}

export const relayRows = rowsOf('relay-server', {
  async 'requests that are refused, and a store that fails: answers and log'(canaries) {
    const log: unknown[] = []
    const secret = canaries.text(
      'the read secret',
      Buffer.from(sha256(encodeUtf8('canary topic'))).toString('base64url'),
    )
    const posted = canaries.text('the posted reply', 'canary reply that was posted')
    const seen: unknown[] = [log]
    for (const store of [memoryTopicStore({ clock: systemClock() }), quotingStore()]) {
      const app = createRelayApp({ store, legacyTopics: true, log: (event) => log.push(event) })
      const wrong = canaries.text(
        'a wrong secret',
        Buffer.from(sha256(encodeUtf8('canary wrong'))).toString('base64url'),
      )
      const id = sha256Base64url(encodeUtf8(`uport topic ${secret}`))
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ access_token: posted })
      const calls: [string, RequestInit][] = [
        [`/t/${id}`, { method: 'PUT', headers, body: `{"expiresAt": "${posted}"` }],
        [`/t/${id}`, { method: 'PUT', headers, body: JSON.stringify({ expiresAt: posted }) }],
        [
          `/t/${id}`,
          {
            method: 'PUT',
            headers: { ...headers, authorization: `Bearer ${wrong}` },
            body: JSON.stringify({ expiresAt: 2_000_000_000 }),
          },
        ],
        [`/t/${id}`, { method: 'GET', headers: { authorization: `Bearer ${wrong}` } }],
        [`/t/${id}`, { method: 'GET', headers: { authorization: `Basic ${wrong}` } }],
        [`/t/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }],
        [
          `/t/${id}`,
          { method: 'POST', headers: { 'content-type': 'application/json' }, body: `${body}${body}` },
        ],
        [`/t/${id}`, { method: 'DELETE', headers }],
        [`/r/${id}`, { method: 'PUT', headers, body: posted }],
        [`/topic/${id}`, { method: 'POST', headers, body }],
        [`/api/v1/topic/${id}`, { method: 'GET' }],
        [`/${posted.replaceAll(' ', '-')}`, { method: 'GET', headers }],
        ['/t/x', { method: 'PATCH', headers, body }],
      ]
      for (const [path, init] of calls) {
        const answer = await app.request(path, init)
        if (answer.status >= 400)
          seen.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`)
      }
      await store.close()
    }
    if (seen.length < 16) throw new Error(`only ${seen.length} were refused`)
    return seen
  },
  async 'settings that cannot be'(canaries) {
    const url = canaries.text('a password in an address', 'canaryPassword0123456789')
    return [
      await failureOf(() => startRelayServer({ publicUrl: `ftp://user:${url}@relay.example` })),
      await failureOf(() => startRelayServer({ dataDirectory: '/dev/null/relay' })),
      await failureOf(() => startRelayServer({ limits: { bodyBytes: -1 } as never })),
    ]
  },
})

export const fetchRows = rowsOf(
  'fetch-node',
  Object.fromEntries(
    [...ANSWERS].map(([name, answer]) => [
      `addresses with a secret in them: ${name}`,
      (canaries: Canaries) =>
        withServer(answer, async (url) => {
          const secret = canaries.text('the secret in the address', 'canarySecretOfTheAddress01')
          const bearer = canaries.text('the bearer', 'canaryBearerToken0123456789')
          const body = canaries.text('the body', 'canary body that is sent')
          const safe = createSafeFetch()
          const own = createSafeFetch({ allowOrigins: [url], timeoutMs: 2000, maxRedirects: 1 })
          const options = {
            method: 'POST',
            headers: { authorization: `Bearer ${bearer}` },
            body,
            maxBytes: 16,
          } as const
          const get = { headers: options.headers, maxBytes: 16 }
          const addresses = [
            'http://a.example',
            'https://127.0.0.1',
            'https://10.0.0.1:444',
            'ftp://a.example',
            url,
          ]
          try {
            return [
              safe,
              ...(await Promise.all(
                addresses.map((base) =>
                  failureOf(() => safe.fetch(new URL(`${base}/${secret}?key=${secret}`), options)),
                ),
              )),
              await failureOf(() => safe.fetch(new URL(`https://user:${secret}@127.0.0.1/`), options)),
              ...(await Promise.all(
                [options, get].map((one) =>
                  own.fetch(new URL(`${url}/${secret}`), one).then(
                    ({ status }) => status,
                    (error: unknown) => error,
                  ),
                ),
              )),
              await failureOf(() =>
                createSafeFetch({ allowOrigins: [`${url}/${secret}`.replace(secret, 'path')] }),
              ),
            ]
          } finally {
            await Promise.all([safe.close(), own.close()])
          }
        }),
    ]),
  ),
)

export const resolverRows = [
  ...rowsOf(
    'resolver-uport',
    Object.fromEntries(
      [...ANSWERS].map(([name, answer]) => [
        `endpoints and gateways with a key in their address: ${name}`,
        (canaries: Canaries) =>
          withServer(answer, async (url) => {
            const key = canaries.text('the key of the endpoint', 'canaryKeyOfTheEndpoint0123')
            const password = canaries.text('the password', 'canaryPassword0123456789')
            const base = url.replace('http://', `http://user:${password}@`)
            const networks = { '0x1': { rpcUrls: [`${base}/v3/${key}`], registry: `0x${'34'.repeat(20)}` } }
            const resolver = new UportResolver({ networks, gateways: [`${base}/${key}`], timeoutMs: 2000 })
            const publisher = new KuboPublisher({
              url: `${base}/${key}`,
              headers: { authorization: `Bearer ${key}` },
              timeoutMs: 2000,
            })
            return [
              resolver,
              publisher,
              await failureOf(() => resolver.resolve(DID)),
              await failureOf(() => publisher.add(encodeUtf8('canary document'))),
              await failureOf(
                () =>
                  new UportResolver({
                    networks: {
                      '0x1': { rpcUrls: [`ftp://user:${password}@a.example/${key}`], registry: '0x' },
                    },
                    gateways: [],
                  }),
              ),
            ]
          }),
      ]),
    ),
  ),
  ...rowsOf(
    'resolver-ethr',
    Object.fromEntries(
      [...ANSWERS].map(([name, answer]) => [
        `an endpoint with a key in its address: ${name}`,
        (canaries: Canaries) =>
          withServer(answer, async (url) => {
            const key = canaries.text('the key of the endpoint', 'canaryKeyOfTheEndpoint0123')
            const password = canaries.text('the password', 'canaryPassword0123456789')
            const network = { name: 'mainnet', chainId: 1n, rpcUrl: `${url}/v3/${key}` }
            const resolver = new EthrDidResolver({ networks: [network], timeoutMs: 2000 })
            const rpcUrl = `http://user:${password}@127.0.0.1/${key}`
            return [
              resolver,
              await failureOf(() => resolver.resolve(`did:ethr:0x${'12'.repeat(20)}`)),
              await failureOf(() => new EthrDidResolver({ networks: [{ ...network, rpcUrl }] })),
            ]
          }),
      ]),
    ),
  ),
  ...rowsOf('resolver-web', {
    async 'a document that cannot be had'(canaries) {
      const quoted = canaries.text('what the address answers', 'canary page with somebody in it')
      const answers = [500, 404, 200].map((status) => ({
        fetch: async (url: URL) => ({
          status,
          url,
          headers: new Map(),
          body: encodeUtf8(status === 200 ? `{"id": "${quoted}` : quoted),
        }),
      }))
      return Promise.all(
        answers.map((safeFetch) =>
          failureOf(() => new WebDidResolver({ safeFetch }).resolve('did:web:a.example')),
        ),
      )
    },
  }),
]

export const qrRows = rowsOf('transport-qr', {
  async 'a request that no code holds, and a publisher that fails'(canaries) {
    const long = { ...request(canaries), uri: () => `https://id.uport.me/req/${TOKEN.repeat(60)}` }
    const publisher = {
      publish: async () => {
        throw new Error('the relay answered 500')
      },
    }
    return [
      await failureOf(() => encodeQr(TOKEN.repeat(60))),
      await failureOf(() =>
        new QrTransport({
          render: () => {
            throw new Error('no screen')
          },
          publisher,
        }).deliver(request(canaries)),
      ),
      await failureOf(() =>
        new QrTransport({
          render: () => {
            throw new Error('no screen')
          },
        }).deliver(long),
      ),
    ]
  },
})
