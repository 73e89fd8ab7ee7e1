import { RelayClient } from '@uport-kit/channel-relay'
import {
  disclosure,
  isUportError,
  memoryRequestStore,
  Requester,
  signJwt,
  systemClock,
} from '@uport-kit/core'
import { decodeQr, rasterizeTerminal } from '@uport-kit/transport-qr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../examples/quickstart/src/login.ts'
import { ASK, type LoginSetup } from '../../examples/quickstart/src/login-setup.ts'
import { loginWithNew } from '../../examples/quickstart/src/login-with-new.ts'
import { scanAndAnswer } from '../../examples/quickstart/src/wallet.ts'
import { craftReply, seal, seenRequest } from '../support/craft-reply.ts'
import { type DevnetWorld, postReply, type Registered, startDevnetWorld } from '../support/devnet-world.ts'
import { startRpcProxy } from '../support/rpc-proxy.ts'

let world: DevnetWorld
let app: Registered
let user: Registered
let stranger: Registered
let relay: RelayClient

beforeAll(async () => {
  world = await startDevnetWorld()
  ;[app, user, stranger] = (await Promise.all(
    ['app', 'user', 'stranger'].map((name) => world.register(name)),
  )) as [Registered, Registered, Registered]
  relay = new RelayClient({ url: world.devnet.relayUrl })
})
afterAll(async () => {
  await relay[Symbol.asyncDispose]()
  await world.close()
})

function requesterOf(party: Registered, resolver = world.resolver()): Requester {
  const clock = systemClock()
  return new Requester({
    identity: party.identity,
    resolver,
    requests: memoryRequestStore({ clock }),
    replyChannels: [relay],
  })
}

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'taken',
    (error: unknown) => (isUportError(error) ? error.code : String(error)),
  )
}

describe('a login over chain, IPFS and relay', () => {
  it.each([
    ['assembled with the container', login],
    ['assembled with new', loginWithNew],
  ])('%s, the code read off the terminal', async (_, logIn) => {
    let screen = ''
    let shown: () => void = () => {}
    const written = new Promise<void>((resolve) => {
      shown = resolve
    })
    const terminal = {
      columns: 80,
      write(text: string) {
        screen += text
        shown()
      },
    }
    const setup: LoginSetup = {
      identity: { did: app.identity.did, keyId: app.identity.keyId },
      keys: app.keys,
      networks: world.networks,
      gateways: [world.devnet.gatewayUrl],
      relayUrl: world.devnet.relayUrl,
      terminal,
    }
    const answer = logIn(setup)
    await Promise.race([written, answer])
    expect(decodeQr(rasterizeTerminal(screen))).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/r\//)
    const asked: string[] = []
    await scanAndAnswer(screen, {
      identity: user.identity,
      resolver: world.resolver(),
      relayUrl: world.devnet.relayUrl,
      confirm: async () => true,
      log: (line) => asked.push(line),
    })
    const who = await answer
    expect([who.did, who.own.name, who.sealed]).toEqual([user.identity.did, 'Ada Lovelace', true])
    expect(asked.join('\n')).toContain(app.identity.did)
  })

  it('settles on the genuine reply after garbage, a stranger’s valid reply and a wrong type', async () => {
    const exchange = await requesterOf(app).start(disclosure, ASK, { lifetime: 60 })
    const request = seenRequest(exchange.request.jwt)
    const foreign = await requesterOf(stranger).create(disclosure, ASK, { reply: 'relay' })
    const bodies = [
      { junk: 1 },
      seal(request, { access_token: 'garbage' }),
      seal(request, { access_token: await signedFor(foreign.jwt) }),
      await craftReply(request, user.identity, { type: 'verReq' }),
      await craftReply(request, user.identity),
    ]
    for (const body of bodies) expect(await postReply(request.callback, body)).toBe(201)
    expect((await exchange.result).did).toBe(user.identity.did)
  })

  /** A reply of the stranger that is valid, to a request of somebody else. */
  function signedFor(foreignRequest: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return signJwt(
      {
        type: 'shareResp',
        exp: now + 600,
        aud: stranger.identity.did,
        req: foreignRequest,
        own: { name: 'Eve' },
      },
      stranger.identity,
    )
  }
})

