import { describe, expect, it } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import { Requester } from '../exchange/requester.ts'
import { Responder } from '../exchange/responder.ts'
import { disclosure } from '../flows/disclosure.ts'
import { memoryBoxKeys } from '../keys/memory-box-keys.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import { memoryRequestStore } from '../stores/memory-request-store.ts'
import {
  add,
  assemble,
  coreModule,
  type KitModule,
  override,
  provide,
  responderModule,
  TOKENS,
} from './index.ts'

const NOW = 1_700_000_000

const method = (name: string): DidResolver => ({
  methods: [name],
  resolve: async (did: Did) => ({ did, document: { id: did, publicKey: [] } }),
})

function counted(resolver: DidResolver, count: () => void): DidResolver {
  return {
    methods: resolver.methods,
    resolve: async (did) => {
      count()
      return await resolver.resolve(did)
    },
  }
}

const channel: ReplyChannel = {
  id: 'callback',
  mode: 'post',
  open: async ({ id }) => ({
    channel: 'callback',
    callback: `https://app.example/callback/${id}`,
    state: {},
  }),
  async *receive() {},
  close: async () => undefined,
}

const keys = new MemoryKeyStore()
const identity = { did: 'did:example:app', keyId: 'app' } as const
const given: readonly KitModule[] = [
  coreModule({ identity, links: { universal: 'https://app.example/req/' } }),
  provide(TOKENS.KeyStore, keys),
  provide(TOKENS.BoxKeys, memoryBoxKeys()),
]

describe('coreModule', () => {
  it('makes the identity from the key store and the box keys', () => {
    const app = assemble(...given)
    expect(app.get(TOKENS.Identity)).toMatchObject(identity)
    expect(app.get(TOKENS.Identity).keys).toBe(keys)
    expect(Object.isFrozen(app.get(TOKENS.Identity))).toBe(true)
  })

  it('puts every method resolver behind one cache', async () => {
    let asked = 0
    const counting = counted(method('two'), () => asked++)
    const app = assemble(...given, add(TOKENS.MethodResolver, method('one'), counting))
    const resolver = app.get(TOKENS.DidResolver)
    expect(resolver.methods).toEqual(['one', 'two'])
    await resolver.resolve('did:two:x')
    await resolver.resolve('did:two:x')
    expect(asked).toBe(1)
  })

  it('keeps answers by the given clock, for the given time', async () => {
    const clock = new ManualClock(NOW)
    let asked = 0
    const counting = counted(method('one'), () => asked++)
    const app = assemble(
      ...given.slice(1),
      coreModule({ identity, cache: { ttlSeconds: 10 } }),
      provide(TOKENS.Clock, clock),
      add(TOKENS.MethodResolver, counting),
    )
    for (const step of [0, 9, 1]) {
      clock.advance(step)
      await app.get(TOKENS.DidResolver).resolve('did:one:x')
    }
    expect(asked).toBe(2)
  })

  it('wires a requester that signs with the identity and stores its requests', async () => {
    const clock = new ManualClock(NOW)
    const requests = memoryRequestStore({ clock })
    await using app = assemble(
      ...given,
      add(TOKENS.MethodResolver, method('example')),
      add(TOKENS.ReplyChannel, channel),
      provide(TOKENS.RequestStore, requests),
      provide(TOKENS.Clock, clock),
    )
    if ((await keys.get('app')) === undefined) await keys.create({ keyId: 'app' })
    const requester = app.get(TOKENS.Requester)
    expect(requester).toBeInstanceOf(Requester)
    const created = await requester.create(disclosure, {}, { reply: 'callback' })
    expect(created.uri).toMatch(/^https:\/\/app\.example\/req\//)
    expect(created.expiresAt).toBe(NOW + 120)
    expect(await requests.get(created.id)).toMatchObject({ issuer: identity.did, jwt: created.jwt })
  })

  it('works without a request store and a clock', async () => {
    await using app = assemble(
      ...given,
      add(TOKENS.MethodResolver, method('example')),
      add(TOKENS.ReplyChannel, channel),
    )
    expect(app.get(TOKENS.Requester).identity.did).toBe(identity.did)
  })

  it('says what is missing, and who provides it', () => {
    const withMethod = [...given, add(TOKENS.MethodResolver, method('example'))]
    expect(() => assemble(...given).get(TOKENS.DidResolver)).toThrow(
      'TOKENS.MethodResolver is not bound; needed by DidResolver; provided by resolver-uport',
    )
    expect(() => assemble(...withMethod).get(TOKENS.Requester)).toThrow(
      'TOKENS.ReplyChannel is not bound; needed by Requester; provided by channel-relay, transport-url',
    )
    expect(() => assemble(...given.slice(0, 2))).toThrow(/TOKENS.BoxKeys is not bound; needed by Identity/)
  })

  it('lets its parts be replaced', () => {
    const mine = method('mine')
    expect(assemble(...given, override(TOKENS.DidResolver, mine)).get(TOKENS.DidResolver)).toBe(mine)
  })
})

describe('responderModule', () => {
  it('wires a responder beside the core, without a requester’s parts', async () => {
    await using app = assemble(...given, responderModule(), add(TOKENS.MethodResolver, method('example')))
    expect(app.get(TOKENS.Responder)).toBeInstanceOf(Responder)
    expect(app.get(TOKENS.Responder)).toBe(app.get(TOKENS.Responder))
  })

  it('needs the core', () => {
    expect(() => assemble(responderModule())).toThrow(
      /TOKENS.Identity is not bound; needed by Responder; provided by coreModule/,
    )
  })
})
