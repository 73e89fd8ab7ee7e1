import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../test-support/exchange-world.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import type { Outcome } from '../flows/flow.ts'
import type { Middleware, Phase, PhasedMiddleware } from './middleware.ts'

const tracer = (log: string[], phase: Phase, name: string): PhasedMiddleware => ({
  name,
  phase,
  run: async (_, next) => {
    log.push(`${name} in`)
    try {
      return await next()
    } finally {
      log.push(`${name} out`)
    }
  },
})

const only = (allowed: (did: string | undefined) => boolean): PhasedMiddleware => ({
  name: 'only',
  phase: 'policy',
  run: async (_, next) => {
    const outcome = await next()
    if (!allowed(outcome.did)) {
      throw new UportError('POLICY_DENIED', 'not on the list', { data: { reason: 'list' } })
    }
    return outcome
  },
})

async function login(
  middleware: readonly PhasedMiddleware[],
  answerers: readonly ('stranger' | 'user')[] = ['user'],
) {
  const world = await createWorld({ middleware })
  const answer = world.requester.request(disclosure, {}, { via: 'screen' })
  answer.catch(() => {})
  await Promise.race([world.screen.arrived, answer.catch(() => {})])
  for (const name of world.screen.shown.length === 0 ? [] : answerers) {
    const consent = await world.responder(world[name]).receive(world.screen.last.uri())
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
  }
  return { world, answer }
}

describe('middleware', () => {
  it('stands in phases, observe outermost, in the order given', async () => {
    const log: string[] = []
    const { answer } = await login([
      tracer(log, 'limit', 'limit'),
      tracer(log, 'policy', 'policy'),
      tracer(log, 'observe', 'first'),
      tracer(log, 'observe', 'second'),
    ])
    await answer
    expect(log).toEqual([
      'first in',
      'second in',
      'policy in',
      'limit in',
      'limit out',
      'policy out',
      'second out',
      'first out',
    ])
  })

  it('sees a frozen context', async () => {
    const contexts: object[] = []
    const watch: Middleware = (context, next) => {
      contexts.push(context)
      return next()
    }
    const { answer, world } = await login([{ name: 'watch', phase: 'observe', run: watch }])
    await answer
    expect(contexts[0]).toMatchObject({
      side: 'requester',
      requestType: 'shareReq',
      requestId: world.screen.last.id,
      identity: world.app.did,
    })
    expect(Object.isFrozen(contexts[0])).toBe(true)
  })

  it('denies a verified stranger without spending the request: the genuine reply still counts', async () => {
    const log: string[] = []
    let user = ''
    const policy = only((did) => did === user)
    const world = await createWorld({ middleware: [policy, tracer(log, 'limit', 'limit')] })
    user = world.user.did
    const answer = world.requester.request(disclosure, {}, { via: 'screen' })
    await world.screen.arrived
    for (const party of [world.stranger, world.user]) {
      const consent = await world.responder(party).receive(world.screen.last.uri())
      if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    }
    expect((await answer).did).toBe(world.user.did)
    expect(log).toEqual(['limit in', 'limit out'])
  })

  it('names the denial when nobody else answers', async () => {
    const { world, answer } = await login([only(() => false)])
    await expect.poll(() => world.clock.pending).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    world.clock.advance(120)
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_EXPIRED') && error.data).toEqual({
      expiresAt: NOW + 120,
      now: NOW + 120,
      rejected: 1,
      lastRejection: 'POLICY_DENIED',
    })
  })

  it('denies before anything is signed', async () => {
    const deny: PhasedMiddleware = {
      name: 'quota',
      phase: 'limit',
      run: async () => {
        throw new UportError('POLICY_DENIED', 'enough for today', { data: { reason: 'quota' } })
      },
    }
    const { world, answer } = await login([deny])
    expect(isUportError(await rejection(answer), 'POLICY_DENIED')).toBe(true)
    expect(world.screen.shown).toEqual([])
    expect(world.channel.closed).toEqual([])
  })

  it('denies in the two-step form too, and consumes nothing', async () => {
    let open = false
    const world = await createWorld({ middleware: [only(() => open)] })
    const { id, uri } = await world.requester.create(disclosure, {}, { reply: 'local' })
    let body = {}
    const sender = {
      mode: 'post' as const,
      send: async (_: URL, sent: object) => {
        body = sent
      },
    }
    const consent = await world.responder(world.user, { senders: [sender] }).receive(uri)
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    expect(isUportError(await rejection(world.requester.verify(disclosure, id, body)), 'POLICY_DENIED')).toBe(
      true,
    )
    open = true
    expect((await world.requester.verify(disclosure, id, body)).did).toBe(world.user.did)
  })

  it('cannot forge, change or withhold a result', async () => {
    const forge: Middleware = async (_, next) => ({ ...(await next()), did: 'did:uport:x' as const })
    const twice: Middleware = async (_, next) => {
      await next()
      return next()
    }
    const skip = (async () => ({ did: 'did:uport:x', requestId: 'x' })) as unknown as Middleware
    for (const [run, code, data] of [
      [forge, 'MIDDLEWARE_ALTERED_RESULT', { middleware: 'bad' }],
      [twice, 'MIDDLEWARE_MISUSED', { middleware: 'bad', reason: 'called next twice' }],
      [skip, 'MIDDLEWARE_MISUSED', { middleware: 'bad', reason: 'returned without calling next' }],
    ] as const) {
      for (const phase of ['observe', 'policy', 'limit'] as const) {
        const { answer, world } = await login([{ name: 'bad', phase, run }])
        expect(await rejection(answer), `${code} in ${phase}`).toMatchObject({ code, data })
        await world.requester.close()
      }
    }
  })

  it('runs around an answer of the wallet as well', async () => {
    const seen: (Outcome['did'] | string)[] = []
    const world = await createWorld()
    const watch: Middleware = async (context, next) => {
      seen.push(context.side)
      const outcome = await next()
      seen.push(outcome.did)
      return outcome
    }
    const { uri } = await world.requester.create(disclosure, {}, { reply: 'local' })
    const wallet = world.responder(world.user, {
      middleware: [{ name: 'watch', phase: 'observe', run: watch }],
    })
    const consent = await wallet.receive(uri)
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    expect(seen).toEqual(['responder', world.user.did])
  })
})