describe('what is refused, each with its own code', () => {
  it.each<[string, Record<string, string | null | object>, string]>([
    ['another audience', { aud: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' }, 'JWT_AUDIENCE_MISMATCH'],
    ['an echo of nothing', { req: null }, 'REPLY_NOT_BOUND'],
    [
      'own.did',
      { own: { name: 'Ada', did: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' } },
      'OWN_CLAIM_RESERVED',
    ],
    ['a wrong type', { type: 'verReq' }, 'REPLY_TYPE_MISMATCH'],
    ['exp: "never"', { exp: 'never' }, 'JWT_CLAIM_INVALID'],
    ['no name, which is essential', { own: { email: 'a@b.example' } }, 'ESSENTIAL_CLAIMS_MISSING'],
  ])('%s', async (_, changes, expected) => {
    const requester = requesterOf(app)
    const { id, jwt } = await requester.create(disclosure, ASK, { reply: 'relay' })
    const body = await craftReply(seenRequest(jwt), user.identity, changes as never)
    expect(await code(requester.verify(disclosure, id, body))).toBe(expected)
    expect(
      await code(requester.verify(disclosure, id, await craftReply(seenRequest(jwt), user.identity))),
    ).toBe('taken')
  })

  it('a reply that echoes a request of another party', async () => {
    const requester = requesterOf(app)
    const { id, jwt } = await requester.create(disclosure, ASK, { reply: 'relay' })
    const other = await requesterOf(stranger).create(disclosure, ASK, { reply: 'relay' })
    const body = await craftReply(seenRequest(jwt), user.identity, { req: other.jwt })
    expect(await code(requester.verify(disclosure, id, body))).toBe('REPLY_NOT_BOUND')
  })

  it('a replayed reply', async () => {
    const requester = requesterOf(app)
    const { id, jwt } = await requester.create(disclosure, ASK, { reply: 'relay' })
    const body = await craftReply(seenRequest(jwt), user.identity)
    expect(await code(requester.verify(disclosure, id, body))).toBe('taken')
    expect(await code(requester.verify(disclosure, id, body))).toBe('REPLY_REPLAYED')
  })

  it('an expired request, at the wallet', async () => {
    const past = Math.floor(Date.now() / 1000) - 1000
    const jwt = await signJwt(
      { type: 'shareReq', iat: past, exp: past + 120, callback: 'https://app.example/cb' },
      app.identity,
    )
    expect(await code(world.wallet(user.identity).receive(jwt))).toBe('JWT_EXPIRED')
  })

  it('a request whose signer is not the app', async () => {
    const forged = { ...stranger.identity, did: app.identity.did }
    const now = Math.floor(Date.now() / 1000)
    const jwt = await signJwt(
      { type: 'shareReq', exp: now + 120, callback: 'https://app.example/cb' },
      forged,
    )
    expect(await code(world.wallet(user.identity).receive(jwt))).toBe('JWT_SIGNATURE_INVALID')
  })

  it('reading the topic without its secret', async () => {
    const { jwt } = await requesterOf(app).create(disclosure, ASK, { reply: 'relay' })
    const { callback } = seenRequest(jwt)
    for (const authorization of [undefined, 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
      const answer = await fetch(callback, authorization === undefined ? {} : { headers: { authorization } })
      expect(answer.status).toBe(401)
      await answer.body?.cancel()
    }
  })
})

describe('a key rotated on chain', () => {
  it('is refused at the next login, and the new one is taken', async () => {
    const person = await world.register('rotating')
    const requester = requesterOf(app)
    const attempt = async (keyId: string): Promise<string> => {
      const { id, jwt } = await requester.create(disclosure, ASK, { reply: 'relay' })
      const body = await craftReply(seenRequest(jwt), { ...person.identity, keyId })
      return code(requester.verify(disclosure, id, body))
    }
    expect(await attempt('rotating')).toBe('taken')
    await world.rotate(person, 'second key')
    expect(await attempt('rotating')).toBe('JWT_SIGNATURE_INVALID')
    expect(await attempt('second key')).toBe('taken')
  })
})

describe('an RPC outage while a nested credential is verified', () => {
  it('consumes nothing, and the same reply succeeds afterwards', async () => {
    const issuer = await world.register('issuer')
    const proxy = await startRpcProxy(world.devnet.rpcUrl)
    try {
      const { registry } = world.devnet
      const networks = { [world.devnet.networkId]: { rpcUrls: [proxy.url], registry } }
      const requester = requesterOf(app, world.resolver({ networks }))
      const ask = {
        claims: { verifiable: { email: { essential: true, iss: [{ did: issuer.identity.did }] } } },
      } as const
      const { id, jwt } = await requester.create(disclosure, ask, { reply: 'relay' })
      const card = await signJwt(
        { sub: user.identity.did, claim: { email: 'ada@example.org' } },
        issuer.identity,
      )
      const body = await craftReply(seenRequest(jwt), user.identity, { verified: [card] })

      proxy.refuse = (call) => call.includes(issuer.address.slice(2))
      const error = await requester.verify(disclosure, id, body).catch((reason: unknown) => reason)
      expect(isUportError(error, 'CREDENTIAL_UNDETERMINED') && [error.retryable, error.data.codes]).toEqual([
        true,
        ['RPC_UNAVAILABLE'],
      ])
      proxy.refuse = () => false
      const who = await requester.verify(disclosure, id, body)
      expect(who.verified.map(({ claim }) => claim)).toEqual([{ email: 'ada@example.org' }])
    } finally {
      await proxy.close()
    }
  })
})
