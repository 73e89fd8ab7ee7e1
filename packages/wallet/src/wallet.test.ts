import {
  decodeJwt,
  disclosure,
  isUportError,
  type JsonObject,
  sha256Base64url,
  UportError,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { codeOf, createWalletWorld, incoming, networkDown } from '../test-support/wallet-world.ts'
import type { ConsentDecision } from './consent-prompt.ts'
import { Wallet } from './wallet.ts'

const ASK = { claims: { user_info: { name: { essential: true }, phone: null } } } as const

describe('Wallet', () => {
  it('answers a request as the person decided, and the app takes the answer', async () => {
    const { world, wallet, prompt } = await createWalletWorld()
    const answer = world.requester.request(disclosure, ASK, { via: 'screen' })
    await world.screen.arrived
    const [outcome] = await wallet.handle(world.screen.last.uri())
    expect(outcome).toMatchObject({ decision: 'approved', delivered: true })
    expect(await answer).toMatchObject({
      did: world.user.did,
      own: { name: 'Ada' },
      sealed: true,
      bound: 'request',
    })
    expect(prompt.screens).toHaveLength(1)
    expect(await wallet.pending.list()).toEqual([])
  })

  it('shows all that a screen needs, and exactly what would leave', async () => {
    const { world, wallet, prompt, request } = await createWalletWorld('decline')
    const jwt = await request({
      claims: {
        user_info: { name: { reason: 'to greet you', essential: true }, phone: null },
        verifiable: { degree: { essential: true } },
      },
    })
    await wallet.handle(jwt)
    const { callback } = decodeJwt(jwt).payload
    expect(prompt.last).toEqual({
      id: sha256Base64url(decodeJwt(jwt).signingInput),
      requestType: 'shareReq',
      requester: {
        did: world.app.did,
        name: { text: 'The App', altered: false },
        description: undefined,
        url: undefined,
        attested: [],
      },
      recipient: { trust: 'claimed', origin: new URL(String(callback)).origin },
      arrival: 'paste',
      identity: world.user.did,
      identities: [{ did: world.user.did, label: 'me' }],
      pinned: true,
      sealed: false,
      bound: 'request',
      expiresAt: world.clock.now() + 120,
      warnings: ['unsealed', 'recipient-claimed', 'unproven-requester', 'essential-missing'],
      details: {
        kind: 'disclosure',
        own: [
          {
            name: 'name',
            label: { text: 'name', altered: false },
            reason: { text: 'to greet you', altered: false },
            essential: true,
            value: 'Ada',
          },
          {
            name: 'phone',
            label: { text: 'phone', altered: false },
            reason: undefined,
            essential: false,
            value: undefined,
          },
        ],
        credentials: [
          {
            type: 'degree',
            label: { text: 'degree', altered: false },
            reason: undefined,
            essential: true,
            issuers: [],
            offered: [],
          },
        ],
        account: undefined,
        permissions: [],
        missing: { own: [], verifiable: ['degree'] },
        leaves: [
          { kind: 'did', did: world.user.did },
          { kind: 'own', name: 'name', value: 'Ada' },
        ],
      },
    })
    expect(Object.isFrozen(prompt.last.details)).toBe(true)
  })

  it('tells nothing before a decision, and nothing but a refusal when declined', async () => {
    const { wallet, sender, request } = await createWalletWorld(() => {
      expect(sender.sent).toEqual([])
      return { decision: 'decline' }
    })
    const [outcome] = await wallet.handle(await request())
    expect(outcome).toMatchObject({ decision: 'declined', delivered: true })
    expect(sender.sent.map(({ body }) => body)).toEqual([{ error: 'access_denied' }])
  })

  it('cannot be made without somebody to ask', async () => {
    const { restart } = await createWalletWorld()
    // @ts-expect-error a wallet without a prompt does not compile either
    expect(() => restart({ prompt: undefined })).toThrow(TypeError)
    // @ts-expect-error nor one with something else
    expect(() => restart({ prompt: {} })).toThrow(TypeError)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %s', async (pending) => {
    const { restart } = await createWalletWorld()
    expect(() => restart({ limits: { pending } })).toThrow(TypeError)
  })

  it('never answers twice, whatever form the request comes in again', async () => {
    const { wallet, sender, request, restart } = await createWalletWorld()
    const jwt = await request()
    await wallet.handle(jwt)
    for (const text of [jwt, `me.uport:req/${jwt}`, `https://id.uport.me/req/${jwt}?callback_type=post`]) {
      expect(await codeOf(wallet.handle(text))).toBe('REQUEST_ALREADY_ANSWERED')
      expect(await codeOf(restart().handle(text))).toBe('REQUEST_ALREADY_ANSWERED')
    }
    expect(sender.sent).toHaveLength(1)
  })

  it('answers once when two copies of it share a store and both are asked', async () => {
    const { wallet, restart, sender, request, prompt } = await createWalletWorld()
    const other = restart()
    const [record] = await wallet.receive(await request())
    const id = record?.id ?? ''
    const codes = await Promise.all([codeOf(wallet.answer(id)), codeOf(other.answer(id))])
    expect(codes.sort()).toEqual(['REQUEST_ALREADY_ANSWERED', 'resolved'])
    expect(sender.sent).toHaveLength(1)
    expect(prompt.screens.length).toBeGreaterThanOrEqual(1)
  })

  it('shows one request at a time', async () => {
    let open = 0
    const { wallet, request } = await createWalletWorld(async () => {
      open++
      expect(open).toBe(1)
      await Promise.resolve()
      open--
      return { decision: 'approve' }
    })
    const outcomes = await Promise.all([wallet.handle(await request()), wallet.handle(await request())])
    expect(outcomes.flat().map(({ decision }) => decision)).toEqual(['approved', 'approved'])
  })

  it('puts a request off and asks again later', async () => {
    const { wallet, prompt, request, sender } = await createWalletWorld(() => ({ decision: 'later' }))
    const [outcome] = await wallet.handle(await request())
    expect(outcome).toMatchObject({ decision: 'later', delivered: false })
    expect(sender.sent).toEqual([])
    prompt.script = 'approve'
    expect(await wallet.answer(outcome?.id ?? '')).toMatchObject({ decision: 'approved' })
  })

  it('knows no request that does not wait', async () => {
    const { wallet } = await createWalletWorld()
    expect(await codeOf(wallet.answer('nothing'))).toBe('REQUEST_UNKNOWN')
  })

  it('writes down what it did: names, no values and no tokens', async () => {
    const { wallet, request, world } = await createWalletWorld()
    const jwt = await request()
    await wallet.handle(jwt)
    await codeOf(wallet.handle('nonsense'))
    const lines = await wallet.activity.list()
    expect(lines.map(({ kind, names, code }) => ({ kind, names, code }))).toEqual([
      { kind: 'received', names: undefined, code: undefined },
      { kind: 'approved', names: ['name'], code: undefined },
      { kind: 'rejected', names: undefined, code: 'REQUEST_MALFORMED' },
    ])
    expect(lines[1]).toMatchObject({
      requester: world.app.did,
      identity: world.user.did,
      requestType: 'shareReq',
    })
    expect(JSON.stringify(lines)).not.toContain('Ada')
    expect(JSON.stringify(lines)).not.toContain('eyJ')
  })
})

describe('the queue', () => {
  it('acknowledges after storing, never before', async () => {
    const { wallet, request } = await createWalletWorld()
    const text = await request()
    const scanned = incoming(text, async () => {
      expect(await wallet.pending.list()).toHaveLength(1)
    })
    await wallet.receive(scanned)
    expect(scanned.acknowledged).toBe(1)
  })

  it('does not acknowledge what it could not store', async () => {
    const { wallet, restart, request } = await createWalletWorld('approve', { limits: { pending: 1 } })
    await wallet.receive(await request())
    const second = incoming(await request())
    expect(await codeOf(wallet.receive(second))).toBe('WALLET_FULL')
    expect(second.acknowledged).toBe(0)
    const [first] = await restart().pending.list()
    await wallet.answer(first?.id ?? '')
    await wallet.receive(second)
    expect(second.acknowledged).toBe(1)
  })

  it('acknowledges what can never be read, so that it does not come again', async () => {
    const { wallet } = await createWalletWorld()
    const nonsense = incoming('ftp://nowhere')
    expect(await codeOf(wallet.receive(nonsense))).toBe('REQUEST_MALFORMED')
    expect(nonsense.acknowledged).toBe(1)
  })

  it('holds a request once, whatever forms it comes in', async () => {
    const { wallet, request } = await createWalletWorld()
    const jwt = await request()
    const [first] = await wallet.receive(jwt)
    const [second] = await wallet.receive(incoming(`me.uport:req/${jwt}?callback_type=post&label=x`))
    expect(second).toEqual(first)
    expect(await wallet.pending.list()).toHaveLength(1)
  })

  it('keeps requests in their order over a restart, and answers them then', async () => {
    const { wallet, restart, request, sender } = await createWalletWorld()
    const texts = [await request(), await request(), await request()]
    for (const text of texts) await wallet.receive(text)
    const next = restart()
    const waiting = await next.pending.list()
    expect(waiting.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    for (const { id } of waiting) await next.answer(id)
    expect(sender.sent.map(({ target }) => target)).toEqual(
      texts.map((text) => decodeJwt(text).payload['callback']),
    )
  })

  it('keeps a request whose issuer cannot be resolved now, and drops one that is forged', async () => {
    const { world, wallet, request } = await createWalletWorld()
    const [good] = await wallet.receive(await request())
    world.resolver.failing.add(world.app.did)
    expect(await codeOf(wallet.answer(good?.id ?? ''))).toBe('DID_RESOLUTION_FAILED')
    expect(await wallet.pending.list()).toHaveLength(1)
    world.resolver.failing.clear()
    expect(await wallet.answer(good?.id ?? '')).toMatchObject({ decision: 'approved' })

    const forged = await request({}, world.stranger)
    const [head, , signature] = forged.split('.')
    const payload = { ...decodeJwt(forged).payload, iss: world.app.did }
    const bytes = Buffer.from(JSON.stringify(payload)).toString('base64url')
    expect(await codeOf(wallet.handle(`${head}.${bytes}.${signature}`))).toBe('JWT_SIGNATURE_INVALID')
    expect(await wallet.pending.list()).toEqual([])
    expect((await wallet.activity.list()).at(-1)).toMatchObject({
      kind: 'rejected',
      code: 'JWT_SIGNATURE_INVALID',
    })
  })

  it('shows nothing of a request that does not verify', async () => {
    const { world, wallet, request, prompt } = await createWalletWorld()
    const expired = await request()
    world.clock.advance(600)
    expect(await codeOf(wallet.handle(expired))).toBe('JWT_EXPIRED')
    expect(await codeOf(wallet.handle(await request({ exp: null })))).toBe('JWT_CLAIM_INVALID')
    expect(await codeOf(wallet.handle(await request({ aud: world.stranger.did })))).toBe(
      'JWT_AUDIENCE_MISMATCH',
    )
    expect(await codeOf(wallet.handle(await request({ type: 'unheardOf' })))).toBe('REQUEST_TYPE_UNSUPPORTED')
    expect(await codeOf(wallet.handle(await request({ callback: null })))).toBe('REQUEST_NO_CALLBACK')
    expect(prompt.screens.filter(({ requestType }) => requestType !== 'shareReq')).toEqual([])
  })
})

describe('an answer on its way', () => {
  it('is delivered later where the network failed, the very same', async () => {
    const { wallet, restart, sender, request } = await createWalletWorld()
    sender.failure = networkDown()
    const [outcome] = await wallet.handle(await request())
    expect(outcome).toMatchObject({ decision: 'approved', delivered: false })
    expect(await wallet.pending.list()).toEqual([])
    expect(await wallet.deliver()).toBe(1)
    sender.failure = undefined
    const next = restart()
    expect(await next.deliver()).toBe(0)
    expect(sender.sent).toHaveLength(1)
    expect(await next.deliver()).toBe(0)
    expect(sender.sent).toHaveLength(1)
  })

  it('survives a wallet that dies while it sends, and is not decided again', async () => {
    const { wallet, restart, sender, request, prompt } = await createWalletWorld()
    const jwt = await request()
    sender.failure = new Error('the process died here')
    await wallet.handle(jwt)
    sender.failure = undefined
    const next = restart()
    expect(await codeOf(next.handle(jwt))).toBe('REQUEST_ALREADY_ANSWERED')
    expect(await next.deliver()).toBe(0)
    expect(sender.sent).toHaveLength(1)
    expect(prompt.screens).toHaveLength(1)
  })

  it('is found decided by a wallet that died before it cleared its queue', async () => {
    const { wallet, restart, request, store, sender } = await createWalletWorld()
    const [record] = await wallet.receive(await request())
    const id = record?.id ?? ''
    await wallet.answer(id)
    await store.put('pending', id, { ...record })
    expect(await codeOf(restart().answer(id))).toBe('REQUEST_ALREADY_ANSWERED')
    expect(await wallet.pending.list()).toEqual([])
    expect(sender.sent).toHaveLength(1)
  })

  it('is given up where the recipient refuses it, and when it is too old', async () => {
    const { world, wallet, sender, request } = await createWalletWorld()
    sender.failure = networkDown(false)
    expect(await codeOf(wallet.handle(await request()))).toBe('REPLY_NOT_DELIVERED')
    expect(await wallet.pending.list()).toEqual([])
    expect(await wallet.deliver()).toBe(0)
    sender.failure = networkDown()
    await wallet.handle(await request())
    sender.failure = networkDown(false)
    expect(await wallet.deliver()).toBe(0)
    sender.failure = networkDown()
    await wallet.handle(await request())
    world.clock.advance(120 + 301)
    expect(await wallet.deliver()).toBe(0)
    expect((await wallet.activity.list()).filter(({ kind }) => kind === 'unsent')).toHaveLength(3)
  })
})

describe('what a host may decide', () => {
  const APPROVE = { decision: 'approve' } as const

  it.each<[string, ConsentDecision, JsonObject]>([
    ['nothing of what was asked', { ...APPROVE, own: {} }, {}],
    ['another value', { ...APPROVE, own: { name: 'A. L.' } }, { name: 'A. L.' }],
    ['what the wallet has not', { ...APPROVE, own: { phone: '1' } }, { phone: '1' }],
  ])('tells %s', async (_, decision, own) => {
    const { world, wallet, request, sender } = await createWalletWorld(() => decision)
    await wallet.handle(await request({ claims: { user_info: { name: null, phone: null } } }))
    const token = String(sender.sent[0]?.body['access_token'])
    expect(decodeJwt(token).payload['own'] ?? {}).toEqual(own)
    expect(decodeJwt(token).payload['iss']).toBe(world.user.did)
  })

  it.each<[string, ConsentDecision]>([
    ['an own claim nobody asked for', { ...APPROVE, own: { email: 'ada@example.com' } }],
    ['a credential that was not offered', { ...APPROVE, credentials: ['x'] }],
    ['an account that was not offered', { ...APPROVE, account: 'x' }],
    ['an identity that was not offered', { decision: 'switch', identity: 'did:web:somebody.example' }],
  ])('does not tell %s, and keeps the request', async (_, decision) => {
    const { wallet, request, sender, prompt } = await createWalletWorld(() => decision)
    expect(await codeOf(wallet.handle(await request()))).toBe('WALLET_DECISION_INVALID')
    expect(sender.sent).toEqual([])
    const [record] = await wallet.pending.list()
    prompt.script = 'approve'
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'approved' })
  })

  it('cannot answer without what is essential, though it may try again', async () => {
    const { wallet, request, sender, prompt } = await createWalletWorld()
    const jwt = await request({
      claims: { user_info: { name: { essential: true }, phone: { essential: true } } },
    })
    const error: unknown = await wallet.handle(jwt).catch((reason: unknown) => reason)
    expect(isUportError(error, 'ESSENTIAL_CLAIMS_MISSING') && error.data).toEqual({
      own: ['phone'],
      verifiable: [],
    })
    expect(sender.sent).toEqual([])
    const [record] = await wallet.pending.list()
    prompt.script = () => ({ ...APPROVE, own: { name: 'Ada', phone: '1' } })
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'approved' })
  })

  it('fails without harm', async () => {
    const { wallet, request, sender, prompt } = await createWalletWorld(() => {
      throw new Error('the window crashed')
    })
    await expect(wallet.handle(await request())).rejects.toThrow('the window crashed')
    expect(sender.sent).toEqual([])
    const [record] = await wallet.pending.list()
    prompt.script = 'approve'
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'approved' })
  })

  it('is told when the request ends while it is shown', async () => {
    const { world, wallet, request, sender, restart } = await createWalletWorld()
    let calledOff: unknown
    const slow = restart({
      prompt: {
        ask: (_, { signal }) => {
          signal.addEventListener('abort', () => {
            calledOff = signal.reason
          })
          world.clock.advance(121)
          return new Promise(() => {})
        },
      },
    })
    expect(await codeOf(slow.handle(await request()))).toBe('REQUEST_EXPIRED')
    expect(isUportError(calledOff, 'REQUEST_EXPIRED')).toBe(true)
    expect(sender.sent).toEqual([])
    expect((await wallet.activity.list()).at(-1)).toMatchObject({ kind: 'expired' })
  })

  it('is told when the caller gives up, and the request stays', async () => {
    const { wallet, request, restart } = await createWalletWorld()
    const caller = new AbortController()
    const waiting = restart({
      prompt: {
        ask: () => {
          caller.abort(new Error('enough'))
          return new Promise(() => {})
        },
      },
    })
    await expect(waiting.handle(await request(), { signal: caller.signal })).rejects.toThrow('enough')
    expect(await wallet.pending.list()).toHaveLength(1)
  })
})

