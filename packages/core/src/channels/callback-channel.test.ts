import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../test-support/exchange-world.ts'
import { Outbox } from '../../test-support/replies.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import type { ReplyAddress, ReplyBody } from '../ports/index.ts'
import { callbackChannel } from './callback-channel.ts'

const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const REQUEST = { id: ID, expiresAt: NOW + 120 }

const create = (url = 'https://app.example/uport', maxRequests?: number) => {
  const clock = new ManualClock(NOW)
  return { clock, channel: callbackChannel({ url, maxRequests, clock }) }
}

async function first(replies: AsyncIterable<ReplyBody>): Promise<ReplyBody | undefined> {
  for await (const reply of replies) return reply
  return undefined
}

describe('the address of a request', () => {
  it.each([
    ['https://app.example', `https://app.example/${ID}`],
    ['https://app.example/uport/', `https://app.example/uport/${ID}`],
    ['http://127.0.0.1:8080/a/b?tenant=7', `http://127.0.0.1:8080/a/b/${ID}?tenant=7`],
  ])('puts its id behind %s', async (url, callback) => {
    const { channel } = create(url)
    expect(await channel.open(REQUEST)).toEqual({
      channel: 'callback',
      callback,
      state: { id: ID, expiresAt: NOW + 120 },
    })
  })

  it.each([
    '',
    '/uport',
    'ftp://app.example/',
    'https://u@app.example/',
    'https://:p@app.example/',
    'https://app.example/#x',
  ])('cannot be made from %j', (url) => {
    expect(() => create(url)).toThrow(TypeError)
  })
})

describe('what comes to the route', () => {
  it('is stored once, in bounds, while its request can be answered', async () => {
    const { clock, channel } = create()
    expect(channel.deliver(ID, { n: 0 })).toBe('unknown')
    await channel.open(REQUEST)
    for (const body of [[], 'text', 7, null, undefined]) expect(channel.deliver(ID, body)).toBe('malformed')
    expect(channel.deliver(ID, { a: 'x'.repeat(65_529) })).toBe('too-large')
    expect(channel.deliver(ID, { a: 'x'.repeat(65_528) })).toBe('stored')
    for (let n = 1; n < 8; n++) expect(channel.deliver(ID, { n })).toBe('stored')
    expect([channel.deliver(ID, { n: 8 }), channel.deliver(ID, { n: 7 })]).toEqual(['full', 'duplicate'])
    clock.advance(119)
    expect(channel.deliver(ID, { n: 7 })).toBe('duplicate')
    clock.advance(1)
    expect(channel.deliver(ID, { n: 7 })).toBe('unknown')
  })

  it('reaches nobody once the address is closed', async () => {
    const { channel } = create()
    const address = await channel.open(REQUEST)
    await channel.close(address)
    expect(channel.deliver(ID, { n: 1 })).toBe('unknown')
  })

  it('is not what a reader changes later', async () => {
    const { channel } = create()
    const address = await channel.open(REQUEST)
    const body = { inner: { n: 1 } }
    channel.deliver(ID, body)
    body.inner.n = 2
    expect(await first(channel.receive(address))).toEqual({ inner: { n: 1 } })
  })
})

describe('waiting', () => {
  it('goes on in another process, until the request expires', async () => {
    const address: ReplyAddress = JSON.parse(JSON.stringify(await create().channel.open(REQUEST)))
    const { clock, channel } = create()
    const waiting = first(channel.receive(address))
    expect(channel.deliver(ID, { n: 1 })).toBe('stored')
    expect(await waiting).toEqual({ n: 1 })
    clock.advance(120)
    expect(await rejection(first(channel.receive(address)))).toMatchObject({
      code: 'CHANNEL_CLOSED',
      data: { channel: 'callback' },
    })
  })

  it.each([[{}], [{ id: 7, expiresAt: NOW + 9 }], [{ id: 'x' }], [{ id: 'x', expiresAt: 'never' }]])(
    'is refused for an address with %j',
    async (state) => {
      const address = { channel: 'callback', callback: 'https://app.example/x', state }
      const { channel } = create()
      expect(await rejection(first(channel.receive(address)))).toMatchObject({ code: 'CHANNEL_CLOSED' })
      await channel.close(address)
    },
  )

  it('serves several readers, and no more requests than it may', async () => {
    const { clock, channel } = create('https://app.example/uport', 1)
    const address = await channel.open(REQUEST)
    const readers = [first(channel.receive(address)), first(channel.receive(address))]
    channel.deliver(ID, { n: 1 })
    expect(await Promise.all(readers)).toEqual([{ n: 1 }, { n: 1 }])
    const another = { id: 'B', expiresAt: NOW + 500 }
    expect(await rejection(channel.open(another))).toMatchObject({ code: 'REQUEST_STORE_FULL' })
    clock.advance(120)
    expect(await channel.open(another)).toMatchObject({ state: { id: 'B' } })
  })
})

it('carries an exchange, in which a forged reply is passed over', async () => {
  const clock = new ManualClock(NOW)
  const channel = callbackChannel({ url: 'https://app.example/uport', clock })
  const world = await createWorld({ replyChannels: [channel], clock })
  const exchange = await world.requester.start(disclosure, {}, { reply: 'callback' })
  const outbox = new Outbox()
  const consent = await world.responder(world.user, { senders: [outbox] }).receive(exchange.request.uri())
  if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
  const id = new URL(outbox.sent[0]?.target ?? '').pathname.split('/').at(-1) ?? ''
  expect(channel.deliver(id, { access_token: 'a.b.c' })).toBe('stored')
  expect(channel.deliver(id, outbox.last)).toBe('stored')
  expect(await exchange.result).toMatchObject({ did: world.user.did, requestId: id })
  expect(channel.deliver(id, outbox.last)).toBe('unknown')
})
