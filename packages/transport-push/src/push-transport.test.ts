import { registerConformance, transportCases } from '@uport-kit/conformance'
import {
  type BoxEnvelope,
  boxPublicKey,
  createRequestUri,
  decodeJwt,
  encodeBase64,
  encodeUtf8,
  ManualClock,
  type OutgoingRequest,
  openBox,
  type PushGrant,
  type SafeFetch,
  type SafeRequest,
  sha256Base64url,
} from '@uport-kit/core'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { createParty, type Party } from '../../core/test-support/parties.ts'
import { parsePushMessage } from './push-message.ts'
import { pushTransport } from './push-transport.ts'

const NOW = 1_700_000_000
const SECRET = new Uint8Array(32).fill(3)
const ENDPOINT = `https://push.example/i/${'A'.repeat(43)}`
const grant: PushGrant = {
  jwt: 'a.b.c',
  endpoint: ENDPOINT,
  expiresAt: NOW + 900,
  boxPub: encodeBase64(boxPublicKey(SECRET)),
}
const request: OutgoingRequest = {
  id: 'request',
  jwt: 'h.p.s',
  replyMode: 'post',
  expiresAt: NOW + 120,
  uri: () => createRequestUri('h.p.s', 'post'),
}

let app: Party
beforeAll(async () => {
  app = await createParty('app')
})

/** A push server that keeps what it gets. */
class Server implements SafeFetch {
  readonly posts: {
    readonly url: string
    readonly request: SafeRequest
    readonly text: string | undefined
  }[] = []
  readonly asked: string[] = []
  status = 201
  receipt: () => string | Error = () => '{"fetched":false}'

  async fetch(url: URL, asked: SafeRequest, options: { readonly signal?: AbortSignal | undefined } = {}) {
    options.signal?.throwIfAborted()
    if (asked.method !== 'POST') {
      this.asked.push(asked.headers?.['authorization'] ?? '')
      const answer = this.receipt()
      if (answer instanceof Error) throw answer
      return { status: 200, url, headers: new Map(), body: encodeUtf8(answer) }
    }
    const { box } = JSON.parse(String(asked.body)) as { box: BoxEnvelope }
    this.posts.push({ url: url.href, request: asked, text: parsePushMessage(openBox(box, SECRET)) })
    return { status: this.status, url, headers: new Map(), body: new Uint8Array() }
  }
}

function world(changes: Partial<PushGrant> = {}, onFetched?: (id: string) => void) {
  const clock = new ManualClock(NOW)
  const server = new Server()
  const road = pushTransport({
    identity: app.identity,
    safeFetch: server,
    clock,
    deadline: 10,
    onFetched,
  }).to({
    ...grant,
    ...changes,
  })
  return { clock, server, road }
}

registerConformance({ describe, it }, 'a push transport', transportCases, () => {
  const { server, road } = world()
  server.receipt = () => '{"fetched":true}'
  return { transport: road, seen: () => server.posts.map(({ text }) => text ?? '') }
})

describe('a push', () => {
  test('carries the grant, a sealed request, and a token about exactly that', async () => {
    const { server, road, clock } = world()
    await using delivery = await road.deliver(request)
    expect(delivery.ended).toBeInstanceOf(Promise)
    const [post] = server.posts
    expect(post).toMatchObject({ url: ENDPOINT, text: request.uri() })
    const body = String(post?.request.body)
    expect(JSON.parse(body)).toMatchObject({ grant: grant.jwt, expiresAt: NOW + 120 })
    expect(body).not.toContain('h.p.s')
    const token = post?.request.headers?.['authorization']?.slice('Bearer '.length)
    expect(decodeJwt(token).payload).toMatchObject({
      type: 'push',
      iss: app.did,
      aud: 'https://push.example',
      hash: sha256Base64url(body),
      iat: NOW,
      exp: NOW + 60,
    })
    await delivery.close()
    await expect.poll(() => clock.pending).toBe(0)
  })

  test('ends as unreachable when nobody fetched it in time', async () => {
    const { road, clock } = world()
    const delivery = await road.deliver(request)
    for (let second = 0; second < 9; second++) {
      await expect.poll(() => clock.pending, { interval: 1 }).toBe(2)
      clock.advance(1)
    }
    await expect.poll(() => clock.pending, { interval: 1 }).toBe(2)
    clock.advance(1)
    expect(await delivery.ended).toMatchObject({
      reason: 'unreachable',
      cause: { code: 'PUSH_NOT_FETCHED', data: { host: 'push.example', seconds: 10 } },
    })
    await expect.poll(() => clock.pending).toBe(0)
  })

  test.each<[string, () => string | Error]>([
    ['no JSON', () => '<html>'],
    ['another value', () => '{"fetched":"true"}'],
    ['null', () => 'null'],
    ['a network failure', () => new Error('down')],
  ])('is not taken for fetched where the server answers %s', async (_, receipt) => {
    const { road, clock, server } = world()
    server.receipt = receipt
    const delivery = await road.deliver(request)
    await expect.poll(() => clock.pending, { interval: 1 }).toBe(2)
    clock.advance(10)
    expect(await delivery.ended).toMatchObject({ reason: 'unreachable' })
  })

  test('is shown for as long as the exchange lives once it was fetched, which is told once', async () => {
    const fetched: string[] = []
    const { road, clock, server } = world({}, (id) => fetched.push(id))
    server.receipt = () => '{"fetched":true}'
    const delivery = await road.deliver(request)
    await expect.poll(() => fetched).toEqual([request.id])
    await expect.poll(() => clock.pending).toBe(0)
    clock.advance(1000)
    expect(await Promise.race([delivery.ended, Promise.resolve('pending')])).toBe('pending')
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatch(/^Bearer [\w-]{43}$/)
  })

  test.each<[string, Partial<PushGrant>]>([
    ['expired', { expiresAt: NOW }],
    ['expired', { expiresAt: Number.NaN }],
    ['endpoint', { endpoint: 'arn:aws:sns:1' }],
    ['no-box-key', { boxPub: undefined }],
    ['no-box-key', { boxPub: 'AAAA' }],
  ])('is not tried: %s', async (reason, changes) => {
    const { road, server } = world(changes)
    await expect(road.deliver(request)).rejects.toMatchObject({
      code: 'PUSH_GRANT_UNUSABLE',
      data: { reason },
    })
    expect(server.posts).toEqual([])
  })

  test.each([
    [401, false],
    [403, false],
    [404, false],
    [302, false],
    [429, true],
    [503, true],
  ])('that is refused with %i fails, retryable: %s', async (status, retryable) => {
    const { road, server } = world()
    server.status = status
    await expect(road.deliver(request)).rejects.toMatchObject({
      code: 'PUSH_REFUSED',
      retryable,
      data: { host: 'push.example', status },
    })
  })

  test('needs a deadline that is a time', () => {
    for (const deadline of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const options = { identity: app.identity, safeFetch: new Server(), deadline }
      expect(() => pushTransport(options)).toThrow(TypeError)
    }
  })
})
