import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { Outbox, token } from '../../test-support/replies.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { answerVerifiedClaim } from '../flows/answer-verified-claim.ts'
import { defineReplyFlow, type ReplyContext } from '../flows/flow.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Arrival, Json } from '../ports/index.ts'
import type { ExchangeContext, PhasedMiddleware } from './middleware.ts'
import type { ResponderParts } from './responder-parts.ts'

const CALLBACK = 'https://app.example/cb'

type Claims = Readonly<Record<string, Json | undefined>>

async function receive(world: World, claims: Claims = {}, changes: Partial<ResponderParts> = {}) {
  const outbox = new Outbox()
  const text = await token(world.app.identity, {
    type: 'shareReq',
    exp: NOW + 60,
    callback: CALLBACK,
    ...claims,
  })
  const consent = await world.responder(world.user, { senders: [outbox], ...changes }).receive(text)
  const approve = async (): Promise<void> => {
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
  }
  return { consent, outbox, approve }
}

describe('a decision', () => {
  it('stands: whoever approved cannot decline, nor approve again, and the other way round', async () => {
    const world = await createWorld()
    const approved = await receive(world)
    await approved.approve()
    const declined = await receive(world, { n: 1 })
    await declined.consent.decline()
    for (const { consent, approve, outbox } of [approved, declined]) {
      expect(await rejection(approve())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
      expect(await rejection(consent.decline())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
      expect(outbox.sent).toHaveLength(1)
    }
  })

  it('may come in the last second, and not after it', async () => {
    const world = await createWorld()
    const [inTime, late] = [await receive(world), await receive(world, { n: 1 })]
    world.clock.advance(60)
    await inTime.consent.decline()
    world.clock.advance(1)
    expect(await rejection(late.consent.decline())).toMatchObject({
      code: 'REQUEST_EXPIRED',
      data: { expiresAt: NOW + 60, now: NOW + 61, rejected: 0 },
    })
    expect(late.outbox.sent).toEqual([])
  })

  it('made while another one is under way is the same one', async () => {
    const world = await createWorld()
    const { approve, outbox } = await receive(world)
    await Promise.all([approve(), approve()])
    expect(new Set(outbox.sent.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('needs a sender that knows the way', async () => {
    const world = await createWorld()
    const { consent } = await receive(world, {}, { senders: [new Outbox('redirect')] })
    expect(await rejection(consent.decline())).toMatchObject({
      code: 'ROUTE_UNKNOWN',
      data: { route: 'post', known: ['redirect'] },
    })
  })

  it('needs an address, except for the offer of a credential, which may be kept in silence', async () => {
    const world = await createWorld()
    const { consent } = await receive(world, { callback: undefined })
    expect(await rejection(consent.decline())).toMatchObject({ code: 'REQUEST_NO_CALLBACK' })
    const flows = [answerVerifiedClaim]
    const offer = { type: undefined, callback: undefined, sub: world.user.did, claim: { a: 1 } }
    const kept = await receive(world, offer, { flows, senders: [] })
    if (kept.consent.is(answerVerifiedClaim)) await kept.consent.approve({})
    expect(kept.outbox.sent).toEqual([])
    expect(await rejection(kept.consent.decline())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
  })
})

describe('what cannot be answered', () => {
  it('is told to be so, once', async () => {
    const world = await createWorld()
    const { consent, outbox } = await receive(world)
    await consent.fail()
    expect(outbox.sent).toEqual([{ target: CALLBACK, body: { error: 'processing_error' } }])
    expect(await rejection(consent.fail())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
  })

  it('may be told after an approval that came to nothing, but not after another decision', async () => {
    const world = await createWorld()
    const failing = defineReplyFlow({
      requestTypes: ['shareReq'],
      parseRequest: () => ({}),
      async createReply(_request: object, _answer: object) {
        throw new Error('no gas')
      },
    })
    const { consent, outbox } = await receive(world, {}, { flows: [failing] })
    if (consent.is(failing)) expect(await rejection(consent.approve({}))).toMatchObject({ message: 'no gas' })
    await consent.fail()
    expect(outbox.last).toEqual({ error: 'processing_error' })
    const down = { mode: 'post' as const, send: () => Promise.reject(new Error('down')) }
    const declined = await receive(world, { n: 1 }, { senders: [down] })
    expect(await rejection(declined.consent.decline())).toMatchObject({ message: 'down' })
    expect(await rejection(declined.consent.fail())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
    expect(await rejection(declined.consent.decline())).toMatchObject({ message: 'down' })
  })
})

describe('a flow whose answer cannot be undone', () => {
  const irreversible = (irreversible: boolean, log: string[], failures = 0) =>
    defineReplyFlow({
      requestTypes: ['shareReq'],
      irreversible,
      parseRequest: () => ({}),
      async createReply(_request: object, _answer: object) {
        log.push('made')
        if (failures-- > 0) throw new Error('no gas')
        return { tx: '0x1' }
      },
    })

  it.each<[boolean, string[]]>([
    [true, ['claimed', 'made']],
    [false, ['made', 'claimed']],
  ])('claims the request first (%s)', async (first, expected) => {
    const world = await createWorld()
    const log: string[] = []
    const flow = irreversible(first, log)
    const answered = {
      claim: async (id: string, until: number) => {
        expect([id, until]).toEqual([consent.id, NOW + 60])
        return log.push('claimed') > 0
      },
    }
    const { consent } = await receive(world, {}, { flows: [flow], answered })
    if (consent.is(flow)) await consent.approve({})
    expect(log).toEqual(expected)
  })

  it('never runs for a request that was answered elsewhere, and may be declined after it failed', async () => {
    const world = await createWorld()
    const log: string[] = []
    const flow = irreversible(true, log, 1)
    const taken = await receive(world, {}, { flows: [flow], answered: { claim: async () => false } })
    if (taken.consent.is(flow)) {
      expect(await rejection(taken.consent.approve({}))).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
    }
    expect(log).toEqual([])
    let claims = 0
    const answered = { claim: async () => ++claims === 1 }
    const { consent, outbox } = await receive(world, {}, { flows: [flow], answered })
    if (consent.is(flow)) expect(await rejection(consent.approve({}))).toMatchObject({ message: 'no gas' })
    await consent.decline()
    expect([outbox.last, claims]).toEqual([{ error: 'access_denied' }, 1])
  })
})

describe('the page to return to', () => {
  const redirect_url = 'https://app.example/back'

  it.each<[Arrival, string | undefined]>([
    ['link', `${redirect_url}#code=BwcHBwcHBwcHBwcHBwcHBw`],
    ['scan', undefined],
    ['paste', undefined],
    ['push', undefined],
  ])('is told after an answer to a request that came by %s: %s', async (arrival, expected) => {
    const world = await createWorld()
    const outbox = new Outbox()
    const claims = { type: 'shareReq', exp: NOW + 60, callback: CALLBACK, redirect_url }
    const text = await token(world.app.identity, claims)
    const asked: number[] = []
    const randomBytes = (length: number) => {
      asked.push(length)
      return new Uint8Array(length).fill(7)
    }
    const wallet = world.responder(world.user, { senders: [outbox], randomBytes })
    const consent = await wallet.receive({ arrival, text, acknowledge: async () => {} })
    expect(consent.returnUrl).toBeUndefined()
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    expect(consent.returnUrl).toBe(expected)
    expect(asked).toEqual(expected === undefined ? [] : [16])
    const { payload } = decodeJwt(outbox.last['access_token'])
    expect(payload['code']).toBe(expected?.slice(-22))
  })
})

it('leaves the page to the sender that opens it with the answer', async () => {
  const world = await createWorld()
  const outbox = new Outbox('redirect')
  const claims = { type: 'shareReq', exp: NOW + 60, redirect_url: 'https://app.example/back' }
  const text = `me.uport:req/${await token(world.app.identity, claims)}?callback_type=redirect`
  const wallet = world.responder(world.user, { senders: [outbox] })
  const consent = await wallet.receive({ arrival: 'link', text, acknowledge: async () => {} })
  await consent.decline()
  expect(outbox.sent.map(({ target }) => target)).toEqual(['https://app.example/back'])
  expect(consent.returnUrl).toBeUndefined()
})

describe('what stands around an answer', () => {
  it('sees the request and who answers, phase by phase, and may deny', async () => {
    const world = await createWorld()
    const seen: [string, ExchangeContext][] = []
    const middleware = (['limit', 'policy', 'observe'] as const).map(
      (phase): PhasedMiddleware => ({
        name: phase,
        phase,
        run: (context, next) => {
          seen.push([phase, context])
          return next()
        },
      }),
    )
    const { consent, approve } = await receive(world, { door: 'front' }, { middleware })
    await approve()
    expect(seen.map(([phase]) => phase)).toEqual(['observe', 'policy', 'limit'])
    for (const [, context] of seen) {
      expect(context).toMatchObject({
        ...{ side: 'responder', requestId: consent.id, requestType: 'shareReq', identity: world.user.did },
        payload: { door: 'front' },
      })
      expect([Object.isFrozen(context), context.signal.aborted]).toEqual([true, false])
    }
    const denying: PhasedMiddleware = {
      ...{ name: 'no', phase: 'policy' },
      run: async () => {
        throw new Error('denied')
      },
    }
    const denied = await receive(world, { n: 1 }, { middleware: [denying] })
    expect(await rejection(denied.approve())).toMatchObject({ message: 'denied' })
    expect(denied.outbox.sent).toEqual([])
  })
})

describe('what a flow is lent for its answer', () => {
  it('signs replies that are bound, and statements that are not', async () => {
    const world = await createWorld()
    const contexts: ReplyContext[] = []
    const flow = defineReplyFlow({
      requestTypes: ['shareReq'],
      parseRequest: () => ({}),
      async createReply(_request: object, _answer: object, context) {
        contexts.push(context)
        return {
          access_token: await context.sign({ type: 'x', own: {} }),
          ended: await context.issue({ sub: 'y' }, { expiresIn: 5 }),
          endless: await context.issue({ sub: 'y' }),
        }
      },
    })
    const { consent, outbox } = await receive(world, {}, { flows: [flow], replyLifetime: 30 })
    if (consent.is(flow)) await consent.approve({})
    const read = (name: string) => decodeJwt(outbox.last[name]).payload
    expect(JSON.stringify(read('access_token'))).toBe(
      JSON.stringify({
        ...{ iat: NOW, exp: NOW + 30, req: consent.requestJwt, own: {}, aud: world.app.did, type: 'x' },
        iss: world.user.did,
      }),
    )
    expect(read('ended')).toEqual({ iat: NOW, exp: NOW + 5, sub: 'y', iss: world.user.did })
    expect(read('endless')).toEqual({ iat: NOW, sub: 'y', iss: world.user.did })
    expect(contexts[0]).toMatchObject({
      ...{ requestJwt: consent.requestJwt, requester: world.app.did, audience: world.app.did },
      ...{ callback: 'signed', subjects: 'holder' },
    })
  })

  it.each([
    ['signed', { callback: CALLBACK }, ''],
    ['unsigned', {}, '&callback_url=https%3A%2F%2Fapp.example%2Fcb'],
    ['none', {}, ''],
  ] as const)('is told whether the address of the answer is signed: %s', async (callback, claims, beside) => {
    const world = await createWorld()
    const told: string[] = []
    const flow = defineReplyFlow({
      requestTypes: [undefined],
      replyOptional: true,
      parseRequest: () => ({}),
      async createReply(_request: object, _answer: object, context) {
        told.push(context.callback)
        return { status: 'ok' }
      },
    })
    const jwt = await token(world.app.identity, { sub: world.user.did, claim: {}, ...claims })
    const wallet = world.responder(world.user, { senders: [new Outbox()], flows: [flow] })
    const consent = await wallet.receive(`me.uport:req/${jwt}?label=x${beside}`)
    if (consent.is(flow)) await consent.approve({})
    expect(told).toEqual([callback])
  })
})
