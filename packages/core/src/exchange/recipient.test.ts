import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { signJwt } from '../jwt/encode.ts'
import type { Did, JsonObject, SafeFetch } from '../ports/index.ts'
import { readCallback } from './callback.ts'
import { judgeRecipient } from './recipient.ts'

const ORIGIN = 'https://app.example'

const request = (world: World, callback = `${ORIGIN}/cb`): Promise<string> =>
  signJwt({ type: 'shareReq', exp: NOW + 60, callback }, world.app.identity, { now: NOW })

/** A domain linkage credential by `did`, with the members that a test wants wrong. */
async function linkage(world: World, changes: JsonObject = {}, subject: JsonObject = {}): Promise<string> {
  const { did } = world.app
  const vc = {
    type: ['VerifiableCredential', 'DomainLinkageCredential'],
    credentialSubject: { id: did, origin: ORIGIN, ...subject },
  }
  const claims = { sub: did, exp: NOW + 3600, vc, ...changes }
  return signJwt(claims, world.app.identity, { now: NOW })
}

/** Serves `body` at the well-known address of any host and notes what was fetched. */
function serving(body: unknown, changes: { status?: number; url?: string } = {}) {
  const fetched: string[] = []
  const safeFetch: SafeFetch = {
    async fetch(url) {
      fetched.push(url.href)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const { status = 200, url: answered = url.href } = changes
      return { status, url: new URL(answered), headers: new Map(), body: encodeUtf8(text) }
    },
  }
  return { safeFetch, fetched }
}

async function trustOf(world: World, safeFetch: SafeFetch, callback?: string) {
  return (await world.responder(world.user, { safeFetch }).receive(await request(world, callback))).recipient
}

describe('a recipient by its DID', () => {
  const judge = async (did: string, callback: string | undefined) =>
    judgeRecipient(
      did as Did,
      readCallback(callback === undefined ? { type: 'x' } : { type: 'x', callback }, undefined),
      async () => false,
    )

  it.each([
    ['did:web:app.example', 'https://app.example/cb', 'attested'],
    ['did:https:app.example', 'https://app.example/cb', 'attested'],
    ['did:web:app.example%3A8443', 'https://app.example:8443/cb', 'attested'],
    ['did:web:APP.example', 'https://app.example/cb', 'attested'],
    ['did:web:app.example', 'http://app.example/cb', 'claimed'],
    ['did:web:app.example', 'https://evil.example/cb', 'claimed'],
    ['did:web:app.example:users:mallory', 'https://app.example/cb', 'claimed'],
    ['did:web:app.example', 'https://app.example:8443/cb', 'claimed'],
    // Without percent-encoding what stands behind the colon is a path.
    ['did:web:app.example:8443', 'https://app.example:8443/cb', 'claimed'],
    ['did:key:app.example', 'https://app.example/cb', 'claimed'],
    ['did:web:%FF', 'https://app.example/cb', 'claimed'],
    ['did:web:app.example', undefined, 'unknown'],
    ['did:web:app.example', 'javascript:alert(1)', 'unknown'],
  ])('%s at %s is %s', async (did, callback, trust) => {
    expect((await judge(did, callback)).trust).toBe(trust)
  })
})

describe('a recipient by domain linkage', () => {
  it('is attested where its very host publishes what the requester signed', async () => {
    const world = await createWorld()
    const { safeFetch, fetched } = serving({ linked_dids: ['junk', 7, await linkage(world)] })
    expect(await trustOf(world, safeFetch)).toEqual({ trust: 'attested', origin: ORIGIN })
    expect(fetched).toEqual([`${ORIGIN}/.well-known/did-configuration.json`])
    expect(world.clock.pending).toBe(0)
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['another origin', {}, { origin: 'https://evil.example' }],
    ['no origin', {}, { origin: 7 }],
    ['another subject', {}, { id: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' }],
    ['another sub', { sub: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' }, {}],
    ['having expired', { exp: NOW - 61 }, {}],
    ['never expiring', { exp: undefined as never }, {}],
    ['no credential', { vc: 'x' }, {}],
    ['another type', { vc: { type: ['VerifiableCredential'], credentialSubject: {} } }, {}],
  ])('is claimed only, for a linkage with %s', async (_, changes, subject) => {
    const world = await createWorld()
    const { safeFetch } = serving({ linked_dids: [await linkage(world, changes, subject)] })
    expect((await trustOf(world, safeFetch)).trust).toBe('claimed')
  })

  it('is claimed only, where another key signed the linkage', async () => {
    const world = await createWorld()
    const forger = {
      ...world,
      app: { ...world.app, identity: { ...world.stranger.identity, did: world.app.did } },
    }
    const { safeFetch } = serving({ linked_dids: [await linkage(forger)] })
    expect((await trustOf(world, safeFetch)).trust).toBe('claimed')
  })

  it.each<[string, unknown, { status?: number; url?: string }]>([
    ['another host answers', {}, { url: 'https://evil.example/.well-known/did-configuration.json' }],
    ['there is no such page', {}, { status: 404 }],
    ['the page is no JSON', '{', {}],
    ['the page is a list', [], {}],
    ['the list is none', { linked_dids: 'x' }, {}],
  ])('is claimed only, where %s', async (_, body, changes) => {
    const world = await createWorld()
    const good = { linked_dids: [await linkage(world)] }
    const { safeFetch } = serving(JSON.stringify(body) === '{}' ? good : body, changes)
    expect((await trustOf(world, safeFetch)).trust).toBe('claimed')
  })

  it('is asked over https alone', async () => {
    const world = await createWorld()
    const { safeFetch, fetched } = serving({})
    expect((await trustOf(world, safeFetch, 'http://app.example/cb')).trust).toBe('claimed')
    expect(fetched).toEqual([])
  })

  it('is claimed where the fetch fails, or takes longer than a person waits', async () => {
    const world = await createWorld()
    const failing: SafeFetch = {
      async fetch() {
        throw new UportError('FETCH_BLOCKED', 'no', { data: { reason: 'private', host: 'app.example' } })
      },
    }
    expect((await trustOf(world, failing)).trust).toBe('claimed')
    const hanging: SafeFetch = { fetch: () => new Promise(() => {}) }
    const waiting = trustOf(world, hanging)
    await expect.poll(() => world.clock.pending).toBe(1)
    world.clock.advance(5)
    expect((await waiting).trust).toBe('claimed')
  })

  it('is asked for only after the request has verified', async () => {
    const world = await createWorld()
    const { safeFetch, fetched } = serving({})
    const forged = await signJwt(
      { type: 'shareReq', exp: NOW + 60, callback: `${ORIGIN}/cb` },
      { ...world.stranger.identity, did: world.app.did },
      { now: NOW },
    )
    const error = await rejection(world.responder(world.user, { safeFetch }).receive(forged))
    expect(error).toMatchObject({ code: 'JWT_SIGNATURE_INVALID' })
    expect(fetched).toEqual([])
  })

  it('ends with the caller’s abort, not in a judgement', async () => {
    const world = await createWorld()
    const abort = new AbortController()
    const hanging: SafeFetch = {
      fetch: () => {
        abort.abort(new Error('enough'))
        return new Promise(() => {})
      },
    }
    const wallet = world.responder(world.user, { safeFetch: hanging })
    await expect(wallet.receive(await request(world), { signal: abort.signal })).rejects.toThrow('enough')
    expect(world.clock.pending).toBe(0)
  })
})
