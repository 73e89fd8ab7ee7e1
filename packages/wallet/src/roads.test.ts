import {
  decodeJwt,
  type FetchedRequest,
  isUportError,
  type ReplyBody,
  type ReplySender,
  type RequestFetcher,
  type SafeFetch,
  signJwt,
  UportError,
} from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, createWalletWorld, incoming, networkDown } from '../test-support/wallet-world.ts'

/** Serves requests by reference; `pinned` where the address has a fragment. */
class Shelf implements RequestFetcher {
  readonly requests = new Map<string, string>()
  readonly asked: string[] = []
  failure: unknown

  accepts(uri: URL): boolean {
    return uri.protocol === 'https:'
  }

  async fetch(uri: URL): Promise<FetchedRequest> {
    this.asked.push(uri.href)
    if (this.failure !== undefined) throw this.failure
    return { jwt: this.requests.get(uri.pathname) ?? '', pinned: uri.hash !== '' }
  }
}

describe('a request by reference', () => {
  it('is fetched once, before it is queued, and marked where nothing pinned it', async () => {
    const shelf = new Shelf()
    const { wallet, restart, request, prompt, sender } = await createWalletWorld('decline', {
      fetchers: [shelf],
    })
    shelf.requests.set('/pinned', await request())
    shelf.requests.set('/loose', await request())
    await wallet.receive(incoming('https://relay.example/pinned#hash'))
    await wallet.receive(incoming('https://relay.example/loose'))
    shelf.failure = new Error('gone')
    const next = restart()
    for (const { id } of await next.pending.list()) await next.answer(id)
    expect(shelf.asked).toHaveLength(2)
    expect(prompt.screens.map(({ pinned, warnings }) => [pinned, warnings.includes('unpinned')])).toEqual([
      [true, false],
      [false, true],
    ])
    expect(sender.sent).toHaveLength(2)
  })

  it('comes again where it could not be fetched now, and not where it never can be', async () => {
    const shelf = new Shelf()
    const { wallet } = await createWalletWorld('approve', { fetchers: [shelf] })
    shelf.failure = new UportError('FETCH_TIMEOUT', 'slow', {
      data: { host: 'relay.example', milliseconds: 1 },
      retryable: true,
    })
    const slow = incoming('https://relay.example/x#hash')
    expect(await codeOf(wallet.receive(slow))).toBe('FETCH_TIMEOUT')
    expect(slow.acknowledged).toBe(0)
    shelf.failure = new UportError('REFERENCE_MISMATCH', 'other bytes')
    const wrong = incoming('https://relay.example/x#hash')
    expect(await codeOf(wallet.receive(wrong))).toBe('REFERENCE_MISMATCH')
    expect(wrong.acknowledged).toBe(1)
    shelf.failure = undefined
    expect(await codeOf(wallet.receive('https://relay.example/nothing#hash'))).toBe('JWT_MALFORMED')
  })

  it('needs somebody who fetches', async () => {
    const { wallet } = await createWalletWorld()
    expect(await codeOf(wallet.receive('https://relay.example/x#hash'))).toBe('REQUEST_MALFORMED')
  })

  it('does not make the wallet fetch what is no web address', async () => {
    const shelf = new Shelf()
    const { wallet } = await createWalletWorld('approve', { fetchers: [shelf] })
    for (const text of [
      'file:///etc/passwd',
      'data:text/plain,x',
      'javascript:alert(1)',
      'x'.repeat(100_000),
    ]) {
      expect(await codeOf(wallet.receive(text))).toBe('REQUEST_MALFORMED')
    }
    expect(shelf.asked).toEqual([])
  })
})

describe('whatever is scanned', () => {
  const TOKEN = fc.string({ unit: fc.constantFrom('e', 'y', 'J', '.', '-', '_', 'A', '9'), maxLength: 60 })
  const LINK = fc
    .tuple(
      fc.constantFrom('me.uport:', 'https://id.uport.me/', 'ethereum:', 'https://x.example/', ''),
      fc.constantFrom(
        'req/',
        'me?requestToken=',
        'add?attestations=',
        'deploy/',
        'net/',
        `0x${'1'.repeat(40)}?value=`,
        '',
      ),
      fc.oneof(TOKEN, fc.string({ unit: 'binary', maxLength: 60 })),
    )
    .map((parts) => parts.join(''))

  it('ends queued or refused with a code, and is shown to nobody before it verifies', async () => {
    const { wallet, prompt } = await createWalletWorld()
    let refused = 0
    await fc.assert(
      fc.asyncProperty(LINK, async (text) => {
        const outcome: unknown = await wallet.handle(text).catch((error: unknown) => error)
        expect(isUportError(outcome)).toBe(true)
        refused++
      }),
      { numRuns: 200 },
    )
    expect(refused).toBe(200)
    expect(prompt.screens).toEqual([])
    expect(await wallet.pending.list()).toEqual([])
  })
})

