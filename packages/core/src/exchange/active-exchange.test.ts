import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { seal, token } from '../../test-support/replies.ts'
import { disclosure } from '../flows/disclosure.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Delivery, Options, OutgoingRequest, PendingRequest, Transport } from '../ports/index.ts'
import { ActiveExchange } from './active-exchange.ts'
import { deferred } from './deferred.ts'
import type { Exchange } from './exchange.ts'

const callbackOf = ({ jwt }: OutgoingRequest): string => String(decodeJwt(jwt).payload['callback'])

async function reply(world: World, { jwt }: OutgoingRequest, claims = {}) {
  const bound = { type: 'shareResp', aud: world.app.did, exp: NOW + 600, req: jwt, ...claims }
  return seal(jwt, { access_token: await token(world.user.identity, bound) })
}

/** All that is due by now has run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A road whose delivery succeeds when the test says so, and that keeps the signal it got. */
function slowRoad() {
  const reached = deferred<void>()
  const state = { closed: 0, signal: undefined as AbortSignal | undefined }
  const close = async (): Promise<void> => {
    state.closed++
  }
  const transport: Transport = {
    ...{ id: 'slow', replyModes: ['post'] },
    async deliver(_, { signal } = {}): Promise<Delivery> {
      state.signal = signal
      await reached.promise
      return { ended: new Promise(() => {}), close, [Symbol.asyncDispose]: close }
    },
  }
  return { transport, state, reach: () => reached.resolve() }
}

describe('an exchange before its request is made', () => {
  it('has none to show', async () => {
    const world = await createWorld()
    const exchange = new ActiveExchange(
      {
        ...{ flow: disclosure, parts: world.parts, clock: world.clock, channel: world.channel },
        transports: new Map(),
        context: {
          ...{ side: 'requester', requestId: 'r', requestType: 'shareReq' },
          ...{ identity: world.app.did, payload: {} },
        },
        obtain: () => new Promise<PendingRequest>(() => {}),
      },
      {},
    )
    expect(() => exchange.request).toThrow(TypeError)
    expect(exchange.state).toBe('preparing')
    await exchange.close()
    expect(await rejection(exchange.result)).toMatchObject({ code: 'REQUEST_CANCELLED' })
    expect(world.channel.closed).toEqual([])
  })

  it('lets go what was made for it after the caller gave it up', async () => {
    const world = await createWorld()
    const stored = deferred<void>()
    const storing = deferred<void>()
    const put = async (): Promise<void> => {
      storing.resolve()
      await stored.promise
    }
    const other = await createWorld({ requests: { ...world.parts.requests, put } })
    const abort = new AbortController()
    const started = other.requester.start(disclosure, {}, { signal: abort.signal })
    started.catch(() => {})
    await storing.promise
    abort.abort(new Error('enough'))
    expect(await rejection(started)).toMatchObject({ message: 'enough' })
    expect(other.channel.closed).toEqual([])
    stored.resolve()
    await expect.poll(() => other.channel.closed).toHaveLength(1)
    expect(other.clock.pending).toBe(0)
  })
})

describe('the delivery of a request', () => {
  it('that the person dismisses ends the exchange, and says on which road', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    await exchange.deliver('screen')
    world.screen.end({ reason: 'dismissed' })
    expect(await rejection(exchange.result)).toMatchObject({
      code: 'REQUEST_DISMISSED',
      data: { transport: 'screen' },
    })
    expect(exchange.state).toBe('cancelled')
  })

  it('that fails later leaves the exchange to other roads', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    await exchange.deliver('screen')
    world.screen.end({ reason: 'unreachable', cause: new Error('offline') })
    await settled()
    expect(exchange.state).toBe('delivered')
    world.channel.post(callbackOf(exchange.request), await reply(world, exchange.request))
    expect((await exchange.result).did).toBe(world.user.did)
  })

  it.each<[string, (exchange: Exchange<never>, caller: AbortController) => void]>([
    ['its caller', (_, caller) => caller.abort()],
    ['the end of the exchange', (exchange) => exchange.cancel()],
  ])('hears of %s', async (_, end) => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    const { transport, state, reach } = slowRoad()
    const caller = new AbortController()
    reach()
    await exchange.deliver(transport, { signal: caller.signal })
    expect(state.signal?.aborted).toBe(false)
    exchange.result.catch(() => {})
    end(exchange as Exchange<never>, caller)
    expect(state.signal?.aborted).toBe(true)
    await exchange.close()
  })

  it('hears of the end of an exchange that has its answer', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    const { transport, state, reach } = slowRoad()
    reach()
    await exchange.deliver(transport)
    world.channel.post(callbackOf(exchange.request), await reply(world, exchange.request))
    await exchange.result
    await exchange.close()
    expect(state.signal?.reason).toMatchObject({ name: 'AbortError' })
    expect(state.closed).toBe(1)
  })

  it('that comes too late is taken back', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    exchange.result.catch(() => {})
    const { transport, state, reach } = slowRoad()
    const delivery = exchange.deliver(transport)
    delivery.catch(() => {})
    exchange.cancel()
    reach()
    expect(await rejection(delivery)).toMatchObject({ code: 'REQUEST_CANCELLED' })
    expect([state.closed, exchange.state]).toEqual([1, 'cancelled'])
  })
})