describe('identities', () => {
  it('switches, shows the screen of the other one, and remembers it for that requester', async () => {
    const { world, wallet, prompt, request } = await createWalletWorld()
    const { did, keyId } = world.stranger.identity
    const keys = {
      get: (id: string) => (id === keyId ? world.stranger : world.user).identity.keys.get(id),
      sign: (...call: Parameters<typeof world.user.identity.keys.sign>) =>
        (call[0] === keyId ? world.stranger : world.user).identity.keys.sign(...call),
    }
    const both = new Wallet({
      prompt,
      store: (await createWalletWorld()).store,
      keys,
      boxKeys: world.user.identity.boxKeys,
      resolver: world.resolver,
      senders: [{ mode: 'post', async send() {} }],
      clock: world.clock,
    })
    await both.identities.add({
      did: world.user.did,
      keyId: world.user.identity.keyId,
      claims: { name: 'Ada' },
    })
    await both.identities.add({ did, keyId, claims: { name: 'Pseudonym' } })
    prompt.script = (screen) =>
      screen.identity === did ? { decision: 'approve' } : { decision: 'switch', identity: did }
    await both.handle(await request())
    expect(prompt.screens.map(({ identity }) => identity)).toEqual([world.user.did, did])
    expect(prompt.last.details).toMatchObject({ own: [{ value: 'Pseudonym' }] })
    await both.handle(await request())
    expect(prompt.screens.map(({ identity }) => identity)).toEqual([world.user.did, did, did])
    await both.handle(await request({}, world.issuer))
    expect(prompt.screens.at(-2)?.identity).toBe(world.user.did)
    expect(await wallet.identities.list()).toHaveLength(1)
  })

  it('answers as the identity that the request names', async () => {
    const { world, wallet, prompt, request } = await createWalletWorld()
    await wallet.handle(await request({ aud: world.user.did }))
    expect(prompt.last.identity).toBe(world.user.did)
    expect(prompt.last.identities).toHaveLength(1)
  })

  it('cannot answer without one, and keeps the request', async () => {
    const { world, wallet, request } = await createWalletWorld()
    await wallet.identities.remove(world.user.did)
    expect(await codeOf(wallet.handle(await request()))).toBe('WALLET_IDENTITY_UNKNOWN')
    expect(await wallet.pending.list()).toHaveLength(1)
  })

  it.each(['KEY_STORE_FAILED', 'FILE_STORE_FAILED', 'BROWSER_STORE_FAILED'] as const)(
    'keeps the request where its own side fails: %s',
    async (code) => {
      const { wallet, request, store } = await createWalletWorld()
      const { create } = store
      store.create = async (collection, ...rest) => {
        if (collection === 'answered') throw new UportError(code, 'full', { data: { reason: 'full' } })
        return create(collection, ...rest)
      }
      expect(await codeOf(wallet.handle(await request()))).toBe(code)
      expect(await wallet.pending.list()).toHaveLength(1)
    },
  )
})

