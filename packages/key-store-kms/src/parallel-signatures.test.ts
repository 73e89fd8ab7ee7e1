import { createPublicKey, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { isUportError } from '@uport-kit/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Fault } from '../test-support/http-double.ts'
import { awsParty, gcpParty, type Party, toSign } from '../test-support/parties.ts'

const KEY = 'login/1'
const CALLS = 200

/** What passes, and what ends a call, with the code it ends it with. */
const PASSING: readonly Fault[] = [
  'throttle',
  'reset',
  'server-error',
  'truncated',
  'hang',
  'throttle',
  'reset',
]
const ENDING: ReadonlyMap<Fault, string> = new Map<Fault, string>([
  ['garbage-der', 'KEY_SIGNATURE_INVALID'],
  ['trailing-der', 'KEY_SIGNATURE_INVALID'],
  ['other-key', 'KEY_SIGNATURE_INVALID'],
  ['access-denied', 'KEY_SIGNING_REFUSED'],
  ['not-json', 'KEY_STORE_FAILED'],
])

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

let party: Party | undefined
afterEach(async () => {
  vi.restoreAllMocks()
  await party?.double.close()
})

describe.each([
  ['AWS', awsParty],
  ['GCP', gcpParty],
])('200 signatures at once through %s', (_name, start) => {
  test('with faults: none is wrong, every failure is typed, the passing ones are overcome', {
    timeout: 60_000,
  }, async () => {
    party = await start()
    const { double, store, clock } = party
    const key = party.add('secp256k1', KEY)
    const logged = captureLogs()
    const random = numbers(20_161_122)
    const injected = new Map<Fault, number>()
    const endings = [...ENDING.keys()]
    double.faults = (operation, count) => {
      // Every twelfth signature is spoilt for good, each way in turn; a third of the other requests fail for now.
      const spoilt = operation === party?.operations.sign && count % 12 === 5
      const kinds = spoilt ? [endings[Math.floor(count / 12) % endings.length]] : PASSING
      const fault = spoilt || random() < 1 / 3 ? kinds[Math.floor(random() * kinds.length)] : undefined
      if (fault !== undefined) injected.set(fault, (injected.get(fault) ?? 0) + 1)
      return fault
    }

    const controllers = Array.from({ length: CALLS }, () => new AbortController())
    const cancelled = new Error('cancelled by the caller')
    const calls = controllers.map(({ signal }, n) => {
      const { digest, context } = toSign(`text ${n}`)
      return store.sign(KEY, digest, context, { signal })
    })
    const settled = Promise.allSettled(calls)
    // Every tenth caller gives up, in the midst of things.
    while (double.requests.length < 40) {
      await new Promise((resolve) => setImmediate(resolve))
      if (clock.attempts === double.hanging) clock.advance(0.05)
    }
    for (let n = 0; n < CALLS; n += 10) controllers[n]?.abort(cancelled)
    const outcomes = await clock.drive(settled, double)

    const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
    const errors: unknown[] = []
    let signed = 0
    for (const [n, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        errors.push(outcome.reason)
        continue
      }
      const signature = Buffer.concat([outcome.value.r, outcome.value.s])
      const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      expect(verify('sha256', Buffer.from(`text ${n}`), options, signature)).toBe(true)
      signed++
    }

    const givenUp = errors.filter((error) => error === cancelled)
    const typed = errors.filter((error) => isUportError(error))
    expect(givenUp.length).toBeGreaterThan(0)
    expect(givenUp.length + typed.length).toBe(errors.length)
    expect(new Set(typed.map(({ code }) => code))).toEqual(new Set(ENDING.values()))
    expect(typed.filter(({ retryable }) => retryable)).toEqual([])
    expect(signed).toBeGreaterThan(140)
    for (const fault of [...PASSING, ...ENDING.keys()]) expect(injected.get(fault) ?? 0).toBeGreaterThan(0)
    // Only a call that was cancelled meanwhile may have swallowed a fault that ends a call.
    const ended = [...ENDING.keys()].reduce((sum, fault) => sum + (injected.get(fault) ?? 0), 0)
    expect(typed.length).toBeLessThanOrEqual(ended)
    expect(typed.length).toBeGreaterThanOrEqual(ended - givenUp.length)
    expect(clock.pending).toBe(0)

    const text = inspect(errors, { depth: 20, showHidden: true }) + logged.join('\n')
    expect(text).not.toMatch(/canary|AKID/i)
    expect(text).not.toContain(key.secretHex)
    for (let n = 0; n < CALLS; n++) {
      const digest = Buffer.from(toSign(`text ${n}`).digest)
      for (const form of ['hex', 'base64'] as const) expect(text).not.toContain(digest.toString(form))
    }
  })
})

/** Everything that is written to the console, the standard streams or given as a warning. */
function captureLogs(): string[] {
  const lines: string[] = []
  const note = (...values: unknown[]) => {
    lines.push(
      values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 20 }))).join(' '),
    )
  }
  for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation(note)
  }
  vi.spyOn(process, 'emitWarning').mockImplementation(note)
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      note(String(chunk))
      return true
    })
  }
  return lines
}
