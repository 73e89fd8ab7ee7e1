import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import type { Party } from '../../test-support/parties.ts'
import { token } from '../../test-support/replies.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import type { DidResolver, Json, SafeFetch } from '../ports/index.ts'
import { verifyDomainLinkage } from './domain-linkage.ts'

const ORIGIN = 'https://app.example'

const linkage = (
  { app }: World,
  changes: { readonly [name: string]: Json | undefined } = {},
  by: Party = app,
) => {
  const { vc, ...claims } = changes
  const credentialSubject = { id: app.did, origin: ORIGIN }
  return token(by.identity, {
    ...{ sub: app.did, exp: NOW + 60 },
    vc: vc ?? { type: ['VerifiableCredential', 'DomainLinkageCredential'], credentialSubject },
    ...claims,
  })
}

async function vouches(world: World, body: string | Uint8Array, resolver: DidResolver = world.resolver) {
  const requests: unknown[] = []
  const safeFetch: SafeFetch = {
    async fetch(url, init) {
      requests.push([url.href, init])
      return {
        status: 200,
        url,
        headers: new Map(),
        body: typeof body === 'string' ? encodeUtf8(body) : body,
      }
    },
  }
  const rules = { resolver, now: NOW }
  const verdict = await verifyDomainLinkage(world.app.did, ORIGIN, safeFetch, rules, {})
  expect(requests).toEqual([[`${ORIGIN}/.well-known/did-configuration.json`, { maxBytes: 65_536 }]])
  return verdict
}

const list = (...linked: readonly Json[]): string => JSON.stringify({ linked_dids: linked })

describe('an origin vouches', () => {
  it('though its list holds other things than texts', async () => {
    const world = await createWorld()
    const good = await linkage(world)
    expect(await vouches(world, list(7, null, { jwt: good }, good))).toBe(true)
    expect(await vouches(world, list(7, null, { jwt: good }))).toBe(false)
  })

  it('by the first sixteen entries of its list', async () => {
    const world = await createWorld()
    const good = await linkage(world)
    const junk = (count: number): Json[] => Array.from({ length: count }, () => 'x')
    expect(await vouches(world, list(...junk(15), good))).toBe(true)
    expect(await vouches(world, list(...junk(16), good))).toBe(false)
  })

  it('also where the origin is written as an address of it', async () => {
    const world = await createWorld()
    const vc = {
      type: ['DomainLinkageCredential'],
      credentialSubject: { id: world.app.did, origin: `${ORIGIN}:443/x?y#z` },
    }
    expect(await vouches(world, list(await linkage(world, { vc })))).toBe(true)
  })
})

describe('an origin vouches for nobody', () => {
  it.each<[string, (world: World) => Json]>([
    [
      'a type that is no list',
      ({ app }) => ({ type: 'DomainLinkageCredential', credentialSubject: { id: app.did, origin: ORIGIN } }),
    ],
    [
      'a subject that is a list',
      ({ app }) => ({
        type: ['DomainLinkageCredential'],
        credentialSubject: [{ id: app.did, origin: ORIGIN }],
      }),
    ],
    [
      'an origin that is no address',
      ({ app }) => ({
        type: ['DomainLinkageCredential'],
        credentialSubject: { id: app.did, origin: 'app.example' },
      }),
    ],
    [
      'another scheme',
      ({ app }) => ({
        type: ['DomainLinkageCredential'],
        credentialSubject: { id: app.did, origin: 'http://app.example' },
      }),
    ],
    [
      'an origin that is a list',
      ({ app }) => ({
        type: ['DomainLinkageCredential'],
        credentialSubject: { id: app.did, origin: [ORIGIN] },
      }),
    ],
    [
      'a subject without a name',
      () => ({ type: ['DomainLinkageCredential'], credentialSubject: { origin: ORIGIN } }),
    ],
  ])('by a credential with %s', async (_, vc) => {
    const world = await createWorld()
    expect(await vouches(world, list(await linkage(world, { vc: vc(world) })))).toBe(false)
    expect(world.resolver.asked).toEqual([])
  })

  it('by what somebody else says of the DID', async () => {
    const world = await createWorld()
    expect(await vouches(world, list(await linkage(world, {}, world.stranger)))).toBe(false)
    expect(world.resolver.asked).toEqual([])
  })

  it('by a list that is no UTF-8, too deep, or elsewhere', async () => {
    const world = await createWorld()
    const good = await linkage(world)
    const deep = `${'['.repeat(20)}${']'.repeat(20)}`
    expect(await vouches(world, `{"linked_dids":["${good}"],"deep":${deep}}`)).toBe(false)
    expect(await vouches(world, JSON.stringify([good]))).toBe(false)
    expect(await vouches(world, JSON.stringify({ linked: [good] }))).toBe(false)
    const bytes = encodeUtf8(`{"linked_dids":["${good}"],"x":"?"}`)
    expect(await vouches(world, bytes)).toBe(true)
    expect(
      await vouches(
        world,
        bytes.map((byte) => (byte === 0x3f ? 0xff : byte)),
      ),
    ).toBe(false)
  })

  it('by a linkage whose issuer cannot be resolved; but the caller’s abort is no such judgement', async () => {
    const world = await createWorld()
    const good = list(await linkage(world))
    world.resolver.failing.add(world.app.did)
    expect(await vouches(world, good)).toBe(false)

    const abort = new AbortController()
    const safeFetch: SafeFetch = {
      fetch: async (url) => ({ status: 200, url, headers: new Map(), body: encodeUtf8(good) }),
    }
    const resolver: DidResolver = {
      methods: ['uport'],
      resolve: async () => {
        abort.abort(new Error('enough'))
        throw new Error('late')
      },
    }
    const judged = verifyDomainLinkage(
      world.app.did,
      ORIGIN,
      safeFetch,
      { resolver, now: NOW },
      { signal: abort.signal },
    )
    expect(await rejection(judged)).toMatchObject({ message: 'enough' })
  })
})