describe('the way an answer takes', () => {
  class Page implements ReplySender {
    readonly mode = 'redirect'
    readonly opened: { readonly target: string; readonly body: ReplyBody }[] = []

    async send(target: URL, body: ReplyBody): Promise<void> {
      this.opened.push({ target: target.href, body })
    }
  }

  it('is the one that the link says, else a post; a page is opened and not kept for later', async () => {
    const page = new Page()
    const all = await createWalletWorld()
    const wallet = all.restart({ senders: [all.sender, page] })
    await wallet.handle(await all.request())
    await wallet.handle(`me.uport:req/${await all.request()}?callback_type=post`)
    expect(all.sender.sent).toHaveLength(2)
    await wallet.handle(`me.uport:req/${await all.request()}?callback_type=redirect`)
    expect(page.opened).toHaveLength(1)
    expect(await all.store.list('outbox')).toEqual([])
  })

  it('is refused where the wallet has none such, and nobody is asked', async () => {
    const { wallet, request, prompt } = await createWalletWorld()
    const link = `me.uport:req/${await request()}?callback_type=redirect`
    expect(await codeOf(wallet.handle(link))).toBe('ROUTE_UNKNOWN')
    expect(prompt.screens).toEqual([])
  })

  it.each([
    ['approve', 'approved', 'answer', 'sealed'],
    ['approve', 'approved', 'deliver', 'in clear'],
    ['decline', 'declined', 'answer', 'sealed'],
    ['decline', 'declined', 'deliver', 'sealed'],
    ['decline', 'declined', 'answer', 'in clear'],
    ['decline', 'declined', 'deliver', 'in clear'],
  ] as const)(
    'is told as what it was where the process died while it was sent: %s, %s, %s first, %s',
    async (script, kind, first, form) => {
      const all = await createWalletWorld(script)
      const dying = all.restart({ senders: [{ mode: 'post', send: () => new Promise(() => {}) }] })
      const key = await all.world.app.identity.boxKeys.publicKey('x')
      const sealed = form === 'sealed' ? { boxPub: Buffer.from(key).toString('base64') } : {}
      const [record] = await dying.receive(await all.request(sealed))
      const id = record?.id ?? ''
      void dying.answer(id)
      await expect.poll(() => all.store.list('outbox')).toHaveLength(1)
      const next = all.restart()
      if (first === 'answer') expect(await codeOf(next.answer(id))).toBe('REQUEST_ALREADY_ANSWERED')
      expect(await next.deliver()).toBe(0)
      expect(await codeOf(next.answer(id))).toBe('REQUEST_UNKNOWN')
      expect((await next.activity.list()).map((line) => line.kind)).toEqual(['received', kind])
      expect(all.sender.sent).toHaveLength(1)
    },
  )

  it('is told once where it is delivered again while it is sent', async () => {
    const all = await createWalletWorld()
    let arrive = (): void => {}
    let sends = 0
    const slow: ReplySender = {
      mode: 'post',
      send: () =>
        sends++ > 0
          ? Promise.resolve()
          : new Promise((resolve) => {
              arrive = resolve
            }),
    }
    const wallet = all.restart({ senders: [slow] })
    const handled = wallet.handle(await all.request())
    await expect.poll(() => sends).toBe(1)
    expect(await wallet.deliver()).toBe(0)
    arrive()
    await handled
    expect((await wallet.activity.list()).map((line) => line.kind)).toEqual(['received', 'approved'])
  })

  it('is told once where another tab delivers it while it is sent, with all that this one knows', async () => {
    const all = await createWalletWorld()
    let arrive = (): void => {}
    const slow: ReplySender = {
      mode: 'post',
      send: () =>
        new Promise((resolve) => {
          arrive = resolve
        }),
    }
    const wallet = all.restart({ senders: [slow] })
    const handled = wallet.handle(await all.request())
    await expect.poll(() => all.store.list('outbox')).toHaveLength(1)
    expect(await all.restart().deliver()).toBe(0)
    all.world.clock.advance(1)
    arrive()
    await handled
    expect(await wallet.activity.list()).toMatchObject([
      { kind: 'received' },
      { kind: 'approved', requester: all.world.app.did },
    ])
  })

  it('is told once where two tabs find that its request has ended, or that it can never arrive', async () => {
    const all = await createWalletWorld()
    const [record] = await all.wallet.receive(await all.request())
    const tabs = [all.restart(), all.restart()]
    all.world.clock.advance(121)
    await Promise.allSettled(tabs.map((tab) => tab.answer(record?.id ?? '')))
    expect((await all.wallet.activity.list()).map(({ kind }) => kind)).toEqual(['received', 'expired'])
    all.sender.failure = networkDown()
    await all.wallet.handle(await all.request())
    all.world.clock.advance(500)
    await Promise.all(tabs.map((tab) => tab.deliver()))
    const unsent = (await all.wallet.activity.list()).filter(({ kind }) => kind === 'unsent')
    expect(unsent).toHaveLength(1)
  })

  it('leads nowhere that an unsigned parameter names', async () => {
    const { wallet, request, sender } = await createWalletWorld()
    const jwt = await request()
    await wallet.handle(`me.uport:req/${jwt}?callback_url=https://evil.example/`)
    expect(sender.sent.map(({ target }) => target)).toEqual([decodeJwt(jwt).payload['callback']])
  })

  it('is sealed to the key that the request names', async () => {
    const { wallet, request, prompt, sender, world } = await createWalletWorld()
    const key = await world.app.identity.boxKeys.publicKey('x')
    await wallet.handle(await request({ boxPub: Buffer.from(key).toString('base64') }))
    expect(prompt.last.sealed).toBe(true)
    expect(prompt.last.warnings).not.toContain('unsealed')
    expect(Object.keys(sender.sent[0]?.body ?? {})).toEqual(['encrypted'])
    expect(JSON.stringify(sender.sent)).not.toContain('Ada')
  })
})

