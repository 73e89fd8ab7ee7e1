import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { ask, Outbox, token } from '../../test-support/replies.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Arrival } from '../ports/index.ts'
import { judgeRedirect, parseRedirectUrl } from './redirect-url.ts'

const PAGE = 'https://app.example/back?x=1#id=7'

async function answered(world: World, arrival: Arrival, page: string | false = PAGE, suffix = '') {
  const redirectUrl = page === false ? undefined : page
  const { id, uri, jwt } = await world.requester.create(disclosure, {}, { reply: 'local', redirectUrl })
  const outbox = new Outbox()
  const text = `${uri}${suffix}`
  const consent = await world
    .responder(world.user, { senders: [outbox] })
    .receive({ arrival, text, acknowledge: async () => {} })
  expect(consent.returnUrl).toBeUndefined()
  if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
  const code = new URLSearchParams(new URL(consent.returnUrl ?? 'x:').hash.slice(1)).get('code')
  return { id, jwt, returnUrl: consent.returnUrl, code: code ?? undefined, reply: outbox.last }
}

describe('the code that binds an answer to a device', () => {
  it('goes with the person to the signed page, and makes the answer same-device', async () => {
    const world = await createWorld()
    const { id, returnUrl, code, reply } = await answered(world, 'link')
    expect(returnUrl).toBe(`${PAGE}&code=${code}`)
    expect(code).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const who = await world.requester.verify(disclosure, id, reply, { deviceCode: code })
    expect(who.binding).toBe('same-device')
  })

  it('is asked for in a resumed exchange too, which waits for a reply that carries it', async () => {
    const world = await createWorld()
    const { id, jwt, code, reply } = await answered(world, 'link')
    const exchange = await world.requester.resume(disclosure, id, { deviceCode: code })
    const callback = String(decodeJwt(jwt).payload['callback'])
    world.channel.post(callback, {
      access_token: await token(world.stranger.identity, {
        type: 'shareResp',
        exp: NOW + 60,
        aud: world.app.did,
        req: jwt,
      }),
    })
    world.channel.post(callback, reply)
    expect(await exchange.result).toMatchObject({ did: world.user.did, binding: 'same-device' })
  })

  it('is not there for a scanned code: such an answer says none, and is refused where a page brings a code', async () => {
    const world = await createWorld()
    const scanned = await answered(world, 'scan')
    expect(scanned.returnUrl).toBeUndefined()
    const error = await rejection(
      world.requester.verify(disclosure, scanned.id, scanned.reply, { deviceCode: 'guess' }),
    )
    expect(error).toMatchObject({ code: 'DEVICE_CODE_MISMATCH' })
    const who = await world.requester.verify(disclosure, scanned.id, scanned.reply)
    expect(who.binding).toBe('none')
  })

  it('must be the very one', async () => {
    const world = await createWorld()
    const one = await answered(world, 'link')
    const other = await answered(world, 'link')
    expect(one.code).not.toBe(other.code)
    for (const deviceCode of [other.code, '', `${one.code}x`]) {
      const error = await rejection(world.requester.verify(disclosure, one.id, one.reply, { deviceCode }))
      expect(error).toMatchObject({ code: 'DEVICE_CODE_MISMATCH' })
    }
  })

  it('never goes to a page that nobody signed', async () => {
    const world = await createWorld()
    const evil = await answered(world, 'link', PAGE, '&redirect_url=https%3A%2F%2Fevil.example')
    expect(evil.returnUrl).toBe(`${PAGE}&code=${evil.code}`)
    const unsigned = await answered(world, 'link', false, '&redirect_url=https%3A%2F%2Fevil.example')
    expect([unsigned.returnUrl, unsigned.code]).toEqual([undefined, undefined])
  })

  it.each<[string, string]>([
    ['another path', 'https://app.example/other'],
    ['another query', 'https://app.example/back?x=2#id=7'],
    ['another fragment', 'https://app.example/back?x=1#id=8'],
    ['Chrome’s scheme', 'googlechromes://app.example/back?x=1'],
  ])(
    'stays in the reply, and away from %s of the origin: who altered the link gets no answer without it',
    async (_, wanted) => {
      const world = await createWorld()
      const suffix = `&redirect_url=${encodeURIComponent(wanted)}`
      const { id, returnUrl, reply } = await answered(world, 'link', PAGE, suffix)
      expect(returnUrl).toBe(wanted)
      for (const deviceCode of ['', 'undefined']) {
        expect(await rejection(world.requester.verify(disclosure, id, reply, { deviceCode }))).toMatchObject({
          code: 'DEVICE_CODE_MISMATCH',
        })
      }
      const who = await world.requester.verify(disclosure, id, reply)
      expect(who.binding).toBe('none')
      expect(decodeJwt(who.jwt).payload['code']).toMatch(/^[A-Za-z0-9_-]{22}$/)
    },
  )

  it('is not there where no page was signed', async () => {
    const world = await createWorld()
    const page = 'https://local.example/page'
    const suffix = `&redirect_url=${encodeURIComponent(page)}`
    const { id, returnUrl, reply } = await answered(world, 'link', false, suffix)
    expect(returnUrl).toBe(page)
    const who = await world.requester.verify(disclosure, id, reply)
    expect([who.binding, decodeJwt(who.jwt).payload['code']]).toEqual(['none', undefined])
  })

  it('goes to the signed page also where the link repeats it', async () => {
    const world = await createWorld()
    const { returnUrl, code } = await answered(
      world,
      'link',
      PAGE,
      `&redirect_url=${encodeURIComponent(PAGE)}`,
    )
    expect(returnUrl).toBe(`${PAGE}&code=${code}`)
    expect(code).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })

  it('needs a page that can be opened', async () => {
    const world = await createWorld()
    const options = { reply: 'local', redirectUrl: 'javascript:alert(1)' }
    expect(await rejection(world.requester.create(disclosure, {}, options))).toBeInstanceOf(TypeError)
  })
})

