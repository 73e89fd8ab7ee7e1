import { describe, expect, it } from 'vitest'
import { checkTime, readTimeClaims, requireTimeRules, type TimeClaims, type TimeRules } from './time.ts'

const now = 1000
const check = (claims: TimeClaims, rules: Partial<TimeRules> = {}) => checkTime(claims, { now, ...rules })
const error = (code: string, data: object) => expect.objectContaining({ code, data })

describe('readTimeClaims', () => {
  it('reads integers, and what is absent as undefined', () => {
    expect(readTimeClaims({ exp: 3, nbf: 2, iat: 1, other: 'x' }, { now })).toEqual({
      exp: 3,
      nbf: 2,
      iat: 1,
    })
    expect(readTimeClaims({}, { now })).toEqual({})
    expect(readTimeClaims({ exp: 0, iat: -5 }, { now })).toEqual({ exp: 0, iat: -5 })
  })

  it.each(
    ['exp', 'nbf', 'iat'].flatMap((claim) =>
      [
        'never',
        '1000',
        '',
        null,
        true,
        1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        2 ** 53,
        [1000],
        { a: 1 },
      ].map((value) => [claim, value] as const),
    ),
  )('refuses %s of %j', (claim, value) => {
    expect(() => readTimeClaims({ [claim]: value }, { now })).toThrow(
      error('JWT_CLAIM_INVALID', { claim, reason: 'not an integer' }),
    )
  })

  it('refuses a token without what the rules require', () => {
    const missing = (claim: string) => error('JWT_CLAIM_INVALID', { claim, reason: 'missing' })
    expect(() => readTimeClaims({ iat: 1 }, { now, requireExpiry: true })).toThrow(missing('exp'))
    expect(() => readTimeClaims({ exp: 1 }, { now, requireIssuedAt: true })).toThrow(missing('iat'))
    expect(() => readTimeClaims({ exp: 1 }, { now, maxAge: 0 })).toThrow(missing('iat'))
    expect(readTimeClaims({ exp: 1 }, { now, requireExpiry: true })).toEqual({ exp: 1 })
    expect(readTimeClaims({}, { now, requireExpiry: false, requireIssuedAt: false })).toEqual({})
  })
})

describe('exp', () => {
  it.each([
    [1061, 0],
    [1001, 0],
    [1000, 1],
    [999, 2],
    [941, 60],
  ])('%i needs %i seconds of tolerance', (exp, needed) => {
    expect(check({ exp })).toBe(needed)
  })

  it.each([940, 0, -1])('%i is expired, and the error says by which clock', (exp) => {
    expect(() => check({ exp })).toThrow(error('JWT_EXPIRED', { exp, now, skew: 60 }))
  })

  it('follows the skew', () => {
    expect(check({ exp: 701 }, { skew: 300 })).toBe(300)
    expect(() => check({ exp: 700 }, { skew: 300 })).toThrow(
      error('JWT_EXPIRED', { exp: 700, now, skew: 300 }),
    )
    expect(check({ exp: 1001 }, { skew: 0 })).toBe(0)
    expect(() => check({ exp: 1000 }, { skew: 0 })).toThrow(error('JWT_EXPIRED', { exp: 1000, now, skew: 0 }))
  })

  it('says how long ago', () => {
    expect(() => check({ exp: 900 })).toThrow('The token expired 100 s ago (60 s allowed)')
  })
})

describe.each(['iat', 'nbf'] as const)('%s', (claim) => {
  it.each([
    [0, 0],
    [1000, 0],
    [1001, 1],
    [1060, 60],
  ])('%i needs %i seconds of tolerance', (value, needed) => {
    expect(check({ [claim]: value })).toBe(needed)
  })

  it('lies too far ahead beyond the skew, and the error says by how much', () => {
    const data = { claim, value: 1061, now, skew: 60, ahead: 61 }
    expect(() => check({ [claim]: 1061 })).toThrow(error('JWT_NOT_YET_VALID', data))
    expect(() => check({ [claim]: 1061 })).toThrow(
      `The token's ${claim} lies 61 s ahead of this clock (60 s allowed)`,
    )
    expect(() => check({ [claim]: 1001 }, { skew: 0 })).toThrow(
      error('JWT_NOT_YET_VALID', { claim, value: 1001, now, skew: 0, ahead: 1 }),
    )
  })
})

