import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { forgeToken, hexMethod, NOW, TestResolver, testDocument, testKey } from '../../test-support/tokens.ts'
import type { Did, DidResolver } from '../ports/index.ts'
import type { VerifyJwtRules } from './verify.ts'
import { verifyMany } from './verify-many.ts'

const alice: Did = 'did:test:alice'
const bob: Did = 'did:test:bob'
const documents = [alice, bob].map((did) => testDocument(did, [hexMethod('#k', testKey(did))]))
const token = (iss: Did, index: number, signer: Did = iss) =>
  forgeToken({ alg: 'ES256K' }, { iat: NOW, iss, index }, testKey(signer))

describe('verifyMany', () => {
  it('gives outcomes in order; one bad token harms no other', async () => {
    const resolver = new TestResolver(...documents)
    const tokens = [
      token(alice, 0),
      'nonsense',
      token(bob, 2),
      token(bob, 3, alice),
      undefined,
      token('did:test:nobody', 5),
      token(alice, 6),
    ]
    const outcomes = await verifyMany(tokens, { resolver, now: NOW }, { concurrency: 2 })
    const said = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.payload['index'] : outcome.reason.code,
    )
    expect(said).toEqual([
      0,
      'JWT_MALFORMED',
      2,
      'JWT_SIGNATURE_INVALID',
      'JWT_MALFORMED',
      'DID_NOT_FOUND',
      6,
    ])
  })

  it('resolves each issuer once, and gives all it was answered', async () => {
    const resolver = new TestResolver(...documents)
    const tokens = Array.from({ length: 12 }, (_, index) => token(index % 3 === 0 ? alice : bob, index))
    const outcomes = await verifyMany(tokens, { resolver, now: NOW, fresh: true })
    expect(resolver.asked).toEqual([
      { did: alice, fresh: true },
      { did: bob, fresh: true },
    ])
    const resolved = outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.resolved)
    expect(resolved).toHaveLength(12)
    expect(resolved.every((answer) => answer !== false && answer.versionId === 'v1')).toBe(true)
  })

  it('keeps rules that the given ones inherit, as verifyJwt does', async () => {
    class StrictRules {
      readonly resolver = new TestResolver(...documents)
      readonly now = NOW
      get requireExpiry(): boolean {
        return true
      }
      get audience(): Did {
        return bob
      }
    }
    const strict = new StrictRules()
    const derived = Object.create(
      { requireAudience: true },
      { resolver: { value: strict.resolver }, now: { value: NOW } },
    )
    const toBob = forgeToken(
      { alg: 'ES256K' },
      { iat: NOW, exp: NOW + 9, iss: alice, aud: bob },
      testKey(alice),
    )
    const tokens = [token(alice, 0), toBob]
    const codes = async (rules: VerifyJwtRules) =>
      (await verifyMany(tokens, rules)).map((one) => one.status === 'rejected' && one.reason.code)
    expect(await codes(strict)).toEqual(['JWT_CLAIM_INVALID', false])
    expect(await codes(derived)).toEqual(['JWT_AUDIENCE_MISMATCH', 'JWT_AUDIENCE_MISMATCH'])
  })

  it('asks again for an issuer whose resolution failed before', async () => {
    const inner = new TestResolver(...documents)
    let failures = 0
    const resolver: DidResolver = {
      methods: inner.methods,
      resolve: async (did) => {
        if (failures++ === 0) throw new Error('a passing fault')
        return inner.resolve(did)
      },
    }
    const tokens = [token(alice, 0), token(alice, 1)]
    const outcomes = await verifyMany(tokens, { resolver, now: NOW }, { concurrency: 1 })
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('ends with the reason of its signal, in the middle too, and starts no more tokens', async () => {
    const resolver = new TestResolver(...documents)
    const reason = new Error('enough')
    const aborted = AbortSignal.abort(reason)
    await expect(verifyMany([token(alice, 0)], { resolver, now: NOW }, { signal: aborted })).rejects.toBe(
      reason,
    )
    expect(resolver.asked).toEqual([])

    const controller = new AbortController()
    const silent: DidResolver = { methods: ['test'], resolve: () => new Promise(() => undefined) }
    const work = verifyMany([token(alice, 0)], { resolver: silent, now: NOW }, { signal: controller.signal })
    controller.abort(reason)
    await expect(work).rejects.toBe(reason)
  })

  it.each([
    ['by the platform', globalThis.setImmediate],
    ['by a timer, as in a page', undefined],
  ])('lets a deadline pass while it works, its turns given %s', async (_how, setImmediate) => {
    vi.stubGlobal('setImmediate', setImmediate)
    onTestFinished(() => void vi.unstubAllGlobals())
    let verified = 0
    const engine = {
      verify: () => {
        verified++
        const end = performance.now() + 5
        while (performance.now() < end);
        return true
      },
      recover: () => undefined,
    }
    const tokens = Array.from({ length: 200 }, (_, index) => token(alice, index))
    const rules = { resolver: new TestResolver(...documents), now: NOW, engine }
    const signal = AbortSignal.timeout(30)
    await expect(verifyMany(tokens, rules, { signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(verified).toBeLessThan(200)
  })

  it('takes no tokens, and refuses rules and numbers that are wrong', async () => {
    const rules = { resolver: new TestResolver(), now: NOW }
    expect(await verifyMany([], rules)).toEqual([])
    await expect(verifyMany([], { ...rules, now: 1.5 })).rejects.toThrow(TypeError)
    await expect(verifyMany([], rules, { concurrency: 0 })).rejects.toThrow(TypeError)
  })
})
