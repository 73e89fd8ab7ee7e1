import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { sealBox } from '../encryption/box.ts'
import { isUportError } from '../errors/uport-error.ts'
import { memoryBoxKeys } from '../keys/memory-box-keys.ts'
import type { JsonObject } from '../ports/index.ts'
import { openReply } from './open-reply.ts'
import { replyHash } from './reply-hash.ts'
import { createRequestUri, parseRequestUri } from './request-uri.ts'

const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/)
const jwt = fc.tuple(part, part, part).map((parts) => parts.join('.'))
const links = { universal: 'https://login.example/req' }

describe('request URIs', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(
        jwt,
        fc.constantFrom('post', 'redirect'),
        fc.constantFrom('universal', 'scheme', 'legacy'),
        (token, mode, form) => {
          const uri = createRequestUri(token, mode, links, form)
          expect(parseRequestUri(uri)).toEqual({
            kind: 'inline',
            jwt: token,
            replyMode: mode,
            redirectUrl: undefined,
          })
        },
      ),
    )
  })

  it('prefer the app’s own link, and need its prefix where it is asked for', () => {
    expect(createRequestUri('a.b.c', 'post', links)).toBe(
      'https://login.example/req/a.b.c?callback_type=post',
    )
    expect(createRequestUri('a.b.c', 'post')).toBe('me.uport:req/a.b.c?callback_type=post')
    expect(() => createRequestUri('a.b.c', 'post', {}, 'universal')).toThrow(TypeError)
  })

  it('end in a result or REQUEST_MALFORMED, whatever comes', () => {
    const hostile = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((text) => `me.uport:${text}`),
      fc.string().map((text) => `https://x.example/req/${text}`),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          const parsed = parseRequestUri(text)
          expect(['inline', 'reference', 'credentials', 'disclosure', 'contact', 'transaction']).toContain(
            parsed.kind,
          )
        } catch (error) {
          expect(isUportError(error, 'REQUEST_MALFORMED')).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '',
    'javascript:alert(1)',
    'me.uport:req/',
    'me.uport:add?attestations=a.b.c,nonsense',
    'me.uport:add',
    'me.uport:me?requestToken=nonsense',
    'me.uport:0x00',
    'ethereum:name',
    `me.uport:add?attestations=${Array.from({ length: 17 }, () => 'a.b.c').join()}`,
    `https://x/${'a'.repeat(70_000)}`,
    'ftp://x/req/a.b.c',
  ])('refuse %s', (text) => {
    expect(() => parseRequestUri(text)).toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }))
  })

  it('take a link whose token is no token for a reference', () => {
    expect(parseRequestUri('https://relay.example/r/abc#hash')).toMatchObject({ kind: 'reference' })
    expect(parseRequestUri('https://x.example/req/nonsense')).toMatchObject({ kind: 'reference' })
  })

  it('keep an unsigned redirect apart and ignore an unknown callback type', () => {
    const uri = 'https://x.example/req/a.b.c?callback_type=carrier&redirect_url=https%3A%2F%2Fy.example'
    expect(parseRequestUri(uri)).toEqual({
      kind: 'inline',
      jwt: 'a.b.c',
      replyMode: undefined,
      redirectUrl: 'https://y.example',
    })
  })
})

describe('openReply', () => {
  const keys = memoryBoxKeys()
  const open = (body: JsonObject) => openReply(body, keys, 'r1', 'required', {})
  const codes = [
    'REPLY_MALFORMED',
    'REPLY_NOT_SEALED',
    'REQUEST_REFUSED',
    'BOX_MALFORMED',
    'BOX_OPEN_FAILED',
    'BOX_UNSUPPORTED_VERSION',
  ]

  it('opens what was sealed for the request', async () => {
    const publicKey = await keys.publicKey('r1')
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 8 }),
        async (params) => {
          fc.pre(!Object.hasOwn(params, 'error'))
          const opened = await open({ encrypted: { ...sealBox(JSON.stringify(params), publicKey) } })
          expect(opened).toEqual({ params, sealed: true })
        },
      ),
      { numRuns: 50 },
    )
  })

  it('ends in a result or a code, whatever comes', async () => {
    const publicKey = await keys.publicKey('r1')
    const sealed = fc
      .oneof(fc.string(), fc.json())
      .map((text) => ({ encrypted: { ...sealBox(text, publicKey) } }))
    const bodies = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.record({ encrypted: fc.jsonValue() }),
      sealed,
    )
    await fc.assert(
      fc.asyncProperty(bodies as fc.Arbitrary<JsonObject>, async (body) => {
        const error = await open(body).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (error !== undefined) expect(codes).toContain(isUportError(error) ? error.code : String(error))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a body with members without end', async () => {
    const body = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`m${i}`, 'x']))
    expect(await rejection(open(body))).toMatchObject({ code: 'REPLY_MALFORMED' })
  })
})

describe('replyHash', () => {
  it('depends on what is said, not on order or signature', () => {
    fc.assert(
      fc.property(part, part, part, part, (head, body, signature, other) => {
        const one = replyHash({ access_token: `${head}.${body}.${signature}`, note: 'n' })
        expect(replyHash({ note: 'n', access_token: `${head}.${body}.${other}` })).toBe(one)
        expect(replyHash({ access_token: `${head}.${body}x.${signature}`, note: 'n' })).not.toBe(one)
      }),
    )
  })
})
