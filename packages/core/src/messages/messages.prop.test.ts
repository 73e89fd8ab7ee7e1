import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import type { JsonObject } from '../ports/index.ts'
import { parseCredential } from './credential.ts'
import { parseDisclosureRequest } from './disclosure-request.ts'
import { parseDisclosureResponse } from './disclosure-response.ts'

const anyObject = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>
const name = fc.string({ minLength: 1, maxLength: 40 })
const spec = fc.oneof(
  fc.constant(null),
  fc.record({ essential: fc.boolean(), reason: fc.string({ maxLength: 100 }) }, { requiredKeys: [] }),
)

/** A request or reply with the right members and any values in them: it gets past the first look. */
const shaped = (type: string, names: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc
    .dictionary(fc.constantFrom(...names), fc.jsonValue())
    .map((members) => ({ ...members, type }) as unknown as JsonObject)

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return isUportError(error) ? error.code : `unexpected: ${String(error)}`
  }
}

describe('parseDisclosureRequest', () => {
  it('reads what an app may ask', () => {
    const claims = fc.record({
      user_info: fc.dictionary(name, spec, { maxKeys: 8 }),
      verifiable: fc.dictionary(name, spec, { maxKeys: 8 }),
    })
    fc.assert(
      fc.property(claims, (asked) => {
        const read = parseDisclosureRequest({ type: 'shareReq', claims: asked as unknown as JsonObject })
        expect(read.own.map((one) => one.name)).toEqual(Object.keys(asked.user_info))
        expect(read.own.map((one) => one.essential)).toEqual(
          Object.values(asked.user_info).map((one) => one?.essential === true),
        )
        expect(read.verifiable.map((one) => one.type)).toEqual(Object.keys(asked.verifiable))
      }),
    )
  })

  it('ends in a result or its own code, whatever comes', () => {
    const names = ['claims', 'requested', 'verified', 'act', 'net', 'permissions', 'vc']
    fc.assert(
      fc.property(fc.oneof(anyObject, shaped('shareReq', names)), (payload) => {
        expect([undefined, 'REQUEST_INVALID']).toContain(codeOf(() => parseDisclosureRequest(payload)))
      }),
      { numRuns: 500 },
    )
  })

  it.each<[string, JsonObject]>([
    ['a list of claims without end', { requested: Array.from({ length: 65 }, () => 'x') }],
    ['a claim name without end', { claims: { user_info: { ['x'.repeat(257)]: null } } }],
    [
      'more claims than anybody needs',
      { claims: { verifiable: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, null])) } },
    ],
    ['a reason without end', { claims: { user_info: { name: { reason: 'x'.repeat(1025) } } } }],
    ['a flag that is no flag', { claims: { user_info: { name: { essential: 'yes' } } } }],
    ['issuers that are no list', { claims: { verifiable: { email: { iss: {} } } } }],
    ['an issuer without a did', { claims: { verifiable: { email: { iss: [{ url: 'https://x' }] } } } }],
    [
      'issuers without end',
      { claims: { verifiable: { email: { iss: Array.from({ length: 65 }, () => ({ did: 'x' })) } } } },
    ],
    ['a spec that is text', { claims: { user_info: { name: 'please' } } }],
    ['an account type nobody knows', { act: 'devicekey' }],
    ['a network that is no number', { net: '1' }],
    ['an empty name', { requested: [''] }],
    ['a name that is a number', { requested: [1] }],
  ])('refuses %s', (_, members) => {
    expect(codeOf(() => parseDisclosureRequest({ type: 'shareReq', ...members }))).toBe('REQUEST_INVALID')
  })

  it('takes a claim called __proto__ for what it is', () => {
    const payload: JsonObject = JSON.parse(
      '{"type":"shareReq","claims":{"user_info":{"__proto__":{"essential":true}}}}',
    )
    expect(parseDisclosureRequest(payload).own).toEqual([
      { name: '__proto__', essential: true, reason: undefined },
    ])
  })
})

describe('parseDisclosureResponse', () => {
  it('ends in a result or its own code, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(anyObject, shaped('shareResp', ['own', 'verified', 'vc', 'nad'])), (payload) => {
        expect([undefined, 'REPLY_MALFORMED', 'OWN_CLAIM_RESERVED']).toContain(
          codeOf(() => parseDisclosureResponse(payload)),
        )
      }),
      { numRuns: 500 },
    )
  })

  it.each(['did', 'iss', 'sub', 'mnid', 'verified'])('refuses %s among the own claims', (reserved) => {
    expect(codeOf(() => parseDisclosureResponse({ own: { [reserved]: 'x' } }))).toBe('OWN_CLAIM_RESERVED')
  })

  it('takes each credential once, from either member', () => {
    expect(parseDisclosureResponse({ verified: ['a', 'b'], vc: ['b', 'c'] }).credentials).toEqual([
      'a',
      'b',
      'c',
    ])
  })
})

describe('parseCredential', () => {
  it('ends in a result or its own code, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(anyObject, shaped('x', ['sub', 'claim', 'claims'])), (payload) => {
        expect([undefined, 'CREDENTIAL_INVALID']).toContain(codeOf(() => parseCredential(payload)))
      }),
    )
  })
})
