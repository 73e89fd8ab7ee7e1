import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { ask, token } from '../../test-support/replies.ts'
import { keccak256 } from '../bytes/hash.ts'
import { encodeMnid } from '../identity/mnid.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { addressOf } from '../keys/address.ts'
import { toAccountSignature } from '../messages/account-signature.ts'
import {
  personalMessageBytes,
  personalMessagePreimage,
  personalMessagePreview,
} from '../messages/personal-message.ts'
import type { Identity, Json, JsonObject } from '../ports/index.ts'
import { answerPersonalSign } from './answer-personal-sign.ts'
import { personalSign } from './personal-sign.ts'

const TEXT = 'I agree to the terms of 小路.'

async function accountOf({ keys, keyId }: Identity): Promise<string> {
  return addressOf((await keys.get(keyId))?.publicKey ?? new Uint8Array())
}

async function sign(data: string, { keys, keyId }: Identity): Promise<JsonObject> {
  const message = personalMessageBytes(data)
  const preimage = personalMessagePreimage(message)
  const preview = personalMessagePreview(message)
  const context = { purpose: 'personal-message', hash: 'keccak256', preimage, preview } as const
  return { ...toAccountSignature(await keys.sign(keyId, keccak256(preimage), context)) }
}

async function response(world: World, changes: { readonly [name: string]: Json | undefined } = {}) {
  const signature = await sign(TEXT, world.user.identity)
  return token(world.user.identity, { type: 'personalSignResp', data: TEXT, signature, ...changes })
}

const wallet = (world: World) => world.responder(world.user, { flows: [answerPersonalSign] })

