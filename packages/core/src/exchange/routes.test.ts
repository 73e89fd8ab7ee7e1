import { describe, expect, it } from 'vitest'
import { createWorld, LocalChannel, rejection, ShownTransport } from '../../test-support/exchange-world.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import type { Transport } from '../ports/index.ts'
import { Requester } from './requester.ts'
import { indexById, selectChannel } from './routes.ts'

const failing = (id: string, error: unknown): Transport => ({
  id,
  replyModes: ['post'],
  deliver: async () => {
    throw error
  },
})

describe('roads', () => {
  it('are tried in order until one reaches the person', async () => {
    const world = await createWorld()
    const push = new ShownTransport('push')
    const via = [failing('mail', new Error('down')), push, 'screen'] as const
    const answer = world.requester.request(disclosure, {}, { via })
    await push.arrived
    push.end({ reason: 'unreachable', cause: new Error('phone is off') })
    await world.screen.arrived
    const consent = await world.responder(world.user).receive(world.screen.last.uri())
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    expect((await answer).did).toBe(world.user.did)
    expect(push.closed).toBeGreaterThan(0)
  })

  it('that all fail end the exchange, each of them named', async () => {
    const world = await createWorld()
    const answer = world.requester.request(
      disclosure,
      {},
      { via: [failing('a', new Error('x')), failing('b', 1)] },
    )
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_UNREACHABLE') && error.data.tried).toEqual(['a', 'b'])
  })

  it('pass on the error of the only one', async () => {
    const world = await createWorld()
    const answer = world.requester.request(
      disclosure,
      {},
      { via: failing('chat', new TypeError('say whom')) },
    )
    await expect(answer).rejects.toThrow('say whom')
  })

  it('that became unreachable end the exchange', async () => {
    const world = await createWorld()
    const answer = world.requester.request(disclosure, {}, { via: 'screen' })
    await world.screen.arrived
    world.screen.end({ reason: 'unreachable', cause: 'off' })
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_UNREACHABLE') && error.cause).toBe('off')
  })

  it('must be known, and are found before anything is signed', async () => {
    const world = await createWorld()
    const error = await rejection(world.requester.request(disclosure, {}, { via: 'pigeon' }))
    expect(isUportError(error, 'ROUTE_UNKNOWN') && error.data).toEqual({ route: 'pigeon', known: ['screen'] })
  })

  it('close a delivery that comes too late', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, {})
    const late = exchange.deliver('screen')
    exchange.cancel()
    expect(isUportError(await rejection(late), 'REQUEST_CANCELLED')).toBe(true)
    expect(world.screen.closed).toBe(1)
  })
})

describe('the reply channel', () => {
  const channel = (id: string, mode: 'post' | 'redirect') =>
    Object.assign(new LocalChannel(id), { mode: mode as 'post' })
  const channels = indexById('reply channel', [
    channel('page', 'redirect'),
    channel('relay', 'post'),
    channel('own', 'post'),
  ])
  const road = (...replyModes: ['post' | 'redirect', ...('post' | 'redirect')[]]): Transport => ({
    ...failing('road', undefined),
    replyModes,
  })

  it.each<[string, readonly Transport[], string | undefined, string]>([
    ['the one named', [road('post')], 'own', 'own'],
    ['the first that fits the road', [road('post')], undefined, 'relay'],
    ['the first of the mode that the road prefers', [road('redirect', 'post')], undefined, 'page'],
    ['one that fits every road', [road('redirect', 'post'), road('post')], undefined, 'relay'],
    ['the first posting one when no road is known', [], undefined, 'relay'],
  ])('is %s', (_, roads, reply, expected) => {
    expect(selectChannel(channels, reply, roads).id).toBe(expected)
  })

  it.each<[string, readonly Transport[], string | undefined]>([
    ['unknown', [], 'none'],
    ['one the road cannot use', [road('post')], 'page'],
    ['none at all', [road('redirect')], undefined],
  ])('is not %s', (_, roads, reply) => {
    const few = indexById('reply channel', [channel('relay', 'post')])
    expect(() => selectChannel(reply === undefined ? few : channels, reply, roads)).toThrow(UportError)
  })
})

it('two parts of one id are refused by the plain constructor', async () => {
  const { parts } = await createWorld()
  const build = () => new Requester({ ...parts, transports: [new ShownTransport(), new ShownTransport()] })
  expect(build).toThrow(expect.objectContaining({ code: 'ASSEMBLY_CONFLICT' }))
})

it('a lifetime must be a whole number of seconds in bounds', async () => {
  const world = await createWorld()
  for (const lifetime of [0, -1, 1.5, Number.NaN, 1e9]) {
    await expect(world.requester.create(disclosure, {}, { reply: 'local', lifetime })).rejects.toThrow(
      TypeError,
    )
  }
})

it('an address is given up when the request cannot be stored', async () => {
  const world = await createWorld()
  const broken = new Requester({
    ...world.parts,
    requests: { ...world.parts.requests, put: async () => Promise.reject(new Error('disk full')) },
  })
  await expect(broken.create(disclosure, {}, { reply: 'local' })).rejects.toThrow('disk full')
  expect(world.channel.closed).toHaveLength(1)
})
