import {
  claimSignature,
  decodeJwt,
  disclosure,
  isUportError,
  type JsonObject,
  MemoryKeyStore,
  parseMnid,
  personalSign,
  signJwt,
  verifiedClaim,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import type { Party } from '../../../core/test-support/parties.ts'
import { codeOf, createWalletWorld, networkDown, type WalletWorld } from '../../test-support/wallet-world.ts'
import type { ConsentScreen } from '../consent-screen.ts'

const { signal: endless } = new AbortController()

async function credentialOf(
  { world }: WalletWorld,
  changes: JsonObject = {},
  by: Party = world.issuer,
): Promise<string> {
  const members = { sub: world.user.did, claim: { degree: 'MSc' }, iat: world.clock.now(), ...changes }
  return signJwt(members, by.identity, { now: world.clock.now() })
}

function detailsOf<Kind extends ConsentScreen['details']['kind']>(
  { details }: ConsentScreen,
  kind: Kind,
): Extract<ConsentScreen['details'], { readonly kind: Kind }> {
  if (details.kind !== kind) throw new Error(`the screen shows ${details.kind}`)
  return details as Extract<ConsentScreen['details'], { readonly kind: Kind }>
}

describe('a credential that is offered', () => {
  it('is kept after it verified and was accepted, and acknowledged after that', async () => {
    const all = await createWalletWorld(async () => {
      expect(await all.wallet.credentials.list()).toEqual([])
      expect(all.sender.sent).toEqual([])
      return { decision: 'approve' }
    })
    const { world, wallet, prompt, sender } = all
    const { callback } = await world.channel.open({ id: 'ack' })
    const jwt = await credentialOf(all, { callback, exp: world.clock.now() + 86_400 })
    await wallet.handle(`me.uport:req/${jwt}`)
    expect(await wallet.credentials.list()).toMatchObject([
      { jwt, issuer: world.issuer.did, subject: world.user.did, claim: { degree: 'MSc' } },
    ])
    expect(sender.sent).toHaveLength(1)
    expect(detailsOf(prompt.last, 'credential')).toEqual({
      kind: 'credential',
      issuer: world.issuer.did,
      subject: world.user.did,
      claim: { degree: 'MSc' },
      credentialExpiresAt: world.clock.now() + 86_400,
      replaces: [],
      outdated: false,
    })
    expect((await wallet.activity.list()).at(-1)?.names).toEqual(['degree'])
  })

  it('is kept without an address to answer to', async () => {
    const all = await createWalletWorld()
    await all.wallet.handle(await credentialOf(all))
    expect(await all.wallet.credentials.list()).toHaveLength(1)
    expect(all.sender.sent).toEqual([])
  })

  it.each(['decline', 'later', 'throw'])('is not kept on %s', async (what) => {
    const all = await createWalletWorld(() => {
      if (what === 'throw') throw new Error('no')
      return { decision: what === 'later' ? 'later' : 'decline' }
    })
    await all.wallet.handle(await credentialOf(all)).catch(() => undefined)
    expect(all.prompt.screens).toHaveLength(1)
    expect(await all.wallet.credentials.list()).toEqual([])
    expect(all.sender.sent.filter(({ body }) => body['status'] !== undefined)).toEqual([])
  })

  it('is not shown where it is forged, expired, about somebody else, or of a type nobody knows', async () => {
    const all = await createWalletWorld()
    const { world, wallet, prompt } = all
    const [head, payload] = (await credentialOf(all)).split('.')
    const [, , foreign] = (await credentialOf(all, {}, world.stranger)).split('.')
    expect(await codeOf(wallet.handle(`${head}.${payload}.${foreign}`))).toBe('JWT_SIGNATURE_INVALID')
    const past = world.clock.now() - 1000
    expect(await codeOf(wallet.handle(await credentialOf(all, { iat: past, exp: past + 1 })))).toBe(
      'JWT_EXPIRED',
    )
    const other = await credentialOf(all, { sub: world.stranger.did })
    expect(await codeOf(wallet.handle(other))).toBe('CREDENTIAL_OTHER_SUBJECT')
    const typed = await credentialOf(all, { type: 'somethingNew' })
    expect(await codeOf(wallet.handle(typed))).toBe('REQUEST_TYPE_UNSUPPORTED')
    expect(prompt.screens).toEqual([])
    expect(await wallet.credentials.list()).toEqual([])
    expect(await wallet.pending.list()).toEqual([])
  })

  it('comes by the deprecated link too, several at once, each shown for itself', async () => {
    const all = await createWalletWorld((screen) => ({
      decision: 'a' in detailsOf(screen, 'credential').claim ? 'approve' : 'decline',
    }))
    const tokens = [
      await credentialOf(all, { claim: { a: 1 } }),
      await credentialOf(all, { claim: { b: 2 } }),
    ]
    const outcomes = await all.wallet.handle(`me.uport:add?attestations=${tokens.join(',')}`)
    expect(outcomes.map(({ decision }) => decision)).toEqual(['approved', 'declined'])
    expect((await all.wallet.credentials.list()).map(({ claim }) => claim)).toEqual([{ a: 1 }])
  })

  it('says what it replaces, and whether it is older than what is kept', async () => {
    const all = await createWalletWorld()
    const { world, wallet, prompt } = all
    await wallet.handle(await credentialOf(all))
    const [first] = await wallet.credentials.list()
    world.clock.advance(10)
    await wallet.handle(await credentialOf(all, { claim: { degree: 'PhD' } }))
    expect(detailsOf(prompt.last, 'credential')).toMatchObject({ replaces: [first?.id], outdated: false })
    const older = await credentialOf(all, { iat: world.clock.now() - 5, claim: { degree: 'BSc' } })
    await wallet.handle(older)
    expect(detailsOf(prompt.last, 'credential')).toMatchObject({ replaces: [], outdated: true })
    expect((await wallet.credentials.list()).map(({ claim }) => claim)).toEqual([{ degree: 'PhD' }])
  })

  it('closes the circle: the issuer hears of it, and an app gets it', async () => {
    const all = await createWalletWorld()
    const { world, wallet } = all
    const delivered = world.requester.request(
      verifiedClaim,
      { sub: world.user.did, claim: { member: true } },
      { via: 'screen' },
    )
    await world.screen.arrived
    await wallet.handle(world.screen.last.uri())
    await delivered
    const asked = await world.requester.start(disclosure, {
      claims: { verifiable: { member: { essential: true, iss: [{ did: world.app.did }] } } },
    })
    await wallet.handle(asked.request.uri())
    expect(await asked.result).toMatchObject({
      verified: [{ issuer: world.app.did, claim: { member: true } }],
    })
    expect(detailsOf(all.prompt.last, 'disclosure').leaves).toMatchObject([
      { kind: 'did' },
      { kind: 'credential', names: ['member'] },
    ])
  })
})

describe('credentials that are asked for', () => {
  it('are proposed once each, newest first, and chosen among by the person', async () => {
    const all = await createWalletWorld()
    const { world, wallet, prompt, sender, request } = all
    const old = await credentialOf(all, { claim: { degree: 'BSc', school: 'A' } })
    const fresh = await credentialOf(
      all,
      { iat: world.clock.now() + 1, claim: { degree: 'MSc' } },
      world.stranger,
    )
    for (const jwt of [old, fresh]) await wallet.handle(jwt)
    const ask = { claims: { verifiable: { degree: null, school: { iss: [{ did: world.issuer.did }] } } } }
    await wallet.handle(await request(ask))
    const told = (index: number) =>
      decodeJwt(String(sender.sent[index]?.body['access_token'])).payload['verified']
    expect(told(0)).toEqual([fresh, old])
    const [degree] = detailsOf(prompt.last, 'disclosure').credentials
    expect(degree?.offered.map(({ proposed }) => proposed)).toEqual([true, false])
    const oldId = degree?.offered[1]?.id ?? ''
    prompt.script = () => ({ decision: 'approve', credentials: [oldId, oldId] })
    await wallet.handle(await request(ask))
    expect(told(1)).toEqual([old])
  })

  it('are missing where an essential one is deselected, or deleted while it is shown', async () => {
    const all = await createWalletWorld()
    const { wallet, prompt, request, sender } = all
    await wallet.handle(await credentialOf(all))
    prompt.script = () => ({ decision: 'approve', credentials: [] })
    const ask = { claims: { verifiable: { degree: { essential: true } } } }
    const error: unknown = await wallet.handle(await request(ask)).catch((reason: unknown) => reason)
    expect(isUportError(error, 'ESSENTIAL_CLAIMS_MISSING') && error.data).toEqual({
      own: [],
      verifiable: ['degree'],
    })
    prompt.script = async () => {
      for (const { id } of await wallet.credentials.list()) await wallet.credentials.delete(id)
      return { decision: 'approve' }
    }
    expect(await codeOf(wallet.handle(await request(ask)))).toBe('WALLET_DECISION_INVALID')
    expect(sender.sent).toEqual([])
  })
})

describe('an account that is asked for', () => {
  const KNOWN = [{ id: '0x4', rpcUrl: 'https://rinkeby.example' }]

  it('is one key for each requester, made on approval and not before', async () => {
    const accountKeys = new MemoryKeyStore()
    const all = await createWalletWorld('decline', { accountKeys, networks: KNOWN })
    const { world, wallet, prompt, request, sender } = all
    const ask = { act: 'keypair', net: '0x4' }
    await wallet.handle(await request(ask))
    expect(detailsOf(prompt.last, 'disclosure').account).toMatchObject({ kind: 'keypair', available: true })
    expect(await wallet.accounts.list()).toEqual([])
    prompt.script = () => ({ decision: 'approve', account: false })
    await wallet.handle(await request(ask))
    expect(await wallet.accounts.list()).toEqual([])
    prompt.script = 'approve'
    for (const by of [world.app, world.app, world.issuer]) await wallet.handle(await request(ask, by))
    const [withheld, ...told] = sender.sent
      .slice(1)
      .map(({ body }) => decodeJwt(String(body['access_token'])).payload['nad'])
    expect(withheld).toBeUndefined()
    expect(parseMnid(told[0]).network).toBe(4n)
    expect(told[1]).toBe(told[0])
    expect(told[2]).not.toBe(told[0])
    expect(await wallet.accounts.list()).toHaveLength(2)
  })

  it.each([
    ['an unknown network', { act: 'keypair', net: '0x539' }],
    ['a contract account', { act: 'segregated', net: '0x4' }],
    ['a general one that it has not', { act: 'general', net: '0x4' }],
    ['no network', { act: 'keypair' }],
  ])('is not told for %s', async (_, ask) => {
    const { wallet, prompt, request, sender } = await createWalletWorld('approve', {
      accountKeys: new MemoryKeyStore(),
      networks: KNOWN,
    })
    await wallet.handle(await request(ask))
    expect(detailsOf(prompt.last, 'disclosure').account?.available).toBe(false)
    expect(decodeJwt(String(sender.sent[0]?.body['access_token'])).payload['nad']).toBeUndefined()
  })

  it('is made on the chain that the requester brings: shown first, then checked, and its alone', async () => {
    const probed: string[] = []
    const all = await createWalletWorld(
      (screen) => {
        expect(detailsOf(screen, 'disclosure').account?.privateChain).toEqual({ host: 'chain.example' })
        expect(screen.warnings).toContain('private-chain')
        expect(probed).toEqual([])
        return { decision: 'approve' }
      },
      {
        accountKeys: new MemoryKeyStore(),
        networks: KNOWN,
        probeChain: async ({ rpcUrl }) => {
          probed.push(rpcUrl)
        },
      },
    )
    const { world, wallet, request, prompt } = all
    await wallet.handle(await request({ act: 'keypair', net: '0x539', rpc: 'https://chain.example' }))
    expect(probed).toEqual(['https://chain.example/'])
    expect(await wallet.networks.find('0x539', world.app.did)).toBeDefined()
    expect(await wallet.networks.find('0x539', world.issuer.did)).toBeUndefined()
    prompt.script = 'approve'
    await wallet.handle(await request({ act: 'keypair', net: '0x539' }, world.issuer))
    expect(detailsOf(prompt.last, 'disclosure').account?.available).toBe(false)
    const override = await request({ act: 'keypair', net: '0x04', rpc: 'https://evil.example' })
    expect(await codeOf(wallet.handle(override))).toBe('PRIVATE_CHAIN_NETWORK_KNOWN')
    expect(await wallet.pending.list()).toEqual([])
    expect(probed).toHaveLength(1)
  })
})

describe('a claim to sign', () => {
  it('is shown, signed as shown, and taken by the app', async () => {
    const { world, wallet, prompt } = await createWalletWorld()
    const params = { sub: world.app.did, claim: { met: 'in person' }, signer: world.user.did }
    const exchange = await world.requester.start(claimSignature, params)
    await wallet.handle(exchange.request.uri())
    expect(await exchange.result).toMatchObject({ did: world.user.did })
    expect(detailsOf(prompt.last, 'signature')).toMatchObject({
      form: 'claim',
      content: { sub: world.app.did, claim: { met: 'in person' } },
    })
  })

  it('is not shown to another identity than the one it names', async () => {
    const { world, wallet, request, prompt } = await createWalletWorld()
    const jwt = await request({
      type: 'verReq',
      sub: world.app.did,
      unsignedClaim: { a: 1 },
      riss: world.stranger.did,
    })
    expect(await codeOf(wallet.handle(jwt))).toBe('SIGNER_MISMATCH')
    expect(prompt.screens).toEqual([])
  })
})

describe('a message to sign', () => {
  it('is shown as text and as bytes, and signed by the key of the identity', async () => {
    const { world, wallet, prompt } = await createWalletWorld()
    const exchange = await world.requester.start(personalSign, { data: 'I agree\u202e' })
    await wallet.handle(exchange.request.uri())
    const { account, text, content } = detailsOf(prompt.last, 'signature')
    expect(text).toEqual({ text: 'I agree', altered: true })
    expect(content).toMatchObject({ text: 'I agree\u202e' })
    expect(prompt.last.warnings).toContain('altered-text')
    expect(await exchange.result).toMatchObject({ did: world.user.did })
    expect(JSON.stringify(await exchange.result)).toContain(account)
  })

  it('is signed by the account made for that requester, and by no other that is named', async () => {
    const accountKeys = new MemoryKeyStore()
    const { world, wallet, prompt, request } = await createWalletWorld('approve', {
      accountKeys,
      networks: [{ id: '0x4', rpcUrl: 'https://rinkeby.example' }],
    })
    await wallet.handle(await request({ act: 'keypair', net: '0x4' }))
    const [account] = await wallet.accounts.list()
    await wallet.handle(await request({ type: 'personalSigReq', data: 'hello' }))
    expect(detailsOf(prompt.last, 'signature').account).toBe(account?.address)
    const byOther = await request(
      { type: 'personalSigReq', data: 'hello', from: account?.address ?? '' },
      world.issuer,
    )
    expect(await codeOf(wallet.handle(byOther))).toBe('SIGNER_MISMATCH')
    const onOther = await request({ type: 'personalSigReq', data: 'hello', net: '0x1' })
    await wallet.handle(onOther)
    expect(detailsOf(prompt.last, 'signature').account).not.toBe(account?.address)
  })
})

describe('a request that nobody signed', () => {
  const LINKS = [
    ['disclosure', 'me.uport:me?callback_url=https://evil.example/&label=Bank\u202e'],
    ['transaction', `ethereum:0x${'1'.repeat(40)}?value=1`],
    ['contact', `me.uport:0x${'1'.repeat(40)}`],
  ] as const

  it.each(LINKS)('(%s) is refused unless the application takes such', async (_, link) => {
    const { wallet, prompt } = await createWalletWorld()
    expect(await codeOf(wallet.handle(link))).toBe('REQUEST_UNSIGNED')
    expect(prompt.screens).toEqual([])
    expect(await wallet.pending.list()).toEqual([])
  })

  it.each(LINKS)('(%s) is shown as unsigned, and handed over when approved', async (form, link) => {
    const handed: string[] = []
    const { wallet, prompt, sender } = await createWalletWorld('approve', {
      unsignedRequests: async (request) => {
        handed.push(request.kind)
      },
    })
    expect(await wallet.handle(link)).toMatchObject([{ decision: 'approved' }])
    expect(prompt.last.requester).toBeUndefined()
    expect(prompt.last.warnings.slice(0, 2)).toEqual(['unsigned', 'recipient-unknown'])
    expect(prompt.last.recipient).toEqual({ trust: 'unknown' })
    expect(detailsOf(prompt.last, 'unsigned').form).toBe(form)
    expect(handed).toEqual([form])
    expect(sender.sent).toEqual([])
    prompt.script = 'decline'
    await wallet.handle(link)
    prompt.script = () => ({ decision: 'later' })
    expect(await wallet.handle(link)).toMatchObject([{ decision: 'later' }])
    expect(await wallet.pending.list()).toHaveLength(1)
    expect(handed).toHaveLength(1)
  })
})

describe('the road back', () => {
  it('is open where the request came by a link, and closed until the answer went out', async () => {
    const all = await createWalletWorld()
    const { wallet, request, sender } = all
    const jwt = await request()
    const { callback } = decodeJwt(jwt).payload
    const back = `${new URL(String(callback)).origin}/done`
    const text = `me.uport:req/${jwt}?redirect_url=${encodeURIComponent(back)}`
    sender.failure = networkDown()
    const [held] = await wallet.handle(
      { arrival: 'link', text, acknowledge: async () => {} },
      { signal: endless },
    )
    expect(held?.returnUrl).toBeUndefined()
    sender.failure = undefined
    const next = `me.uport:req/${await request()}?redirect_url=${encodeURIComponent(back)}`
    const [sent] = await wallet.handle({ arrival: 'link', text: next, acknowledge: async () => {} })
    expect(sent?.returnUrl).toBe(back)
    const scanned = `me.uport:req/${await request()}?redirect_url=${encodeURIComponent(back)}`
    const [other] = await wallet.handle({ arrival: 'scan', text: scanned, acknowledge: async () => {} })
    expect(other?.returnUrl).toBeUndefined()
  })
})

describe('leave to push', () => {
  it('that was not offered is not given: nothing to make it is assembled, or nobody asked', async () => {
    const { wallet, request, sender, prompt } = await createWalletWorld(() => ({
      decision: 'approve',
      push: true,
    }))
    for (const members of [{ permissions: ['notifications'] }, {}]) {
      expect(await codeOf(wallet.handle(await request(members)))).toBe('WALLET_DECISION_INVALID')
      expect(detailsOf(prompt.last, 'disclosure').push).toBeUndefined()
    }
    expect(sender.sent).toEqual([])
  })
})
