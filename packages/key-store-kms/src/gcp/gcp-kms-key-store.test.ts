import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDoubleKey } from '../../test-support/double-key.ts'
import { GCP_KEY_RING, GCP_TOKEN, GcpDouble } from '../../test-support/gcp-double.ts'
import { gcpOptions, toSign } from '../../test-support/parties.ts'
import { QuietClock } from '../../test-support/quiet-clock.ts'
import { GcpKmsKeyStore, type GcpKmsOptions } from './gcp-kms-key-store.ts'

const NAME = `${GCP_KEY_RING}/cryptoKeys/login/cryptoKeyVersions/1`
let double: GcpDouble
let clock: QuietClock

beforeEach(async () => {
  double = await new GcpDouble().listen()
  double.add(createDoubleKey(), 'login')
  clock = new QuietClock(1_700_000_000)
})
afterEach(() => double.close())

const open = (more: Partial<GcpKmsOptions> = {}) =>
  new GcpKmsKeyStore({ ...gcpOptions(double, clock), ...more })
const driven = <T>(work: Promise<T>) => clock.drive(work, double)

describe('GcpKmsKeyStore', () => {
  test('speaks the REST interface: token, digest in Base64, full name', async () => {
    const { digest, context } = toSign('text')
    await open().sign('login/1', digest, context)
    expect(double.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/${NAME}/publicKey`,
      `POST /v1/${NAME}:asymmetricSign`,
    ])
    expect(JSON.parse(double.requests[1]?.body ?? '')).toEqual({
      digest: { sha256: Buffer.from(digest).toString('base64') },
    })
    expect(double.requests[1]?.headers.authorization).toBe(`Bearer ${GCP_TOKEN}`)
  })

  test('finds a key by its full name; by a short one only with a key ring', async () => {
    const store = open({ keyRing: undefined })
    expect(await store.get(NAME)).toMatchObject({ keyId: NAME })
    expect(await store.get('login/1')).toBeUndefined()
    expect(await open().get('login/2')).toBeUndefined()
    expect(double.count('GetPublicKey')).toBe(2)
  })

  test('asks for a token before each attempt', async () => {
    let asked = 0
    const accessToken = async () => {
      asked++
      return GCP_TOKEN
    }
    double.faults = (_operation, count) => (count < 2 ? 'throttle' : undefined)
    await driven(open({ accessToken }).get('login/1'))
    expect(asked).toBe(3)
  })

  test('tries again where no token was to be had, and never sends one that is none', async () => {
    const answers = [Promise.reject(new Error('canary')), Promise.resolve(GCP_TOKEN)]
    const accessToken = () => answers.shift() ?? Promise.resolve('')
    expect(await driven(open({ accessToken }).get('login/1'))).toBeDefined()
    for (const bad of ['', 'a b', 'a\r\nhost: evil', 'x'.repeat(20_000), 5 as unknown as string]) {
      const store = open({ accessToken: async () => bad })
      await expect(driven(store.get('login/1'))).rejects.toMatchObject({ data: { reason: 'credentials' } })
    }
    expect(double.requests).toHaveLength(1)
  })

  test('gives up a source of tokens that hangs', async () => {
    let signal: AbortSignal | undefined
    const accessToken = (options: { readonly signal?: AbortSignal | undefined }) => {
      signal = options.signal
      return new Promise<never>(() => {})
    }
    const work = open({ accessToken, deadline: 1 })
      .get('login/1')
      .catch((error: unknown) => error)
    clock.advance(1)
    expect(await work).toMatchObject({ data: { reason: 'timeout' }, retryable: true })
    expect(signal?.aborted).toBe(true)
  })

  test('does not read an answer without end', async () => {
    double.faults = () => 'huge'
    await expect(open().get('login/1')).rejects.toMatchObject({ data: { reason: 'malformed-answer' } })
  })

  test('takes no public key that is none', async () => {
    for (const pem of [
      '',
      'x',
      '-----BEGIN PUBLIC KEY-----',
      '-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----',
    ]) {
      const body = { algorithm: 'EC_SIGN_SECP256K1_SHA256', pem }
      const fetch = async () => new Response(JSON.stringify(body))
      await expect(open({ fetch }).get('login/1')).rejects.toMatchObject({
        data: { reason: 'malformed-answer' },
      })
    }
    for (const text of ['[]', 'null', '5', '', '\ud800']) {
      const fetch = async () => new Response(text)
      await expect(open({ fetch }).get('login/1')).rejects.toMatchObject({
        data: { reason: 'malformed-answer' },
      })
    }
  })

  test.each([
    [500, 'unavailable'],
    [403, 'access-denied'],
    [418, 'rejected'],
    [400, 'rejected'],
  ])('judges an error without a status of its own by HTTP’s, %d', async (status, reason) => {
    for (const text of ['', '{"error":5}', '{"error":{"status":"toString"}}']) {
      const fetch = async () => new Response(text, { status })
      const work = open({ fetch, deadline: 1 })
        .get('login/1')
        .catch((error: unknown) => error)
      expect(await driven(work)).toMatchObject({ data: { reason } })
    }
  })

  test('tells a key that is in order from a request that is not', async () => {
    const store = open()
    const { digest, context } = toSign('text')
    await store.get('login/1')
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const answer = await globalThis.fetch(url, init)
      return init?.method === 'POST'
        ? new Response('{"error":{"status":"INVALID_ARGUMENT"}}', { status: 400 })
        : answer
    }
    await expect(open({ fetch }).sign('login/1', digest, context)).rejects.toMatchObject({
      data: { reason: 'rejected' },
    })
  })

  test('recognises a bad certificate and a network without a code', async () => {
    const code = 'DEPTH_ZERO_SELF_SIGNED_CERT'
    const cause = Object.assign(new Error('canary'), { code })
    const tls = async () => Promise.reject(new TypeError('fetch failed', { cause }))
    await expect(open({ fetch: tls }).get('login/1')).rejects.toMatchObject({ data: { reason: 'tls' } })
    const broken = async () => Promise.reject(new TypeError('fetch failed'))
    const work = open({ fetch: broken, deadline: 1 })
      .get('login/1')
      .catch((error: unknown) => error)
    expect(await driven(work)).toMatchObject({ data: { reason: 'connection' }, retryable: true })
  })

  test.each(['http://kms.example', 'ftp://127.0.0.1', 'http://127.0.0.1.example', 'x'])(
    'sends no token to %s',
    (endpoint) => {
      expect(() => open({ endpoint })).toThrow(TypeError)
    },
  )

  test('refuses options that are none', () => {
    expect(() => open({ keyRing: 'projects/p' })).toThrow(TypeError)
    expect(() => open({ keyRing: `${GCP_KEY_RING}/..` })).toThrow(TypeError)
    expect(() => open({ accessToken: 'token' as unknown as () => Promise<string> })).toThrow(TypeError)
    expect(() => new GcpKmsKeyStore({ accessToken: async () => GCP_TOKEN })).not.toThrow()
  })
})
