import {
  encodeUtf8,
  type SafeFetch,
  type SafeRequest,
  type SafeResponse,
  sha256Base64url,
  UportError,
} from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLegacyRequest } from './legacy-request.ts'
import { PostReplySender } from './post-reply-sender.ts'
import { RelayRequestFetcher } from './relay-request-fetcher.ts'

const JWT = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln'
const reference = new URL(`https://relay.example/r/id?x=1#${sha256Base64url(JWT)}`)

/** A SafeFetch with one answer, which keeps what it was asked. */
function fetching(answer: Partial<SafeResponse> | Error) {
  const asked: { url: string; request: SafeRequest }[] = []
  const safeFetch: SafeFetch = {
    fetch: async (url, request, options) => {
      options?.signal?.throwIfAborted()
      asked.push({ url: url.href, request })
      if (answer instanceof Error) throw answer
      return { status: 200, url, headers: new Map(), body: encodeUtf8(JWT), ...answer }
    },
  }
  return { safeFetch, asked }
}

describe('RelayRequestFetcher', () => {
  test('fetches what a hash pins, without telling the hash', async () => {
    const { safeFetch, asked } = fetching({})
    expect(await new RelayRequestFetcher({ safeFetch }).fetch(reference)).toEqual({ jwt: JWT, pinned: true })
    expect(asked).toEqual([
      {
        url: 'https://relay.example/r/id?x=1',
        request: { method: 'GET', headers: { accept: 'application/jwt' }, maxBytes: 65_536 },
      },
    ])
    expect(reference.hash).not.toBe('')
  })

  test('accepts web addresses with a hash, and without one only where old references are allowed', () => {
    const { safeFetch } = fetching({})
    const strict = new RelayRequestFetcher({ safeFetch })
    const lenient = new RelayRequestFetcher({ safeFetch, legacyReferences: true })
    const hash = sha256Base64url('x')
    const cases: [string, boolean, boolean][] = [
      [`https://a.example/r/b#${hash}`, true, true],
      [`http://127.0.0.1:1/r/b#${hash}`, true, true],
      [`https://a.example/r/b#${hash}A`, false, false],
      [`https://a.example/r/b#${hash.slice(1)}`, false, false],
      [`https://a.example/r/b#!${hash.slice(1)}`, false, false],
      ['https://a.example/r/b', false, true],
      [`me.uport:req/a#${hash}`, false, false],
      [`data:text/plain,a#${hash}`, false, false],
      ['file:///a', false, false],
    ]
    for (const [uri, isStrict, isLenient] of cases)
      expect([uri, strict.accepts(new URL(uri)), lenient.accepts(new URL(uri))]).toEqual([
        uri,
        isStrict,
        isLenient,
      ])
  })

  test.each([[`${JWT}\n`], [''], ['another.jwt.here'], [`\ufeff${JWT}`]])(
    'refuses the other bytes %j',
    async (text) => {
      const { safeFetch } = fetching({ body: encodeUtf8(text) })
      await expect(new RelayRequestFetcher({ safeFetch }).fetch(reference)).rejects.toMatchObject({
        code: 'REFERENCE_MISMATCH',
        retryable: false,
      })
    },
  )

  test('refuses bytes that are no text although they hash right', async () => {
    const body = new Uint8Array([0xff, 0xfe])
    const { safeFetch } = fetching({ body })
    const uri = new URL(`https://a.example/#${sha256Base64url(body)}`)
    await expect(new RelayRequestFetcher({ safeFetch }).fetch(uri)).rejects.toMatchObject({
      code: 'REFERENCE_MISMATCH',
    })
  })

  test.each([
    [404, 'REFERENCE_NOT_FOUND', false],
    [410, 'REFERENCE_NOT_FOUND', false],
    [401, 'REFERENCE_NOT_FOUND', false],
    [302, 'REFERENCE_NOT_FOUND', false],
    [429, 'FETCH_FAILED', true],
    [503, 'FETCH_FAILED', true],
  ])('says what status %i means', async (status, code, retryable) => {
    const { safeFetch } = fetching({ status })
    await expect(new RelayRequestFetcher({ safeFetch }).fetch(reference)).rejects.toMatchObject({
      code,
      retryable,
      data: { host: 'relay.example' },
    })
  })

  test('hands on what SafeFetch says, and its caller’s end', async () => {
    const blocked = new UportError('FETCH_BLOCKED', 'no', { data: { reason: 'address', host: 'a' } })
    await expect(new RelayRequestFetcher(fetching(blocked)).fetch(reference)).rejects.toBe(blocked)
    const reason = new Error('enough')
    const aborted = new RelayRequestFetcher(fetching({})).fetch(reference, {
      signal: AbortSignal.abort(reason),
    })
    await expect(aborted).rejects.toBe(reason)
    await expect(
      new RelayRequestFetcher(fetching({})).fetch(new URL('https://a.example')),
    ).rejects.toBeInstanceOf(TypeError)
  })

  test('reads an old reference where that is allowed, and says that nothing pins it', async () => {
    const body = encodeUtf8(JSON.stringify({ status: 'success', message: { content: JWT } }))
    const lenient = new RelayRequestFetcher({ ...fetching({ body }), legacyReferences: true, maxBytes: 1000 })
    expect(await lenient.fetch(new URL('https://a.example/topic/x'))).toEqual({ jwt: JWT, pinned: false })
    const empty = new RelayRequestFetcher({ ...fetching({ body: encodeUtf8('{}') }), legacyReferences: true })
    await expect(empty.fetch(new URL('https://a.example/topic/x'))).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
    })
  })
})