describe('what is known of who asks', () => {
  it('is what others say of it, where that verifies', async () => {
    const { wallet, world, request, prompt } = await createWalletWorld('decline')
    const sub = world.app.did
    const vc = await signJwt({ sub, claim: { company: 'App Ltd' } }, world.issuer.identity, {
      now: world.clock.now(),
    })
    const own = await signJwt({ sub: world.user.did, claim: { company: 'Bank' } }, world.issuer.identity, {
      now: world.clock.now(),
    })
    await wallet.handle(await request({ vc: [vc, own, 'nonsense'] }))
    expect(prompt.last.requester?.attested).toEqual([
      { issuer: world.issuer.did, claim: { company: 'App Ltd' } },
    ])
    expect(prompt.last.warnings).not.toContain('unproven-requester')
  })

  it('asks nobody but the issuer’s resolver before consent, where no SafeFetch is given', async () => {
    const fetched: string[] = []
    const safeFetch: SafeFetch = {
      async fetch(url) {
        fetched.push(url.href)
        throw new UportError('FETCH_FAILED', 'none', { data: { host: url.host }, retryable: true })
      },
    }
    const { world, wallet, restart, request, prompt } = await createWalletWorld('decline')
    await wallet.handle(await request({ rpc: 'https://evil.example', net: '0x539', act: 'keypair' }))
    await restart({ safeFetch }).handle(await request())
    expect(new Set(fetched.map((url) => new URL(url).pathname))).toEqual(
      new Set(['/.well-known/did-configuration.json']),
    )
    expect(prompt.last.recipient.trust).toBe('claimed')
    expect(new Set(world.resolver.asked.map(({ did }) => did))).toEqual(
      new Set([world.user.did, world.app.did]),
    )
  })

  it('marks a request without an end', async () => {
    const { wallet, request, prompt, world } = await createWalletWorld('decline', {
      requestsWithoutExp: true,
    })
    await wallet.handle(await request({ exp: null }))
    expect(prompt.last.warnings).toContain('expiry-assumed')
    expect(prompt.last.expiresAt).toBe(world.clock.now() + 600)
  })
})
