import { createPublicKey, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { encodeHex, isUportError, type RecoverableSignature } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpensslKey, type DoubleKey, type DoubleKeyKind } from '../test-support/double-key.ts'
import type { Fault } from '../test-support/http-double.ts'
import { awsParty, gcpParty, type Party, toSign } from '../test-support/parties.ts'

const KEY = 'login/1'
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** OpenSSL's judgement, which shares nothing with ours. */
function verifies({ r, s }: RecoverableSignature, text: string, key: DoubleKey): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
  const signature = Buffer.concat([r, s])
  return verify('sha256', Buffer.from(text), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}

const failed = (reason: string, retryable = false) => ({
  code: 'KEY_STORE_FAILED',
  data: { keyId: KEY, reason },
  retryable,
})

describe.each([
  ['AWS', awsParty],
  ['GCP', gcpParty],
])('a key store over %s', (_name, start) => {
  let party: Party
  let key: DoubleKey

  beforeEach(async () => {
    party = await start()
    key = party.add('secp256k1', KEY)
  })
  afterEach(() => party.double.close())

  const sign = (text = 'text', signal?: AbortSignal, keyId = KEY) => {
    const { digest, context } = toSign(text)
    return party.store.sign(keyId, digest, context, { signal })
  }
  const driven = <T>(work: Promise<T>) => party.clock.drive(work, party.double)
  const failure = (work: Promise<unknown>) =>
    driven(
      work.then(
        () => undefined,
        (error: unknown) => error,
      ),
    )
  /** The first `times` requests of an operation fail. */
  const fail = (operation: string, fault: Fault, times = Number.POSITIVE_INFINITY) => {
    const before = party.double.count(operation)
    party.double.faults = (name, count) => (name === operation && count - before < times ? fault : undefined)
  }

  describe('signs', () => {
    test('the digest as it is, in low s, whatever half the service chose', async () => {
      for (let n = 0; n < 12; n++) {
        const signature = await sign(`text ${n}`)
        expect(verifies(signature, `text ${n}`, key)).toBe(true)
        expect(BigInt(`0x${encodeHex(signature.s)}`) <= ORDER / 2n).toBe(true)
      }
      expect(party.double.count(party.operations.read)).toBe(1)
      expect(party.double.count(party.operations.sign)).toBe(12)
    })

    test('with keys that the openssl program holds', async () => {
      const held = createOpensslKey()
      try {
        Object.assign(key, { sign: held.sign, spki: held.spki })
        for (let n = 0; n < 6; n++) expect(verifies(await sign(`text ${n}`), `text ${n}`, held)).toBe(true)
      } finally {
        held.remove()
      }
    })
  })

  describe('keys that cannot be used', () => {
    test.each<DoubleKeyKind>(['p256', 'rsa', 'symmetric'])('of the kind %s', async (kind) => {
      party.add(kind, 'wrong/1')
      await expect(driven(party.store.get('wrong/1'))).rejects.toMatchObject({ code: 'KEY_INVALID' })
      await expect(driven(sign('text', undefined, 'wrong/1'))).rejects.toMatchObject({ code: 'KEY_INVALID' })
      expect(party.double.count(party.operations.sign)).toBe(0)
    })

    test('because they are disabled, before and after they were remembered', async () => {
      key.state = 'disabled'
      expect(await failure(sign())).toMatchObject(failed('disabled'))
      expect(await failure(party.store.get(KEY))).toMatchObject(failed('disabled'))
      key.state = 'enabled'
      await driven(sign())
      key.state = 'disabled'
      expect(await failure(sign())).toMatchObject(failed('disabled'))
      // The failure dropped what was remembered.
      expect(await failure(party.store.get(KEY))).toMatchObject(failed('disabled'))
    })

    test('because they are to be deleted', async () => {
      await driven(sign())
      key.state = 'to-be-deleted'
      expect(await failure(sign())).toMatchObject({ code: 'KEY_NOT_FOUND', data: { keyId: KEY } })
      expect(await driven(party.store.get(KEY))).toBeUndefined()
      expect(await failure(sign())).toMatchObject({ code: 'KEY_NOT_FOUND' })
    })

    test('because they are not there yet, or in a state of another kind', async () => {
      key.state = 'creating'
      expect(await failure(party.store.get(KEY))).toMatchObject(failed('unavailable', true))
      key.state = 'odd'
      expect(await failure(party.store.get(KEY))).toMatchObject(failed('key-state'))
    })

    test('and whose state may not be asked for', async () => {
      key.state = 'to-be-deleted'
      party.double.denied.add(party.operations.describe)
      expect(await failure(party.store.get(KEY))).toMatchObject(failed('key-state'))
    })

    test('because nothing has such a name', async () => {
      for (const keyId of ['../login/1', 'login/1?x', 'log in/1', 'login/1\n', '', 'é/1', 'x'.repeat(5000)]) {
        expect(await party.store.get(keyId)).toBeUndefined()
        await expect(sign('text', undefined, keyId)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
      }
      expect(party.double.requests).toHaveLength(0)
    })
  })

  describe('a service that refuses', () => {
    test('to sign: told as such, not as a failure', async () => {
      party.double.denied.add(party.operations.sign)
      expect(await failure(sign())).toMatchObject({
        code: 'KEY_SIGNING_REFUSED',
        data: { keyId: KEY, reason: 'access-denied' },
        retryable: false,
      })
      expect(party.double.count(party.operations.sign)).toBe(1)
    })

    test('to show the public key, or does not take the credentials', async () => {
      fail(party.operations.read, 'access-denied')
      expect(await failure(sign())).toMatchObject(failed('access-denied'))
      fail(party.operations.read, 'credentials')
      expect(await failure(sign())).toMatchObject(failed('credentials'))
      expect(party.double.count(party.operations.read)).toBe(2)
    })
  })

  describe('a service that fails', () => {
    test.each<Fault>(['throttle', 'server-error', 'reset', 'truncated', 'hang'])(
      'twice, by %s: the third attempt counts',
      async (fault) => {
        for (const operation of [party.operations.read, party.operations.sign]) fail(operation, fault, 2)
        expect(verifies(await driven(sign()), 'text', key)).toBe(true)
        expect(party.double.count(party.operations.sign)).toBe(3)
        expect(party.clock.pending).toBe(0)
      },
    )

    test.each<[Fault, string]>([
      ['throttle', 'throttled'],
      ['server-error', 'unavailable'],
      ['reset', 'connection'],
      ['hang', 'timeout'],
    ])('for good, by %s: told as %s when the deadline passes', async (fault, reason) => {
      await driven(sign())
      fail(party.operations.sign, fault)
      const began = party.clock.now()
      expect(await failure(sign())).toMatchObject(failed(reason, true))
      expect(party.clock.now() - began).toBeGreaterThanOrEqual(99)
      expect(party.clock.now() - began).toBeLessThanOrEqual(101)
      expect(party.double.count(party.operations.sign)).toBeGreaterThan(5)
      expect(party.clock.pending).toBe(0)
    })

    test('is left in peace for longer each time, up to a bound', async () => {
      await driven(sign())
      fail(party.operations.sign, 'throttle')
      await failure(sign())
      // Pauses of 0.075, 0.15, 0.3, 0.6, 1.2 s, then of 1.5 s, until 100 s are over.
      expect(party.double.count(party.operations.sign)).toBeGreaterThan(60)
      expect(party.double.count(party.operations.sign)).toBeLessThan(75)
    })

    test('when its host cannot be reached', async () => {
      await driven(sign())
      await party.double.close()
      expect(await failure(sign())).toMatchObject(failed('connection', true))
    })
  })

  describe('an answer that is', () => {
    test.each<Fault>(['garbage-der', 'trailing-der', 'other-key'])(
      'no signature of the key (%s) is not taken, nor asked for again',
      async (fault) => {
        fail(party.operations.sign, fault)
        expect(await failure(sign())).toMatchObject({ code: 'KEY_SIGNATURE_INVALID', retryable: false })
        expect(party.double.count(party.operations.sign)).toBe(1)
        party.double.faults = () => undefined
        expect(verifies(await driven(sign()), 'text', key)).toBe(true)
        expect(party.double.count(party.operations.read)).toBe(2)
      },
    )

    test.each<Fault>(['no-member', 'not-json', 'redirect'])(
      'none at all (%s) ends the call',
      async (fault) => {
        for (const operation of [party.operations.read, party.operations.sign]) {
          fail(operation, fault, 1)
          const error = await failure(sign())
          expect(error).toMatchObject({ code: 'KEY_STORE_FAILED', retryable: false })
          party.double.faults = () => undefined
          await driven(sign())
        }
        expect(party.double.count('unknown')).toBe(0)
      },
    )
  })

  describe('cancelling', () => {
    test.each(['read', 'sign'] as const)(
      'takes effect at once while a %s hangs, and hangs up',
      async (kind) => {
        if (kind === 'sign') await driven(sign())
        fail(party.operations[kind], 'hang')
        const controller = new AbortController()
        const work = sign('text', controller.signal).catch((error: unknown) => error)
        while (party.double.hanging === 0) await new Promise((resolve) => setImmediate(resolve))
        const reason = new Error('enough')
        controller.abort(reason)
        expect(await work).toBe(reason)
        expect(party.clock.pending).toBe(0)
        while (party.double.hanging > 0) await new Promise((resolve) => setImmediate(resolve))
      },
    )

    test('takes effect at once while the next attempt is waited for', async () => {
      await driven(sign())
      fail(party.operations.sign, 'throttle')
      const controller = new AbortController()
      const work = sign('text', controller.signal).catch((error: unknown) => error)
      while (party.double.count(party.operations.sign) < 2 || party.clock.attempts > 0) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      controller.abort(new Error('enough'))
      expect(await work).toMatchObject({ message: 'enough' })
      expect(party.clock.pending).toBe(0)
      expect(party.double.count(party.operations.sign)).toBe(2)
    })

    test('of one caller does not reach another that wants the same public key', async () => {
      fail(party.operations.read, 'hang', 1)
      const controller = new AbortController()
      const one = sign('one', controller.signal).catch((error: unknown) => error)
      const two = sign('two')
      while (party.double.hanging === 0) await new Promise((resolve) => setImmediate(resolve))
      controller.abort(new Error('enough'))
      expect(await one).toMatchObject({ message: 'enough' })
      expect(verifies(await driven(two), 'two', key)).toBe(true)
    })

    test('before the call asks nothing of the service', async () => {
      await expect(sign('text', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
      expect(party.double.requests).toHaveLength(0)
    })
  })

  describe('public keys', () => {
    test('are asked for once for all who want them together, and again after their time', async () => {
      await driven(Promise.all(Array.from({ length: 20 }, () => party.store.get(KEY))))
      expect(party.double.count(party.operations.read)).toBe(1)
      party.clock.advance(299)
      await party.store.get(KEY)
      expect(party.double.count(party.operations.read)).toBe(1)
      party.clock.advance(1)
      await driven(sign())
      expect(party.double.count(party.operations.read)).toBe(2)
    })

    test('are not kept at all where that is wanted', async () => {
      const store = party.open({ publicKeyLifetime: 0 })
      const { digest, context } = toSign('text')
      for (let n = 0; n < 2; n++) await driven(store.sign(KEY, digest, context))
      expect(party.double.count(party.operations.read)).toBe(2)
    })

    test('are bounded in number: the one used longest ago goes', async () => {
      const store = party.open({ maxPublicKeys: 2 })
      for (const keyId of ['a/1', 'b/1', 'c/1']) party.add('secp256k1', keyId)
      for (const keyId of ['a/1', 'b/1', 'a/1', 'c/1', 'a/1']) await driven(store.get(keyId))
      expect(party.double.count(party.operations.read)).toBe(3)
      await driven(store.get('b/1'))
      expect(party.double.count(party.operations.read)).toBe(4)
    })

    test('that are not there are asked for each time', async () => {
      expect(await driven(party.store.get('new/1'))).toBeUndefined()
      party.add('secp256k1', 'new/1')
      expect(await driven(party.store.get('new/1'))).toMatchObject({ keyId: 'new/1' })
    })
  })

  test.each([
    { deadline: 0 },
    { deadline: 601 },
    { attemptTimeout: Number.NaN },
    { publicKeyLifetime: -1 },
    { maxPublicKeys: 0 },
  ])('refuses the options %j', (options) => {
    expect(() => party.open(options)).toThrow(TypeError)
  })

  test('tells its failures without cause, digest or secret', async () => {
    const { digest } = toSign('text')
    const faults: Fault[] = [
      'access-denied',
      'credentials',
      'garbage-der',
      'no-member',
      'not-json',
      'other-key',
    ]
    let told = 0
    for (const operation of [party.operations.read, party.operations.sign]) {
      for (const fault of [...faults, 'hang', 'reset', 'server-error', 'throttle', 'truncated'] as Fault[]) {
        party.double.faults = (name) => (name === operation ? fault : undefined)
        const { context } = toSign('text')
        const error = await failure(party.open({ deadline: 2 }).sign(KEY, digest, context))
        if (error === undefined) continue
        expect(isUportError(error)).toBe(true)
        const text = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error)
        expect(text).not.toMatch(/canary|AKID/i)
        for (const form of ['hex', 'base64'] as const) {
          expect(text).not.toContain(Buffer.from(digest).toString(form))
        }
        expect(text).not.toContain(key.secretHex)
        told++
      }
    }
    // The public key is signed by nobody, so two of the faults leave its reading alone.
    expect(told).toBe(20)
  })
})