describe('together', () => {
  it('nbf stands in for iat unless the rules ask for iat', () => {
    const claims = { nbf: 900, iat: 5000 }
    const data = { claim: 'iat', value: 5000, now, skew: 60, ahead: 4000 }
    expect(check(claims)).toBe(0)
    expect(() => check(claims, { requireIssuedAt: true })).toThrow(error('JWT_NOT_YET_VALID', data))
    expect(() => check(claims, { maxAge: 10 })).toThrow(error('JWT_NOT_YET_VALID', data))
  })

  it('reports the largest tolerance', () => {
    expect(check({ nbf: 1007, exp: 2000 })).toBe(7)
    expect(check({ nbf: 1007, iat: 1009, exp: 2000 }, { requireIssuedAt: true })).toBe(9)
    expect(check({ iat: 1003, exp: 1000 })).toBe(3)
    expect(check({ iat: 1001, exp: 996 })).toBe(5)
    expect(check({})).toBe(0)
  })

  it('the future is reported before the past', () => {
    expect(() => check({ iat: 5000, exp: 1 })).toThrow(expect.objectContaining({ code: 'JWT_NOT_YET_VALID' }))
  })
})

describe('maxAge', () => {
  it('ends a token that says nothing of its end, or of a later one', () => {
    expect(check({ iat: 995 }, { maxAge: 10 })).toBe(0)
    expect(check({ iat: 990 }, { maxAge: 10 })).toBe(1)
    for (const exp of [undefined, 9999]) {
      expect(() => check({ iat: 930, exp }, { maxAge: 10 })).toThrow(
        error('JWT_EXPIRED', { exp: 940, now, skew: 60 }),
      )
    }
  })

  it('does not prolong exp', () => {
    expect(() => check({ iat: 900, exp: 910 }, { maxAge: 500 })).toThrow(
      error('JWT_EXPIRED', { exp: 910, now, skew: 60 }),
    )
  })
})

describe('requireTimeRules', () => {
  it.each([
    { now: 1.5 },
    { now: Number.NaN },
    { now: undefined as unknown as number },
    { now, skew: -1 },
    { now, skew: 0.5 },
    { now, skew: Number.POSITIVE_INFINITY },
    { now, maxAge: -1 },
    { now, maxAge: Number.NaN },
  ])('refuses %j', (rules) => {
    expect(() => requireTimeRules(rules)).toThrow(TypeError)
  })

  it('names the rule', () => {
    expect(() => requireTimeRules({ now: 1.5 })).toThrow('now must be the Unix time in whole seconds')
    expect(() => requireTimeRules({ now, skew: -1 })).toThrow('skew must be a whole number of seconds')
    expect(() => requireTimeRules({ now, maxAge: -1 })).toThrow('maxAge must be a whole number of seconds')
  })

  it('accepts zero', () => {
    expect(requireTimeRules({ now: 0, skew: 0, maxAge: 0 })).toBeUndefined()
  })
})

describe('times in milliseconds', () => {
  const rules = { now: 1_700_000_000, legacyTimes: true }

  it('are read as seconds where they are allowed, and only those that cannot be seconds', () => {
    expect(
      readTimeClaims({ iat: 1_485_321_133_996, exp: 1_700_000_060, nbf: 999_999_999_999 }, rules),
    ).toEqual({ iat: 1_485_321_133, exp: 1_700_000_060, nbf: 999_999_999_999 })
    expect(readTimeClaims({ iat: 1_000_000_000_000 }, rules).iat).toBe(1_000_000_000)
  })

  it('stay what they are elsewhere', () => {
    expect(readTimeClaims({ iat: 1_485_321_133_996 }, { now: rules.now }).iat).toBe(1_485_321_133_996)
  })
})

it('asks an age only of a token that says when it began', () => {
  expect(check({}, { maxAge: 5 })).toBe(0)
  expect(check({ exp: now + 1 }, { maxAge: 5 })).toBe(0)
})
