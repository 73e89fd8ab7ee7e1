import { describe, expectTypeOf, it } from 'vitest'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { type Disclosure, disclosure } from '../flows/disclosure.ts'
import { defineReplyFlow, defineRequestFlow, type Outcome } from '../flows/flow.ts'
import type { Json } from '../ports/index.ts'
import type { Middleware } from './middleware.ts'
import type { Requester } from './requester.ts'
import type { Responder } from './responder.ts'

interface DoorOpened extends Outcome {
  readonly door: string
}

/** A flow as a third party writes it, without a touch of the framework. */
const openDoor = defineRequestFlow({
  requestTypes: ['acme.doorReq'],
  binding: 'echo',
  createPayload: (params: { readonly door: string }) => ({ door: params.door }),
  async verifyReply(params, context): Promise<DoorOpened> {
    const reply = await context.verifyReplyJwt(params['access_token'] ?? '', {
      type: 'acme.doorResp',
      echo: true,
    })
    return { did: reply.issuer, requestId: context.requestId, door: String(context.request.payload['door']) }
  },
})

const answerDoor = defineReplyFlow({
  requestTypes: ['acme.doorReq'],
  parseRequest: (payload) => ({ door: String(payload['door']) }),
  createReply: async (request, answer: { readonly pin: string }, context) => ({
    access_token: await context.sign({ type: 'acme.doorResp', door: request.door, pin: answer.pin }),
  }),
})

/** Never runs; the compiler reads it. */
async function requesterTypes(requester: Requester): Promise<void> {
  const user_info = { name: { essential: true }, email: null } as const
  const a = await requester.request(
    disclosure,
    { claims: { user_info: { name: { essential: true }, email: null } } },
    { via: 'qr' },
  )
  expectTypeOf(a.own.name).toEqualTypeOf<Json>()
  expectTypeOf(a.own.email).toEqualTypeOf<Json | undefined>()
  // @ts-expect-error never asked
  a.own.phone
  const b = await requester.ask(disclosure({ claims: { user_info } }), { via: ['push', 'qr'] })
  expectTypeOf(b.own.name).toEqualTypeOf<Json>()
  // @ts-expect-error misspelt parameter
  await requester.request(disclosure, { claim: {} }, { via: 'qr' })
  // @ts-expect-error wrong value
  await requester.request(disclosure, { accountType: 'foo' }, { via: 'qr' })
  // @ts-expect-error misspelt parameter
  disclosure({ claim: {} })
  // @ts-expect-error a road is needed
  await requester.request(disclosure, {}, {})
  const dynamic: Record<string, { essential: boolean }> = {}
  const c = await requester.request(disclosure, { claims: { user_info: dynamic } }, { via: 'qr' })
  expectTypeOf(c.own['name']).toEqualTypeOf<Json | undefined>()
  const d = await requester.request(openDoor, { door: 'lab' }, { via: 'push' })
  expectTypeOf(d.door).toEqualTypeOf<string>()
  // @ts-expect-error wrong parameters
  await requester.request(openDoor, { dor: 'lab' }, { via: 'push' })
  expectTypeOf((await requester.verify(openDoor, 'id', {})).door).toEqualTypeOf<string>()
  expectTypeOf(await requester.verify(disclosure, 'id', {})).toEqualTypeOf<Disclosure>()
}

async function responderTypes(responder: Responder): Promise<void> {
  const pending = await responder.receive('https://w.example/req/x')
  // @ts-expect-error nobody knows the answer's type before narrowing
  await pending.approve({ claims: {} })
  if (pending.is(answerDisclosure))
    await pending.approve({ claims: { name: pending.request.own[0]?.name ?? '' } })
  else if (pending.is(answerDoor)) await pending.approve({ pin: pending.request.door })
  else await pending.decline()
}

// @ts-expect-error a forged outcome does not type-check
const forge: Middleware = async (context, next) => {
  await next()
  return { did: 'did:uport:x', requestId: context.requestId }
}

describe('the types', () => {
  it('say what was asked, and refuse what was not', () => {
    expectTypeOf(requesterTypes).toBeFunction()
    expectTypeOf(responderTypes).toBeFunction()
    expectTypeOf(forge).toEqualTypeOf<Middleware>()
  })
})