describe('a message to be signed', () => {
  it('comes back with the account that signed it', async () => {
    const world = await createWorld()
    const address = await accountOf(world.user.identity)
    const params = {
      data: TEXT,
      from: encodeMnid({ network: 4n, address }),
      network: 4n,
      signer: world.user.did,
    }
    const answer = world.requester.request(personalSign, params, { via: 'screen' })
    await world.screen.arrived
    const { payload } = decodeJwt(world.screen.last.jwt)
    expect(payload).toMatchObject({ type: 'personalSigReq', data: TEXT, net: '0x4', riss: world.user.did })
    const consent = await wallet(world).receive(world.screen.last.uri())
    expect(consent.request).toMatchObject({ text: TEXT, from: address, network: '0x4' })
    if (!consent.is(answerPersonalSign)) throw new Error('another flow')
    await consent.approve({})
    const signed = await answer
    expect(signed).toMatchObject({
      did: world.user.did,
      data: TEXT,
      signer: address,
      sealed: true,
      bound: 'request',
    })
    expect(signed.signature.v === 27 || signed.signature.v === 28).toBe(true)
    expect(Object.isFrozen(signed) && Object.isFrozen(signed.signature)).toBe(true)
  })

  it('is signed by another account of the wallet where the host chooses it', async () => {
    const world = await createWorld()
    const { uri, id } = await ask(world, personalSign, { data: '0xdeadbeef' })
    const consent = await wallet(world).receive(uri)
    expect(consent.request).toMatchObject({ message: Uint8Array.of(0xde, 0xad, 0xbe, 0xef), text: undefined })
    const exchange = await world.requester.resume(personalSign, id)
    if (consent.is(answerPersonalSign)) await consent.approve({ signer: world.issuer.identity })
    const signed = await exchange.result
    expect([signed.did, signed.signer]).toEqual([world.user.did, await accountOf(world.issuer.identity)])
  })

  it('shows the key store what it signs', async () => {
    const world = await createWorld()
    const { uri } = await ask(world, personalSign, { data: TEXT })
    const consent = await wallet(world).receive(uri)
    const seen: unknown[] = []
    const { keys, keyId } = world.user.identity
    const watched = {
      get: keys.get.bind(keys),
      sign: (...args: Parameters<typeof keys.sign>) => {
        seen.push([args[2].purpose, args[2].hash, args[2].preview['text']])
        return keys.sign(...args)
      },
    }
    if (consent.is(answerPersonalSign)) await consent.approve({ signer: { keys: watched, keyId } })
    expect(seen).toEqual([['personal-message', 'keccak256', TEXT]])
  })

  it('is not signed by another account or identity than the one named', async () => {
    const world = await createWorld()
    const from = await accountOf(world.issuer.identity)
    const one = await wallet(world).receive((await ask(world, personalSign, { data: TEXT, from })).uri)
    if (!one.is(answerPersonalSign)) throw new Error('another flow')
    expect(await rejection(one.approve({}))).toMatchObject({
      code: 'SIGNER_MISMATCH',
      data: { member: 'from' },
    })
    expect(await rejection(one.approve({ signer: { ...world.user.identity, keyId: 'none' } }))).toMatchObject(
      {
        code: 'KEY_NOT_FOUND',
      },
    )
    const asked = await ask(world, personalSign, { data: TEXT, signer: world.issuer.did })
    const two = await wallet(world).receive(asked.uri)
    if (!two.is(answerPersonalSign)) throw new Error('another flow')
    expect(await rejection(two.approve({}))).toMatchObject({
      code: 'SIGNER_MISMATCH',
      data: { member: 'riss' },
    })
  })

  it('may be asked for by the name in the specification', async () => {
    const world = await createWorld()
    const request = { type: 'personalSignReq', exp: NOW + 60, callback: 'https://app.example/cb', data: TEXT }
    const consent = await wallet(world).receive(await token(world.app.identity, request))
    expect(consent.is(answerPersonalSign)).toBe(true)
  })

  it('is taken from old wallets, which repeat nothing and name no end', async () => {
    const world = await createWorld()
    const { verify } = await ask(world, personalSign, { data: TEXT })
    expect((await verify({ personalSig: await response(world) })).bound).toBe('channel')
  })

  it.each<[string, (signature: Record<string, Json>) => JsonObject]>([
    ['without 0x', ({ r, s, v }) => ({ r: String(r).slice(2), s: String(s).slice(2), v: v ?? 0 })],
    ['with v as text', ({ r, s, v }) => ({ r: r ?? '', s: s ?? '', v: `0x${Number(v).toString(16)}` })],
    ['with v from 0', ({ r, s, v }) => ({ r: r ?? '', s: s ?? '', v: Number(v) - 27 })],
  ])('is read %s', async (_, form) => {
    const world = await createWorld()
    const { verify } = await ask(world, personalSign, {
      data: TEXT,
      from: await accountOf(world.user.identity),
    })
    const signature = form({ ...(await sign(TEXT, world.user.identity)) })
    const signed = await verify({ personalSig: await response(world, { signature }) })
    expect(signed.signature.r).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it.each<[string, (world: World) => Promise<{ readonly [name: string]: Json | undefined }>, string]>([
    ['another message', async () => ({ data: 'something else' }), 'REPLY_CONTENT_MISMATCH'],
    ['no message', async () => ({ data: undefined }), 'REPLY_MALFORMED'],
    ['no signature', async () => ({ signature: undefined }), 'REPLY_MALFORMED'],
    [
      'an impossible signature',
      async () => ({ signature: { r: '0x0', s: '0x0', v: 27 } }),
      'REPLY_MALFORMED',
    ],
    [
      'a signature over another message',
      async (world) => ({ signature: await sign('something else', world.user.identity) }),
      'SIGNER_MISMATCH',
    ],
    [
      'another account’s signature',
      async (world) => ({ signature: await sign(TEXT, world.stranger.identity) }),
      'SIGNER_MISMATCH',
    ],
    ['another type', async () => ({ type: 'eip712Resp' }), 'REPLY_TYPE_MISMATCH'],
    ['another request in it', async () => ({ req: 'a.b.c' }), 'REPLY_NOT_BOUND'],
    ['somebody else’s address', async (world) => ({ aud: world.issuer.did }), 'JWT_AUDIENCE_MISMATCH'],
    ['its end behind it', async () => ({ exp: NOW - 61 }), 'JWT_EXPIRED'],
  ])('is refused with %s', async (_, changes, code) => {
    const world = await createWorld()
    const from = await accountOf(world.user.identity)
    const { verify } = await ask(world, personalSign, { data: TEXT, from })
    const reply = await response(world, await changes(world))
    expect(await rejection(verify({ personalSig: reply }))).toMatchObject({ code })
  })

  it('is refused from another identity than the one asked, and without a token', async () => {
    const world = await createWorld()
    const { verify } = await ask(world, personalSign, { data: TEXT, signer: world.issuer.did })
    expect(await rejection(verify({ personalSig: await response(world) }))).toMatchObject({
      code: 'SIGNER_MISMATCH',
    })
    expect(await rejection(verify({ access_token: await response(world) }))).toMatchObject({
      code: 'REPLY_MALFORMED',
    })
  })

  it('is checked where it is asked for', () => {
    expect(() => personalSign({ data: TEXT, from: '0xdeadbeef' })).toThrow(TypeError)
    expect(() => personalSign({ data: 'x'.repeat(70_000) })).toThrow(TypeError)
    expect(() => personalSign({ data: TEXT, signer: 'bob' as never })).toThrow(TypeError)
  })
})
