import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import type { Json, JsonObject } from '../ports/index.ts'
import { parseClaimSignatureRequest } from './claim-signature-request.ts'
import { parseDisclosureRequest } from './disclosure-request.ts'
import { parseDisclosureResponse } from './disclosure-response.ts'
import { equalJson } from './equal-json.ts'
import { personalMessageBytes, personalMessagePreimage, personalMessagePreview } from './personal-message.ts'
import { parsePersonalSignRequest } from './personal-sign-request.ts'
import { parsePersonalSignResponse } from './personal-sign-response.ts'
import { parsePushCapability } from './push-capability.ts'

const anyObject = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>

/** A message with the right members and any values in them: it gets past the first look. */
const shaped = (type: string, names: readonly string[]): fc.Arbitrary<JsonObject> =>
  fc
    .dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.string(), fc.constant('0x12')))
    .map((members) => ({ ...members, type }) as unknown as JsonObject)

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return isUportError(error) ? error.code : `unexpected: ${String(error)}`
  }
}

describe('every parser ends in a result or its own code, whatever comes', () => {
  const cases: readonly [string, (payload: JsonObject) => unknown, string, readonly string[], string][] = [
    [
      'verReq',
      parseClaimSignatureRequest,
      'verReq',
      ['unsignedClaim', 'sub', 'riss', 'rexp', 'aud', 'vc'],
      'REQUEST_INVALID',
    ],
    [
      'personalSigReq',
      parsePersonalSignRequest,
      'personalSigReq',
      ['data', 'from', 'net', 'riss'],
      'REQUEST_INVALID',
    ],
    [
      'personalSignResp',
      parsePersonalSignResponse,
      'personalSignResp',
      ['data', 'signature'],
      'REPLY_MALFORMED',
    ],
    ['a capability', parsePushCapability, 'notifications', ['value'], 'REPLY_MALFORMED'],
    [
      'shareReq',
      (payload) => parseDisclosureRequest(payload, { deviceKeys: true }),
      'shareReq',
      ['rpc', 'net', 'act'],
      'REQUEST_INVALID',
    ],
    [
      'shareResp',
      parseDisclosureResponse,
      'shareResp',
      ['nad', 'dad', 'boxPub', 'publicEncKey', 'capabilities'],
      'REPLY_MALFORMED',
    ],
  ]

  it.each(cases)('%s', (_, parse, type, names, code) => {
    fc.assert(
      fc.property(fc.oneof(anyObject, shaped(type, names)), (payload) => {
        expect([undefined, code, 'OWN_CLAIM_RESERVED']).toContain(codeOf(() => parse(payload)))
      }),
      { numRuns: 400 },
    )
  })
})

describe('hostile requests for signatures', () => {
  const verReq = { type: 'verReq', sub: 'did:uport:x', unsignedClaim: { a: 1 } }
  const personal = { type: 'personalSigReq', data: 'x' }

  it.each<[string, (payload: JsonObject) => unknown, JsonObject]>([
    ['another type', parseClaimSignatureRequest, { ...verReq, type: 'shareReq' }],
    ['no claim', parseClaimSignatureRequest, { type: 'verReq', sub: 'x' }],
    ['a claim that is a list', parseClaimSignatureRequest, { ...verReq, unsignedClaim: [] }],
    ['no subject', parseClaimSignatureRequest, { ...verReq, sub: '' }],
    ['a subject without end', parseClaimSignatureRequest, { ...verReq, sub: 'x'.repeat(1025) }],
    ['a signer that is nobody', parseClaimSignatureRequest, { ...verReq, riss: 'bob' }],
    ['a time for a duration', parseClaimSignatureRequest, { ...verReq, rexp: 1e13 }],
    ['a duration backwards', parseClaimSignatureRequest, { ...verReq, rexp: -1 }],
    ['a duration of a fraction', parseClaimSignatureRequest, { ...verReq, rexp: 1.5 }],
    ['another type', parsePersonalSignRequest, { ...personal, type: 'eip712Req' }],
    ['no message', parsePersonalSignRequest, { type: 'personalSigReq' }],
    ['a message without end', parsePersonalSignRequest, { ...personal, data: 'x'.repeat(65_537) }],
    ['an account that is none', parsePersonalSignRequest, { ...personal, from: '0x12' }],
    ['a network that is none', parsePersonalSignRequest, { ...personal, net: '1' }],
  ])('are refused: %s', (_, parse, payload) => {
    expect(codeOf(() => parse(payload))).toBe('REQUEST_INVALID')
  })

  it('a claim called __proto__ is a claim like others', () => {
    const payload: JsonObject = JSON.parse(
      '{"type":"verReq","sub":"x","unsignedClaim":{"__proto__":{"a":1}}}',
    )
    const { claim } = parseClaimSignatureRequest(payload)
    expect(Object.keys(claim)).toEqual(['__proto__'])
    expect(equalJson(claim, {})).toBe(false)
    expect(equalJson({}, claim)).toBe(false)
  })
})

describe('equalJson', () => {
  it('is equality of what is said', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(equalJson(value, JSON.parse(JSON.stringify(value)))).toBe(true)
      }),
    )
    fc.assert(
      fc.property(json, json, (a, b) => {
        const same = canonical(a) === canonical(b)
        expect(equalJson(a, b)).toBe(same)
      }),
    )
  })

  it('takes absence for nothing', () => {
    expect([equalJson(undefined, null), equalJson(null, undefined), equalJson([], {})]).toEqual([
      false,
      false,
      false,
    ])
  })

  /** Compares by another road: each object as its sorted entries, marked as an object. */
  function canonical(value: Json): string {
    return JSON.stringify(mark(value))
  }

  function mark(value: Json): unknown {
    if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
    if (Array.isArray(value)) return ['list', ...value.map(mark)]
    const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, mark(member)])
    return ['object', ...entries.sort(([a], [b]) => (a < b ? -1 : 1))]
  }
})

describe('personal messages', () => {
  it('are hex where they are even hex, else text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(personalMessageBytes(`0x${Buffer.from(bytes).toString('hex')}`)).toEqual(bytes)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.startsWith('0x'))
        expect(Buffer.from(personalMessageBytes(text)).toString('utf8')).toBe(text)
      }),
    )
    expect(personalMessageBytes('0xabc')).toEqual(new TextEncoder().encode('0xabc'))
  })

  it('count bytes, and show what is no text as hex', () => {
    const prefix = new TextDecoder().decode(personalMessagePreimage(new Uint8Array(12)).slice(0, 28))
    expect(prefix).toBe('\x19Ethereum Signed Message:\n12')
    expect(personalMessagePreview(Uint8Array.of(0xff))).toEqual({ hex: '0xff' })
    expect(personalMessagePreview(Uint8Array.of(0x41))).toEqual({ text: 'A', hex: '0x41' })
  })
})
