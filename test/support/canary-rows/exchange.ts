import {
  answerDisclosure,
  decodeJwt,
  disclosure,
  encodeHex,
  encodeUtf8,
  type Identity,
  isUportError,
  type JsonObject,
  parseCredential,
  parseIdentityDocument,
  parseReplyFragment,
  parseRequestUri,
  personalSign,
  sha256,
  signJwt,
  verifiedClaim,
  verifyJwt,
} from '@uport-kit/core'
import {
  httpRpc,
  parseTransactionRequest,
  parseTypedDataRequest,
  RpcAnswerError,
} from '@uport-kit/core/ethereum'
import { createWorld, type World } from '../../../packages/core/test-support/exchange-world.ts'
import { ask, Outbox, seal } from '../../../packages/core/test-support/replies.ts'
import { type Canaries, failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'

const SAID = 'canary own words of the person'

/** A token that nobody may see, nor what it says. */
async function plant(canaries: Canaries, name: string, identity: Identity, claims: JsonObject, now: number) {
  const words = canaries.text(`the claim of ${name}`, `canary ${encodeHex(sha256(encodeUtf8(name)))}`)
  const said = { ...claims, own: { name: words, ...(claims['own'] as JsonObject | undefined) } }
  return canaries.token(name, await signJwt(said, identity, { now }))
}

async function allFailures(calls: readonly (() => unknown)[]): Promise<unknown[]> {
  return Promise.all(calls.map((call, index) => failureOf(call, `call ${index}`)))
}

/** What is between a token and trust: tokens of every kind, each refused. */
async function tokenFailures(canaries: Canaries, world: World): Promise<unknown[]> {
  const { user, stranger, app, resolver, clock } = world
  const now = clock.now()
  const rules = { resolver, audience: app.did, now }
  const good = await plant(canaries, 'a token', user.identity, { aud: app.did, exp: now + 60 }, now)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const forged = { ...stranger.identity, did: user.did }
  const unknown = { ...user.identity, did: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' as const }
  const tokens = await Promise.all([
    plant(canaries, 'a token by another key', forged, { aud: app.did, exp: now + 60 }, now),
    plant(canaries, 'an expired token', user.identity, { aud: app.did, exp: now - 600 }, now - 900),
    plant(canaries, 'a token of tomorrow', user.identity, { aud: app.did, nbf: now + 9999 }, now),
    plant(canaries, 'a token for another', user.identity, { aud: stranger.did, exp: now + 60 }, now),
    plant(canaries, 'a token of nobody', unknown, { aud: app.did, exp: now + 60 }, now),
    plant(canaries, 'a token with a crooked end', user.identity, { aud: app.did, exp: `${SAID} end` }, now),
  ])
  canaries.text('a crooked end', `${SAID} end`)
  const texts = [
    ...tokens,
    `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${header}.${payload}`,
    `${header}.${payload.slice(0, 30)}!.${signature}`,
    `${Buffer.from(SAID).toString('base64url')}.${payload}.${signature}`,
    `${header}.${Buffer.from(`{"iss":"${SAID} unclosed`).toString('base64url')}.${signature}`,
    `${Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')}.${payload}.`,
    good.repeat(400),
  ]
  return allFailures(texts.map((text) => () => verifyJwt(text, rules)))
}

const PARSERS: readonly ((text: string) => unknown)[] = [
  decodeJwt,
  (text) => parseRequestUri(text),
  (text) => parseRequestUri(`https://id.uport.me/req/${text}!`),
  (text) => parseRequestUri(`me.uport:?requestToken=${text}%`),
  (text) => parseIdentityDocument({ '@context': text }),
  (text) => parseIdentityDocument(text),
  (text) => parseCredential({ claim: text }),
  (text) => parseTransactionRequest({ type: 'ethtx', to: text, from: text, value: text }),
  (text) => parseTypedDataRequest({ type: 'eip712Req', typedData: { types: text, domain: text } }),
]

export const exchangeRows = rowsOf('core', {
  async 'tokens that are refused'(canaries) {
    return tokenFailures(canaries, await createWorld())
  },
  async 'texts that no parser takes'(canaries) {
    const text = canaries.text('the text', `${SAID} that nobody can parse`)
    const outcomes = await Promise.all(PARSERS.map((parse) => failureOf(() => keepOrThrow(parse(text)))))
    return [...outcomes, parseReplyFragment(`#access_token_${text}`) === undefined]
  },
  async 'replies that the requester refuses'(canaries) {
    const world = await createWorld({ middleware: [] })
    const { user, stranger, app, clock } = world
    const now = clock.now()
    const asked = await ask(world, disclosure, { claims: { user_info: { name: { essential: true } } } })
    canaries.token('the request', asked.jwt)
    const base = { type: 'shareResp', aud: app.did, req: asked.jwt, exp: now + 60 }
    const replies = await Promise.all([
      plant(canaries, 'a reply of another type', user.identity, { ...base, type: 'verReq' }, now),
      plant(canaries, 'a reply to nothing', user.identity, { ...base, req: 'x.y.z' }, now),
      plant(canaries, 'a reply for another', user.identity, { ...base, aud: stranger.did }, now),
      plant(
        canaries,
        'a reply with a DID of its own',
        user.identity,
        { ...base, own: { did: user.did } },
        now,
      ),
      plant(canaries, 'a reply by another key', { ...stranger.identity, did: user.did }, base, now),
    ])
    const nameless = canaries.token(
      'a reply without a name',
      await signJwt({ ...base, own: {} }, user.identity, { now }),
    )
    const sealed = seal(asked.jwt, { access_token: canaries.text('no token', `${SAID} in place of a token`) })
    const elsewhere = await ask(world, disclosure, { claims: { user_info: { name: null } } })
    return allFailures([
      ...[...replies, nameless].map((token) => () => asked.verify({ access_token: token })),
      () => world.requester.verify(disclosure, asked.id, sealed),
      () => world.requester.verify(disclosure, asked.id, seal(elsewhere.jwt, { access_token: nameless })),
      () => world.requester.verify(disclosure, asked.id, { access_token: nameless }),
      () => world.requester.verify(disclosure, 'nobody', sealed),
      () =>
        asked.verify(
          seal(asked.jwt, { error: canaries.text('the error of a wallet', `${SAID} as an error`) }),
        ),
    ])
  },
  async 'a requester whose parts fail'(canaries) {
    const secret = canaries.text('the read secret', 'canary-read-secret-of-a-topic-0123456789')
    const world = await createWorld()
    const denying = await createWorld({
      middleware: [
        {
          name: 'denying',
          phase: 'policy',
          run: async () => {
            throw new Error('not today')
          },
        },
      ],
    })
    const failing = {
      ...world.channel,
      id: 'failing',
      mode: 'post' as const,
      open: async () => fail('open'),
      receive: () => fail('receive'),
      close: async () => fail('close'),
    }
    function fail(what: string): never {
      throw new Error(`${what}: the relay answered 401`)
    }
    const broken = await createWorld({ replyChannels: [failing] })
    const unsigned = await createWorld({ identity: { ...world.app.identity, keyId: 'nobody' } })
    const params = { claims: { user_info: { name: { reason: secret } } } }
    const request = await world.requester.create(disclosure, params, { reply: 'local' })
    canaries.token('the request', request.jwt)
    return [
      world.requester,
      ...(await allFailures([
        () => broken.requester.create(disclosure, params, { reply: 'failing' }),
        () => unsigned.requester.create(disclosure, params, { reply: 'local' }),
        () =>
          denying.requester
            .create(disclosure, params, { reply: 'local' })
            .then((made) => denying.requester.verify(disclosure, made.id, { access_token: request.jwt })),
        () => world.requester.request(disclosure, params, { via: 'nowhere' }),
        () =>
          world.requester.create(personalSign, { data: secret, from: secret } as never, { reply: 'local' }),
        () => world.requester.create(verifiedClaim, { sub: secret, claim: {} } as never, { reply: 'local' }),
      ])),
    ]
  },
  async 'requests that the wallet refuses, and answers that do not arrive'(canaries) {
    const world = await createWorld()
    const { app, stranger, user, clock } = world
    const now = clock.now()
    const base = { type: 'shareReq', callback: 'https://local.example/cb', exp: now + 60 }
    const tokens = await Promise.all([
      plant(canaries, 'an expired request', app.identity, { ...base, exp: now - 600 }, now - 900),
      plant(canaries, 'a request by another key', { ...stranger.identity, did: app.did }, base, now),
      plant(canaries, 'a request without an end', app.identity, { type: 'shareReq' }, now),
      plant(canaries, 'a request of no known type', app.identity, { ...base, type: 'canaryReq' }, now),
    ])
    const wallet = world.responder(user)
    const good = await plant(canaries, 'a request', app.identity, base, now)
    const outbox = new Outbox()
    outbox.send = async () => {
      throw new Error('the network is down')
    }
    const offline = world.responder(user, { senders: [outbox] })
    const consent = await offline.receive(good)
    const told = canaries.text('what the person told', `${SAID} told to the app`)
    const approve = async () => {
      if (!consent.is(answerDisclosure)) throw new TypeError('another flow')
      await consent.approve({ claims: { name: told } })
    }
    return [
      wallet,
      consent.requester,
      ...(await allFailures([...tokens.map((token) => () => wallet.receive(token)), approve])),
    ]
  },
  async 'JSON-RPC endpoints with a key in their address'(canaries) {
    const key = canaries.text('the key of the endpoint', 'canaryApiKey0123456789abcdef')
    const basic = canaries.text('its password', 'canaryPassword9876543210')
    const urls = [`https://rpc.example/v3/${key}`, `https://user:${basic}@rpc.example/?key=${key}`]
    const answers: readonly (() => Promise<Response>)[] = [
      async () => {
        throw new TypeError('fetch failed')
      },
      async () => new Response('unauthorized', { status: 401 }),
      async () => new Response(key, { status: 200 }),
      async () =>
        new Response('{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}', { status: 200 }),
    ]
    const calls = urls.flatMap((url) =>
      answers.map((fetch) => () => httpRpc(url, { fetch }).request({ method: 'eth_chainId' })),
    )
    const seen = await allFailures([
      ...calls,
      () => httpRpc(`ftp://${basic}@rpc.example/${key}`),
      () => httpRpc(`:${key}`),
    ])
    if (!seen.some((error) => error instanceof RpcAnswerError || isUportError(error)))
      throw new Error('nothing was refused')
    return seen
  },
})

/** A parser that gives undefined refuses too, and says nothing. */
function keepOrThrow(value: unknown): never {
  throw value instanceof Error ? value : new Error(value === undefined ? 'refused without a word' : 'taken')
}
