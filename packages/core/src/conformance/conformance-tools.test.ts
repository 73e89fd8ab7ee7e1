import { describe, expect, it } from 'vitest'
import { UportError } from '../errors/uport-error.ts'
import {
  CONFORMANCE_VERSION,
  check,
  checkSame,
  createConformanceTools,
  didResolverCases,
  keyDeviceCases,
  keyManagerCases,
  keyStoreCases,
  replyChannelCases,
  requestStoreCases,
  topicStoreCases,
  transportCases,
  walletStoreCases,
} from './index.ts'

const failure = (message: string | RegExp) =>
  expect.objectContaining({ name: 'ConformanceFailure', message: expect.stringMatching(message) })

describe('the tools', () => {
  const tools = createConformanceTools({ deadlineMilliseconds: 5 })
  const refused = new UportError('KEY_NOT_FOUND', 'none', { data: { keyId: 'x' } })

  it('check conditions and compare as JSON, members in any order', () => {
    check(true, 'fine')
    expect(() => check(false, 'it is not')).toThrow(failure('it is not'))
    checkSame({ a: 1, b: [{ d: undefined, c: 2 }] }, { b: [{ c: 2 }], a: 1 }, 'the value')
    checkSame(undefined, undefined, 'nothing')
    expect(() => checkSame([1, 2], [2, 1], 'the list')).toThrow(failure(/the list must be \[2,1\]/))
    expect(() => checkSame(undefined, null, 'nothing')).toThrow(failure('nothing'))
  })

  it('bound every wait', async () => {
    expect(await tools.within(Promise.resolve(1), 'the call')).toBe(1)
    await expect(tools.within(Promise.reject(refused), 'the call')).rejects.toBe(refused)
    await expect(tools.within(new Promise(() => undefined), 'the call')).rejects.toThrow(
      failure('must not hang'),
    )
  })

  it('demand coded rejections', async () => {
    await tools.refuses(Promise.reject(refused), ['KEY_NOT_FOUND'], 'the call')
    await tools.refuses(Promise.reject(refused), [], 'the call')
    await expect(tools.refuses(Promise.reject(refused), ['KEY_EXISTS'], 'the call')).rejects.toThrow(
      failure('it was KEY_NOT_FOUND'),
    )
    await expect(tools.refuses(Promise.reject(new Error('secret')), [], 'the call')).rejects.toThrow(
      failure('it was Error'),
    )
    await expect(tools.refuses(Promise.reject('text'), [], 'the call')).rejects.toThrow(
      failure('it was string'),
    )
    await expect(tools.refuses(Promise.resolve(), [], 'the call')).rejects.toThrow(
      failure('must reject, and resolved'),
    )
  })

  it('demand the signal’s own reason', async () => {
    await tools.honoursAbort(async (signal) => signal.throwIfAborted(), 'the call')
    const other = () => Promise.reject(new Error('another'))
    await expect(tools.honoursAbort(other, 'the call')).rejects.toThrow(failure('signal’s|signal'))
    await expect(tools.honoursAbort(async () => undefined, 'the call')).rejects.toThrow(failure('resolved'))
  })

  it('make names that differ', () => {
    expect(tools.uniqueName('a')).not.toBe(tools.uniqueName('a'))
  })
})

describe('the suites', () => {
  const suites = {
    KS: keyStoreCases,
    KM: keyManagerCases,
    KD: keyDeviceCases,
    RS: didResolverCases,
    RQ: requestStoreCases,
    RC: replyChannelCases,
    TR: transportCases,
    TS: topicStoreCases,
    WS: walletStoreCases,
  }

  it.each(Object.entries(suites))(
    '%s numbers its cases without a gap, and explains each',
    (prefix, cases) => {
      const numbers = cases.map((_, n) => `${prefix}-${String(n + 1).padStart(2, '0')}`)
      expect(cases.map(({ id }) => id)).toEqual(numbers)
      expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length)
      for (const { proves, matters, nextStep } of cases) {
        expect(Math.min(proves.length, matters.length, nextStep.length)).toBeGreaterThan(10)
      }
    },
  )

  it('say which version each case came with, none later than the version of all', () => {
    const numbers = (version: string) => version.split('.').map(Number)
    expect(CONFORMANCE_VERSION).toMatch(/^\d+\.\d+\.\d+$/)
    const [major = 0, minor = 0] = numbers(CONFORMANCE_VERSION)
    for (const { since } of Object.values(suites).flatMap((cases) => cases.map(({ since }) => ({ since })))) {
      const [sinceMajor = 0, sinceMinor = 0, sincePatch] = numbers(since)
      // A patch adds no case.
      expect(sincePatch).toBe(0)
      expect(sinceMajor < major || (sinceMajor === major && sinceMinor <= minor)).toBe(true)
    }
  })
})