describe('a redirect', () => {
  const url = (text: string | undefined) => (text === undefined ? undefined : new URL(text))

  it.each<[string, string | undefined, string | undefined, string | undefined, string | undefined]>([
    ['signed alone', undefined, 'https://app.example/a', undefined, 'https://app.example/a'],
    [
      'of the same origin',
      'https://app.example/b',
      'https://app.example/a',
      undefined,
      'https://app.example/b',
    ],
    ['elsewhere', 'https://evil.example/', 'https://app.example/a', undefined, 'https://app.example/a'],
    [
      'to another port',
      'https://app.example:8/',
      'https://app.example/a',
      undefined,
      'https://app.example/a',
    ],
    ['without https', 'http://app.example/', 'https://app.example/a', undefined, 'https://app.example/a'],
    [
      'beside a callback',
      'https://app.example/b',
      undefined,
      'https://app.example/cb',
      'https://app.example/b',
    ],
    ['beside nothing', 'https://app.example/b', undefined, undefined, undefined],
    [
      'to the callback’s host, another being signed',
      'https://relay.example/',
      'https://app.example/a',
      'https://relay.example/t',
      'https://app.example/a',
    ],
    [
      'to Chrome',
      'googlechromes://app.example/b',
      'https://app.example/a',
      undefined,
      'googlechromes://app.example/b',
    ],
    [
      'to Chrome without https',
      'googlechrome://app.example/b',
      'https://app.example/a',
      undefined,
      'https://app.example/a',
    ],
    ['to an app nobody signed', 'myapp:back', 'https://app.example/a', undefined, 'https://app.example/a'],
    ['to an app, signed', undefined, 'myapp:back', undefined, 'myapp:back'],
    ['to another app than the signed one', 'otherapp:back', 'myapp:back', undefined, 'myapp:back'],
    ['to an app by its name alone', 'myapp:evil', 'myapp:back', undefined, 'myapp:back'],
    [
      'without https, as signed',
      'http://app.example/b',
      'http://app.example/a',
      undefined,
      'http://app.example/b',
    ],
    [
      'to Chrome and nowhere in it',
      'googlechromes:',
      'https://app.example/a',
      undefined,
      'https://app.example/a',
    ],
    ['to a script', 'javascript:alert(1)', undefined, 'https://app.example/cb', undefined],
    ['that is none', 'back', undefined, 'https://app.example/cb', undefined],
  ])('%s', (_, unsigned, signed, callback, expected) => {
    expect(judgeRedirect(unsigned, url(signed), url(callback))?.href).toBe(url(expected)?.href)
  })

  it('is read up to 2048 characters', () => {
    const longest = 'https://app.example/'.padEnd(2048, 'x')
    expect(parseRedirectUrl(longest)?.href).toBe(longest)
    expect(parseRedirectUrl(`${longest}x`)).toBeUndefined()
    expect(parseRedirectUrl(new URL(longest))).toBeUndefined()
  })

  it('is none where it would run something', () => {
    for (const text of [
      'javascript:x',
      'DATA:text/html,x',
      'file:///etc',
      'blob:https://x/y',
      7,
      'x'.repeat(3000),
    ]) {
      expect(parseRedirectUrl(text)).toBeUndefined()
    }
  })
})

describe('a reply by redirect', () => {
  it('goes to the signed page, else to the callback', async () => {
    const world = await createWorld()
    const redirecting = new Outbox('redirect')
    for (const redirect_url of ['https://page.example/back', undefined]) {
      const claims = { type: 'shareReq', exp: NOW + 60, callback: 'https://app.example/cb', redirect_url }
      const jwt = await token(world.app.identity, claims)
      const uri = `me.uport:req/${jwt}?callback_type=redirect`
      const consent = await world.responder(world.user, { senders: [redirecting] }).receive(uri)
      const origin = redirect_url === undefined ? 'https://app.example' : 'https://page.example'
      expect(consent.recipient).toEqual({ trust: 'claimed', origin })
      await consent.decline()
      expect(consent.returnUrl).toBeUndefined()
    }
    expect(redirecting.sent.map(({ target }) => target)).toEqual([
      'https://page.example/back',
      'https://app.example/cb',
    ])
  })
})

it('shows the scheme of an app that the answer goes to', async () => {
  const world = await createWorld()
  const jwt = await token(world.app.identity, { type: 'shareReq', exp: NOW + 60, redirect_url: 'myapp:back' })
  const consent = await world.responder(world.user).receive(`me.uport:req/${jwt}?callback_type=redirect`)
  expect(consent.recipient).toEqual({ trust: 'claimed', origin: 'myapp:' })
})

it('asks for nothing of this in a plain request', async () => {
  const world = await createWorld()
  expect((await ask(world, disclosure, {})).payload).not.toHaveProperty('redirect_url')
})