describe('parseLegacyRequest', () => {
  test.each([
    [JWT],
    [` ${JWT}\n`],
    [JSON.stringify(JWT)],
    [JSON.stringify({ request: JWT })],
    [JSON.stringify({ message: JWT, callback_type: 'post' })],
    [JSON.stringify({ status: 'success', message: { content: JWT } })],
    [JSON.stringify({ message: { id: 'x', content: JSON.stringify({ message: JWT }), expiration: 1 } })],
  ])('finds the request in %s', (text) => {
    expect(parseLegacyRequest(text)).toBe(JWT)
  })

  test.each([
    [''],
    ['{}'],
    ['{"message":null}'],
    ['{"message":{"content":null}}'],
    ['[1]x y'],
    ['{'],
    ['{"message":[]}'],
  ])('finds none in %s', (text) => {
    expect(parseLegacyRequest(text)).toBeUndefined()
  })

  test('never throws and never loops', () => {
    const deep = '{"message":'.repeat(10_000)
    expect(parseLegacyRequest(`${deep}1${'}'.repeat(10_000)}`)).toBeUndefined()
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const found = parseLegacyRequest(text)
        expect(found === undefined || /^[\x21-\x7e]+$/.test(found)).toBe(true)
      }),
    )
  })
})

describe('PostReplySender', () => {
  const target = new URL('https://app.example/callback')

  test('posts JSON', async () => {
    const { safeFetch, asked } = fetching({ status: 201 })
    await new PostReplySender({ safeFetch }).send(target, { access_token: JWT })
    expect(asked).toMatchObject([
      {
        url: target.href,
        request: {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ access_token: JWT }),
        },
      },
    ])
  })

  test.each([
    [400, false],
    [404, false],
    [409, false],
    [413, false],
    [302, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('reports status %i, retryable: %s', async (status, retryable) => {
    await expect(new PostReplySender(fetching({ status })).send(target, {})).rejects.toMatchObject({
      code: 'REPLY_NOT_DELIVERED',
      retryable,
      data: { host: 'app.example', status },
    })
  })

  test('reports what SafeFetch could not do, and hands on its caller’s end', async () => {
    const failed = new UportError('FETCH_FAILED', 'no', { data: { host: 'app.example' }, retryable: true })
    const blocked = new UportError('FETCH_BLOCKED', 'no', { data: { reason: 'x', host: 'app.example' } })
    for (const [cause, retryable] of [
      [failed, true],
      [blocked, false],
      [new TypeError('x'), false],
    ] as const)
      await expect(new PostReplySender(fetching(cause)).send(target, {})).rejects.toMatchObject({
        code: 'REPLY_NOT_DELIVERED',
        retryable,
        cause,
        data: { host: 'app.example' },
      })
    const reason = new Error('enough')
    const aborted = new PostReplySender(fetching({})).send(target, {}, { signal: AbortSignal.abort(reason) })
    await expect(aborted).rejects.toBe(reason)
  })

  test('says nothing of the reply in its errors', async () => {
    const error: unknown = await new PostReplySender(fetching({ status: 409 }))
      .send(new URL('https://app.example/t/secret-id'), { access_token: JWT })
      .catch((cause: unknown) => cause)
    expect(JSON.stringify([error, String(error)])).not.toMatch(/secret-id|eyJ/)
  })
})