describe('a hostile requester', () => {
  const NAME = `<img src=x onerror=alert(1)>\u202e${'A'.repeat(100_000)}`

  it('has its words shown as inert, capped text, and is marked for tricks', async () => {
    const { wallet, request, prompt } = await createWalletWorld(
      'decline',
      {},
      { name: NAME, url: 7, description: '' },
    )
    await wallet.handle(await request())
    const { requester, warnings } = prompt.last
    expect(requester?.name?.text.startsWith('<img src=x onerror=alert(1)>A')).toBe(true)
    expect([...(requester?.name?.text ?? '')]).toHaveLength(64)
    expect(requester?.name?.altered).toBe(true)
    expect(requester).toMatchObject({ url: undefined, description: undefined })
    expect(warnings).toContain('altered-text')
  })

  it('has the names and reasons of its claims shown the same way', async () => {
    const { wallet, request, prompt } = await createWalletWorld('decline')
    const claims = { user_info: { 'na\u202eme': { reason: 'because\u0007\n\nof this' } } }
    await wallet.handle(await request({ claims }))
    expect(prompt.last.details).toMatchObject({
      own: [{ label: { text: 'name', altered: true }, reason: { text: 'because of this', altered: true } }],
    })
    expect(prompt.last.warnings).toContain('altered-text')
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'gets nothing by asking for %s',
    async (name) => {
      const { wallet, request, sender } = await createWalletWorld()
      const claims = JSON.parse(`{"user_info":{${JSON.stringify(name)}:null}}`)
      await wallet.handle(await request({ claims }))
      expect(decodeJwt(String(sender.sent[0]?.body['access_token'])).payload['own']).toBeUndefined()
    },
  )
})
