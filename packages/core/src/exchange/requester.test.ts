import { describe, expect, it } from 'vitest'
import {
  createWorld,
  LocalChannel,
  NOW,
  rejection,
  ShownTransport,
  type World,
} from '../../test-support/exchange-world.ts'
import { seal, token } from '../../test-support/replies.ts'
import { disclosure } from '../flows/disclosure.ts'
import type { JsonObject, Options, ReplyBody } from '../ports/index.ts'
import type { ExchangeContext, PhasedMiddleware } from './middleware.ts'
import { Requester } from './requester.ts'

async function reply(world: World, jwt: string, claims: JsonObject = {}): Promise<ReplyBody> {
  const bound = { type: 'shareResp', aud: world.app.did, exp: NOW + 600, req: jwt, ...claims }
  return seal(jwt, { access_token: await token(world.user.identity, bound) })
}

describe('the parts of a requester', () => {
  it('have ids of their own', async () => {
    const { parts } = await createWorld()
    const screens = { transports: [new ShownTransport(), new ShownTransport()] }
    expect(() => new Requester({ ...parts, ...screens })).toThrow(
      expect.objectContaining({
        code: 'ASSEMBLY_CONFLICT',
        data: { token: 'transport', modules: ['screen'] },
      }),
    )
    const channels = { replyChannels: [new LocalChannel(), new LocalChannel()] }
    expect(() => new Requester({ ...parts, ...channels })).toThrow(
      expect.objectContaining({
        code: 'ASSEMBLY_CONFLICT',
        data: { token: 'reply channel', modules: ['local'] },
      }),
    )
  })

  it('may lack roads and channels, which is told where one is needed', async () => {
    const { identity, resolver, requests } = (await createWorld()).parts
    const bare = new Requester({ identity, resolver, requests })
    const asked = rejection(bare.request(disclosure, {}, { via: 'screen' }))
    expect(await asked).toMatchObject({ code: 'ROUTE_UNKNOWN', data: { route: 'screen', known: [] } })
    const made = rejection(bare.create(disclosure, {}, { reply: 'local' }))
    expect(await made).toMatchObject({ code: 'ROUTE_UNKNOWN', data: { route: 'local', known: [] } })
  })
})

describe('the second of two steps', () => {
  it('shows the middleware what was asked, in all phases, under the caller’s signal', async () => {
    const seen: [string, ExchangeContext][] = []
    const middleware = (['limit', 'policy', 'observe'] as const).map(
      (phase): PhasedMiddleware => ({
        ...{ name: phase, phase },
        run: (context, next) => {
          seen.push([phase, context])
          return next()
        },
      }),
    )
    const world = await createWorld({ middleware })
    const { id, jwt } = await world.requester.create(disclosure, { requested: ['name'] }, { reply: 'local' })
    const { signal } = new AbortController()
    await world.requester.verify(disclosure, id, await reply(world, jwt), { signal })
    expect(seen.map(([phase]) => phase)).toEqual(['observe', 'policy', 'limit'])
    for (const [, context] of seen) {
      expect(context).toMatchObject({
        ...{ side: 'requester', requestId: id, requestType: 'shareReq', identity: world.app.did },
        payload: { type: 'shareReq', iss: world.app.did, exp: NOW + 120, requested: ['name'] },
      })
      expect([context.signal === signal, Object.isFrozen(context)]).toEqual([true, true])
    }
  })

  it('goes without a signal, and shows one that never aborts', async () => {
    const signals: AbortSignal[] = []
    const watch: PhasedMiddleware = {
      ...{ name: 'watch', phase: 'observe' },
      run: (context, next) => {
        signals.push(context.signal)
        return next()
      },
    }
    const world = await createWorld({ middleware: [watch] })
    const { id, jwt } = await world.requester.create(disclosure, {}, { reply: 'local' })
    await world.requester.verify(disclosure, id, await reply(world, jwt))
    expect(signals.map((signal) => signal instanceof AbortSignal && signal.aborted)).toEqual([false])
  })

  it('says of which type a request is that another flow made', async () => {
    const world = await createWorld()
    const { id, jwt } = await world.requester.create(disclosure, {}, { reply: 'local' })
    const other = { ...disclosure, requestTypes: ['acme.doorReq'] as const }
    expect(await rejection(world.requester.verify(other, id, await reply(world, jwt)))).toMatchObject({
      code: 'REQUEST_TYPE_UNSUPPORTED',
      data: { type: 'shareReq' },
    })
    const both = { ...disclosure, requestTypes: ['acme.doorReq', 'shareReq'] as const }
    expect((await world.requester.verify(both, id, await reply(world, jwt))).did).toBe(world.user.did)
  })
})

it('remembers no state of a request that it never made', async () => {
  const world = await createWorld()
  expect(await world.requester.appState('nope')).toBeUndefined()
})

it('cancels what is under way where its scope ends', async () => {
  const world = await createWorld()
  const exchange = await world.requester.start(disclosure, {})
  const result = rejection(exchange.result)
  await world.requester[Symbol.asyncDispose]()
  expect(await result).toMatchObject({ code: 'REQUEST_CANCELLED' })
  expect([world.channel.closed.length, world.clock.pending]).toEqual([1, 0])
})

it('passes the signal on to the store', async () => {
  const world = await createWorld()
  const signals: unknown[] = []
  const get = async (id: string, options: Options = {}) => {
    signals.push(options.signal)
    return world.parts.requests.get(id, options)
  }
  const requester = new Requester({ ...world.parts, requests: { ...world.parts.requests, get } })
  const { signal } = new AbortController()
  await requester.appState('x', { signal })
  await rejection(requester.verify(disclosure, 'x', {}, { signal }))
  await rejection(requester.resume(disclosure, 'x', { signal }))
  expect(signals).toEqual([signal, signal, signal])
})
