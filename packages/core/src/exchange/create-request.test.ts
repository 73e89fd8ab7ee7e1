import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../test-support/exchange-world.ts'
import { disclosure } from '../flows/disclosure.ts'
import { verifiedClaim } from '../flows/verified-claim.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { JsonObject, Options, PendingRequest, ReplyAddress } from '../ports/index.ts'
import { createPayload } from './create-request.ts'

const ID = 'BwcHBwcHBwcHBwcHBwcHBw'
const randomBytes = (length: number) => new Uint8Array(length).fill(7)
const offer = (sub: string) => ({ sub, claim: { a: 1 } })

describe('a request', () => {
  it('is signed with what binds its answer, in the order of the original signers', async () => {
    const world = await createWorld({ randomBytes })
    const terms = { reply: 'local', redirectUrl: 'app:back', lifetime: 90 }
    const created = await world.requester.create(disclosure, { requested: ['name'] }, terms)
    const { payload } = decodeJwt(created.jwt)
    expect(Object.keys(payload).slice(0, 4)).toEqual(['iat', 'exp', 'requested', 'callback'])
    expect(payload).toMatchObject({
      ...{ iat: NOW, exp: NOW + 90, callback: `https://local.example/t/${ID}`, redirect_url: 'app:back' },
      ...{ type: 'shareReq', iss: world.app.did },
    })
    expect(created).toMatchObject({ id: ID, expiresAt: NOW + 90 })
    expect(created.uri).toBe(`me.uport:req/${created.jwt}?callback_type=post`)
  })

  it('is stored with the way back, and what the application wants to know again', async () => {
    const world = await createWorld({ randomBytes })
    const { jwt } = await world.requester.create(disclosure, {}, { reply: 'local', appState: { to: '/' } })
    expect(await world.parts.requests.get(ID)).toEqual({
      ...{ id: ID, issuer: world.app.did, requestType: 'shareReq', jwt, expiresAt: NOW + 120 },
      reply: { channel: 'local', callback: `https://local.example/t/${ID}`, state: {} },
      appState: { to: '/' },
    })
  })

  it.each([0, -1, 1.5, Number.NaN, 7 * 86_400 + 1])('cannot live for %s seconds', async (lifetime) => {
    const world = await createWorld()
    expect(
      await rejection(world.requester.create(disclosure, {}, { reply: 'local', lifetime })),
    ).toBeInstanceOf(TypeError)
  })

  it.each([1, 7 * 86_400])('may live for %s seconds', async (lifetime) => {
    const world = await createWorld()
    const { expiresAt } = await world.requester.create(disclosure, {}, { reply: 'local', lifetime })
    expect(expiresAt).toBe(NOW + lifetime)
  })

  it('that fails leaves no address and no key behind', async () => {
    const world = await createWorld({ randomBytes })
    const failing = {
      ...world.parts.requests,
      put: async (_: PendingRequest, __?: Options) => {
        throw new Error('full')
      },
    }
    const other = await createWorld({ randomBytes, requests: failing, identity: world.app.identity })
    const failed = await rejection(other.requester.create(disclosure, {}, { reply: 'local' }))
    expect(failed).toMatchObject({ message: 'full' })
    expect(other.channel.closed).toEqual([`https://local.example/t/${ID}`])
    const { boxKeys } = world.app.identity
    await boxKeys.publicKey('probe')
    const opened = boxKeys.open(ID, { version: 'x', nonce: '', ephemPublicKey: '', ciphertext: '' } as never)
    expect(await rejection(opened)).toMatchObject({ code: 'BOX_KEY_UNKNOWN' })
  })

  it('whose address cannot be given up fails with its own error all the same', async () => {
    const world = await createWorld()
    world.channel.close = async (_: ReplyAddress) => {
      throw new Error('not closed')
    }
    const put = async () => {
      throw new Error('full')
    }
    const requests = { ...world.parts.requests, put }
    const other = await createWorld({ requests, replyChannels: [world.channel] })
    const failed = await rejection(other.requester.create(disclosure, {}, { reply: 'local' }))
    expect(failed).toMatchObject({ message: 'full' })
  })
})

describe('the offer of a credential', () => {
  it('carries nothing of its delivery; the address stands beside it', async () => {
    const world = await createWorld({ randomBytes })
    const created = await world.requester.create(verifiedClaim, offer(world.user.did), { reply: 'local' })
    expect(decodeJwt(created.jwt).payload).toEqual({
      ...{ iat: NOW, sub: world.user.did, claim: { a: 1 }, iss: world.app.did },
    })
    expect(created.expiresAt).toBe(NOW + 600)
    expect(created.uri).toBe(
      `me.uport:req/${created.jwt}?callback_url=https%3A%2F%2Flocal.example%2Ft%2F${ID}&callback_type=post`,
    )
  })

  it('has no page to come back to', async () => {
    const world = await createWorld()
    const terms = { reply: 'local', redirectUrl: 'https://app.example/' }
    const made = world.requester.create(verifiedClaim, offer(world.user.did), terms)
    expect(await rejection(made)).toBeInstanceOf(TypeError)
    expect(world.channel.closed).toEqual([])
  })
})

describe('the members of a request', () => {
  const ask = (memberOrder: readonly string[] | undefined, payload: JsonObject) => ({
    flow: { ...disclosure, memberOrder },
    payload,
  })
  const named = (...given: Parameters<typeof ask>) =>
    Object.entries(createPayload(ask(...given), { iat: 1, exp: 2 }))

  it('stand in the order of the flow, those it does not name after them', () => {
    expect(named(['type', 'exp', 'none', 'b'], { a: 1, b: 2 })).toEqual([
      ['type', 'shareReq'],
      ['exp', 2],
      ['b', 2],
      ['a', 1],
      ['iat', 1],
    ])
    expect(named(undefined, { a: 1 }).map(([name]) => name)).toEqual(['a', 'iat', 'exp', 'type'])
  })

  it('are the kernel’s where a flow wants to say another thing', () => {
    expect(Object.fromEntries(named([], { iat: 9, exp: 9, type: 'x' }))).toEqual({
      ...{ iat: 1, exp: 2, type: 'shareReq' },
    })
  })
})

it('a request heeds the signal at every step, and its key ends with it', async () => {
  const world = await createWorld({ randomBytes })
  const { signal } = new AbortController()
  const seen: [string, unknown, unknown][] = []
  const { boxKeys } = world.app.identity
  const identity = {
    ...world.app.identity,
    boxKeys: {
      open: boxKeys.open.bind(boxKeys),
      async publicKey(name: string, options: Parameters<typeof boxKeys.publicKey>[1] = {}) {
        seen.push(['key', options.signal, options.expiresAt])
        return boxKeys.publicKey(name, options)
      },
    },
  }
  const put = async (record: PendingRequest, options: Options = {}) => {
    seen.push(['put', options.signal, record.expiresAt])
    throw new Error('full')
  }
  const requests = { ...world.parts.requests, put }
  const { requester } = await createWorld({ randomBytes, identity, requests })
  const failed = rejection(requester.create(disclosure, {}, { reply: 'local', signal }))
  expect(await failed).toMatchObject({ message: 'full' })
  expect(seen).toEqual([
    ['key', signal, NOW + 120],
    ['put', signal, NOW + 120],
  ])
})
