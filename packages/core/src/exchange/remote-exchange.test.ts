import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, ShownTransport } from '../../test-support/exchange-world.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { type Disclosure, disclosure } from '../flows/disclosure.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type RemoteExchangeOptions, type RequestStatus, remoteExchange } from './remote-exchange.ts'
import type { CreatedRequest } from './requester.ts'

const ASK = { claims: { user_info: { name: { essential: true } } } } as const

/** A server that makes a request and says what it is told to say, and a page that follows it. */
async function remoteWorld(
  options: Partial<RemoteExchangeOptions<Disclosure>> = {},
  change: (request: CreatedRequest) => CreatedRequest = (request) => request,
) {
  const world = await createWorld()
  const request = change(await world.requester.create(disclosure, ASK, { reply: 'local' }))
  const said: (RequestStatus<Disclosure> | Error)[] = []
  let asked = 0
  let cancelled = 0
  const exchange = remoteExchange<Disclosure>(request, {
    clock: world.clock,
    status: async () => {
      asked++
      const next = said.shift() ?? { state: 'waiting' }
      if (next instanceof Error) throw next
      return next
    },
    cancel: async () => {
      cancelled++
    },
    ...options,
  })
  exchange.result.catch(() => {})
  return {
    ...world,
    request,
    exchange,
    said,
    asked: () => asked,
    cancelled: () => cancelled,
    /** Lets the page ask once more. */
    tick: async (seconds = 1) => {
      await expect.poll(() => world.clock.pending).toBeGreaterThan(1)
      world.clock.advance(seconds)
    },
  }
}

describe('an exchange that a server runs', () => {
  it('is shown by a page, and ends with what the server verified', async () => {
    const world = await remoteWorld()
    const { exchange, request, requester } = world
    const screen = new ShownTransport()
    await exchange.deliver(screen)
    expect(exchange.state).toBe('delivered')
    expect(screen.last).toMatchObject({ id: request.id, jwt: request.jwt, replyMode: 'post' })
    const consent = await world.responder(world.user).receive(screen.last.uri())
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    const posted: unknown[] = []
    const callback = String(decodeJwt(request.jwt).payload['callback'])
    const { post } = world.channel
    world.channel.post = (url, body) => {
      if (url === callback) posted.push(body)
      post.call(world.channel, url, body)
    }
    await consent.approve({ claims: { name: 'Ada' } })
    world.said.push({ state: 'verifying' })
    await world.tick()
    await expect.poll(() => exchange.state).toBe('verifying')
    const result = await requester.verify(disclosure, request.id, posted[0] as never)
    world.said.push(JSON.parse(JSON.stringify({ state: 'done', result })))
    await world.tick()
    expect(await exchange.result).toMatchObject({ did: world.user.did, own: { name: 'Ada' } })
    await exchange.close()
    expect([exchange.state, screen.closed, world.cancelled(), world.clock.pending]).toEqual(['done', 1, 0, 0])
  })

  it.each<[RequestStatus<Disclosure>, string, string]>([
    [{ state: 'refused' }, 'REQUEST_REFUSED', 'refused'],
    [{ state: 'refused', error: 'processing_error' }, 'REQUEST_REFUSED', 'refused'],
    [{ state: 'expired' }, 'REQUEST_EXPIRED', 'expired'],
    [{ state: 'cancelled' }, 'REQUEST_CANCELLED', 'cancelled'],
    [{ state: 'failed', reason: 'JWT_SIGNATURE_INVALID', retryable: true }, 'CHANNEL_FAILED', 'failed'],
    [{ state: 'failed', retryable: false }, 'CHANNEL_FAILED', 'failed'],
  ])('ends as the server says: %j', async (status, code, state) => {
    const world = await remoteWorld()
    world.said.push(status)
    await world.tick()
    const error = await rejection(world.exchange.result)
    expect(error).toMatchObject({ code, retryable: 'retryable' in status && status.retryable })
    await world.exchange.close()
    // The server knows already.
    expect([world.exchange.state, world.cancelled(), world.clock.pending]).toEqual([state, 0, 0])
  })

  it('outlasts a server that is away for a while, and gives up after five questions', async () => {
    const world = await remoteWorld()
    const away = () => new TypeError('fetch failed')
    world.said.push(away(), away(), { state: 'waiting' }, away(), away(), away(), away())
    for (let i = 0; i < 6; i++) await world.tick()
    expect(world.exchange.state).toBe('preparing')
    world.said.push(away())
    await world.tick()
    await world.tick().catch(() => {})
    const error = await rejection(world.exchange.result)
    expect(error).toMatchObject({ code: 'CHANNEL_FAILED', retryable: true })
    await expect.poll(world.cancelled).toBe(1)
  })

  it('expires some seconds after the request, whatever the server says', async () => {
    const world = await remoteWorld({ interval: 1000 })
    world.clock.advance(124)
    expect(world.exchange.state).toBe('preparing')
    world.clock.advance(1)
    expect(await rejection(world.exchange.result)).toMatchObject({
      code: 'REQUEST_EXPIRED',
      data: { expiresAt: NOW + 120, now: NOW + 125 },
    })
    await expect.poll(world.cancelled).toBe(1)
  })

  it('is cancelled by the page, which tells the server', async () => {
    const world = await remoteWorld()
    world.exchange.cancel()
    expect(await rejection(world.exchange.result)).toMatchObject({ code: 'REQUEST_CANCELLED' })
    await world.exchange[Symbol.asyncDispose]()
    expect([world.exchange.state, world.cancelled(), world.clock.pending]).toEqual(['cancelled', 1, 0])
    await expect(world.exchange.deliver(new ShownTransport())).rejects.toMatchObject({
      code: 'REQUEST_CANCELLED',
    })
  })

  it('ends with the dismissal of what shows it, and with the caller’s signal', async () => {
    const dismissed = await remoteWorld()
    const screen = new ShownTransport()
    await dismissed.exchange.deliver(screen)
    screen.end({ reason: 'dismissed' })
    expect(await rejection(dismissed.exchange.result)).toMatchObject({ code: 'REQUEST_DISMISSED' })
    const abort = new AbortController()
    const left = await remoteWorld({
      signal: abort.signal,
      cancel: async () => Promise.reject(new Error('away')),
    })
    abort.abort(new Error('the page moved on'))
    await expect(left.exchange.result).rejects.toThrow('the page moved on')
    await left.exchange.close()
    expect(left.exchange.state).toBe('cancelled')
  })

  it('gives its link in the form that is asked for', async () => {
    const { exchange, request } = await remoteWorld({ links: { universal: 'https://app.example/req/' } })
    expect(exchange.request.uri()).toBe(request.uri)
    expect(exchange.request.uri('universal')).toBe(
      `https://app.example/req/${request.jwt}?callback_type=post`,
    )
    await expect(exchange.deliver('qr')).rejects.toMatchObject({ code: 'ROUTE_UNKNOWN' })
    await exchange.close()
  })

  it('tells its states as they come', async () => {
    const world = await remoteWorld()
    const states: string[] = []
    const watching = (async () => {
      for await (const state of world.exchange.states()) states.push(state)
    })()
    await world.exchange.deliver(new ShownTransport())
    world.exchange.cancel()
    await watching
    expect(states.at(-1)).toBe('cancelled')
  })

  it.each([{ id: '' }, { jwt: 7 as never }, { uri: undefined as never }, { expiresAt: Number.NaN }])(
    'refuses what is no request: %j',
    async (wrong) => {
      await expect(remoteWorld({}, (request) => ({ ...request, ...wrong }))).rejects.toThrow(TypeError)
    },
  )
})