describe('a reply', () => {
  it('that is no good is put off only where a source failed', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {}, { lifetime: 30 })
    world.channel.post(callbackOf(exchange.request), { junk: 1 })
    world.channel.post(
      callbackOf(exchange.request),
      await reply(world, exchange.request, { type: 'verResp' }),
    )
    await settled()
    await expect.poll(() => exchange.state).toBe('delivered')
    expect(world.clock.pending).toBe(1)
    world.clock.advance(30)
    expect(await rejection(exchange.result)).toMatchObject({
      code: 'REQUEST_EXPIRED',
      data: { rejected: 2, lastRejection: 'REPLY_TYPE_MISMATCH' },
    })
  })

  it('is seen to be judged, and refused', async () => {
    const world = await createWorld()
    const judging = deferred<void>()
    const resolver = {
      methods: world.resolver.methods,
      async resolve(...given: Parameters<typeof world.resolver.resolve>) {
        await judging.promise
        return world.resolver.resolve(...given)
      },
    }
    const slow = await createWorld({ resolver })
    const exchange = await slow.requester.start(disclosure, {})
    const forger = {
      ...slow,
      user: { ...slow.user, identity: { ...slow.stranger.identity, did: slow.user.did } },
    }
    slow.channel.post(callbackOf(exchange.request), await reply(forger, exchange.request))
    await expect.poll(() => exchange.state).toBe('verifying')
    judging.resolve()
    await expect.poll(() => exchange.state).toBe('delivered')
    await rejection(Promise.all([exchange.close(), exchange.result]))
  })
})

it('lends its signal to the store, the channel and the reading of replies', async () => {
  const world = await createWorld()
  const seen: [string, boolean][] = []
  const note = (name: string, { signal }: Options = {}): void => {
    seen.push([name, signal instanceof AbortSignal && !signal.aborted])
  }
  const { requests } = world.parts
  const noting = await createWorld({
    requests: {
      get: (...given) => requests.get(...given),
      async put(record, options) {
        note('put', options)
        await requests.put(record, options)
      },
      async consume(id, hash, options) {
        note('consume', options)
        return requests.consume(id, hash, options)
      },
    },
  })
  const receive = noting.channel.receive.bind(noting.channel)
  noting.channel.receive = (address, options) => {
    note('receive', options)
    return receive(address, options)
  }
  const exchange = await noting.requester.start(disclosure, {})
  noting.channel.post(callbackOf(exchange.request), await reply(noting, exchange.request))
  await exchange.result
  expect(seen).toEqual([
    ['put', true],
    ['receive', true],
    ['consume', true],
  ])
})

it('is closed once everything it held is let go', async () => {
  const world = await createWorld()
  const done: string[] = []
  world.channel.close = async () => {
    await settled()
    done.push('channel')
  }
  const exchange = await world.requester.start(disclosure, {})
  const result = rejection(exchange.result)
  await exchange[Symbol.asyncDispose]()
  expect(done).toEqual(['channel'])
  expect(await result).toMatchObject({ code: 'REQUEST_CANCELLED' })
  expect([exchange.state, world.clock.pending]).toEqual(['cancelled', 0])
})

it('ends though what it held cannot be let go', async () => {
  const world = await createWorld()
  world.channel.close = async () => {
    throw new Error('no')
  }
  const exchange = await world.requester.start(disclosure, {})
  world.channel.post(callbackOf(exchange.request), await reply(world, exchange.request))
  expect((await exchange.result).did).toBe(world.user.did)
  await exchange.close()
  expect(exchange.state).toBe('done')
})
