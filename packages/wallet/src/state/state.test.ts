import { type JsonObject, ManualClock, MemoryKeyStore, memoryWalletStore, signJwt } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createParty, PartyResolver } from '../../../core/test-support/parties.ts'
import { codeOf } from '../../test-support/wallet-world.ts'
import { Accounts, type AccountWish } from './accounts.ts'
import { ActivityLog } from './activity-log.ts'
import { Credentials } from './credentials.ts'
import { Identities } from './identities.ts'
import { Networks } from './networks.ts'
import { StoredAnsweredRequests } from './stored-answered-requests.ts'

const NOW = 1_700_000_000

describe('Credentials', async () => {
  const [user, issuer, other] = await Promise.all([
    createParty('user'),
    createParty('issuer'),
    createParty('other'),
  ])

  function kept(max = 10) {
    const clock = new ManualClock(NOW)
    const credentials = new Credentials(memoryWalletStore(), clock, max)
    const create = async (claim: JsonObject, times: JsonObject = {}, by = issuer, subject = user) => {
      const jwt = await signJwt({ sub: subject.did, claim, iat: NOW, ...times }, by.identity, { now: NOW })
      return { jwt, issuer: by.did, subject: subject.did, claim }
    }
    return { clock, credentials, create }
  }

  it('keeps one, and gives it back whole', async () => {
    const { credentials, create } = kept()
    const one = await create({ degree: 'MSc' }, { exp: NOW + 60 })
    expect(await credentials.keep(one)).toBe(true)
    const [record] = await credentials.list()
    expect(record).toMatchObject({ ...one, issuedAt: NOW, expiresAt: NOW + 60, receivedAt: NOW })
    expect(await credentials.get(record?.id ?? '')).toEqual(record)
    expect(await credentials.delete(record?.id ?? '')).toBe(true)
    expect(await credentials.list()).toEqual([])
  })

  it('replaces older ones of the same issuer, subject and names, and no others', async () => {
    const { credentials, create } = kept()
    const old = await create({ name: 'A', age: 1 })
    const renewed = await create({ age: 2, name: 'B' }, { iat: NOW + 1 })
    const others = [
      await create({ name: 'C' }),
      await create({ name: 'D', age: 3 }, {}, other),
      await create({ name: 'E', age: 4 }, {}, issuer, other),
    ]
    for (const one of [old, ...others]) await credentials.keep(one)
    expect((await credentials.supersededBy(renewed)).map(({ jwt }) => jwt)).toEqual([old.jwt])
    expect(await credentials.keep(renewed)).toBe(true)
    const jwts = (await credentials.list()).map(({ jwt }) => jwt)
    expect(new Set(jwts)).toEqual(new Set([renewed.jwt, ...others.map(({ jwt }) => jwt)]))
    expect(jwts[0]).toBe(renewed.jwt)
  })

  it('does not let an older one replace a newer one', async () => {
    const { credentials, create } = kept()
    const newer = await create({ name: 'B' }, { iat: NOW + 1 })
    await credentials.keep(newer)
    const older = await create({ name: 'A' })
    expect(await credentials.supersededBy(older)).toEqual([])
    expect(await credentials.keep(older)).toBe(false)
    expect((await credentials.list()).map(({ jwt }) => jwt)).toEqual([newer.jwt])
  })

  it('holds the same one once', async () => {
    const { credentials, create } = kept(1)
    const one = await create({ name: 'A' })
    expect(await credentials.keep(one)).toBe(true)
    expect(await credentials.keep(one)).toBe(true)
    expect(await credentials.list()).toHaveLength(1)
  })

  it('is bounded, and lets a renewed one in where it is full', async () => {
    const { credentials, create } = kept(1)
    await credentials.keep(await create({ name: 'A' }))
    expect(await codeOf(credentials.keep(await create({ mail: 'B' })))).toBe('WALLET_FULL')
    expect(await credentials.keep(await create({ name: 'B' }, { iat: NOW + 5 }))).toBe(true)
    expect(await credentials.list()).toHaveLength(1)
  })

  it('selects by kind, subject and issuer, newest first, without what has expired', async () => {
    const { clock, credentials, create } = kept()
    const first = await create({ degree: 'BSc' }, { exp: NOW + 60 })
    const second = await create({ degree: 'MSc' }, { iat: NOW + 1 }, other)
    const foreign = await create({ degree: 'PhD' }, {}, issuer, other)
    for (const one of [first, second, foreign]) await credentials.keep(one)
    const select = async (type: string, issuers: readonly string[]) =>
      (await credentials.select({ type, issuers }, user.did)).map(({ jwt }) => jwt)
    expect(await select('degree', [])).toEqual([second.jwt, first.jwt])
    expect(await select('degree', [issuer.did])).toEqual([first.jwt])
    expect(await select('degree', [issuer.did.slice('did:uport:'.length), 'not a did'])).toEqual([first.jwt])
    expect(await select('degree', ['not a did'])).toEqual([])
    expect(await select('toString', [])).toEqual([])
    clock.advance(60)
    expect(await select('degree', [])).toEqual([second.jwt])
    expect(await credentials.list({ expired: true, issuer: issuer.did })).toHaveLength(2)
  })
})

describe('Identities', () => {
  async function people() {
    const [ada, bob, app] = await Promise.all([createParty('ada'), createParty('bob'), createParty('app')])
    const keys = {
      get: (id: string) => (id === 'ada' ? ada : bob).identity.keys.get(id),
      sign: (...call: Parameters<MemoryKeyStore['sign']>) => ada.identity.keys.sign(...call),
    }
    const resolver = new PartyResolver([ada, bob])
    const store = memoryWalletStore()
    const identities = new Identities({ store, keys, boxKeys: ada.identity.boxKeys, resolver })
    return { ada, bob, app, identities }
  }

  it('makes the first one the default, and can change that', async () => {
    const { ada, bob, app, identities } = await people()
    expect(await codeOf(identities.forRequester(app.did))).toBe('WALLET_IDENTITY_UNKNOWN')
    await identities.add({ did: ada.did, keyId: 'ada' })
    await identities.add({ did: bob.did, keyId: 'bob' })
    expect((await identities.forRequester(undefined)).did).toBe(ada.did)
    await identities.setDefault(bob.did)
    expect((await identities.forRequester(app.did)).did).toBe(bob.did)
    await identities.chooseFor(app.did, ada.did)
    expect((await identities.forRequester(app.did)).did).toBe(ada.did)
    await identities.remove(bob.did)
    expect((await identities.forRequester(undefined)).did).toBe(ada.did)
    expect(await identities.remove(bob.did)).toBe(false)
  })

  it('refuses a key it has not, and one that the document does not list', async () => {
    const { ada, bob, identities } = await people()
    expect(await codeOf(identities.add({ did: ada.did, keyId: 'none' }))).toBe('KEY_NOT_FOUND')
    expect(await codeOf(identities.add({ did: bob.did, keyId: 'ada' }))).toBe('IDENTITY_KEY_MISMATCH')
    expect(await identities.list()).toEqual([])
  })

  it('keeps what the person says of themselves', async () => {
    const { ada, identities } = await people()
    await identities.add({ did: ada.did, keyId: 'ada', label: 'work' })
    await identities.setClaims(ada.did, { name: 'Ada' })
    expect(await identities.get(ada.did)).toEqual({
      did: ada.did,
      keyId: 'ada',
      label: 'work',
      claims: { name: 'Ada' },
    })
    expect(await codeOf(identities.setClaims('did:web:x.example', {}))).toBe('WALLET_IDENTITY_UNKNOWN')
    expect(await codeOf(identities.open('did:web:x.example'))).toBe('WALLET_IDENTITY_UNKNOWN')
  })
})

const KNOWN = [{ id: '0x1', rpcUrl: 'https://mainnet.example', name: 'Ethereum' }]
const APP = 'did:web:app.example'
const OTHER = 'did:web:other.example'

describe('Networks', () => {
  it('knows its own, which nothing overrides', async () => {
    const probed: string[] = []
    const networks = new Networks(memoryWalletStore(), KNOWN, async ({ rpcUrl }) => {
      probed.push(rpcUrl)
    })
    expect(networks.known()).toEqual(KNOWN)
    expect(await networks.find(1n, APP)).toEqual(KNOWN[0])
    for (const id of ['0x1', '0x01']) {
      expect(await codeOf(networks.addPrivate({ id, rpcUrl: 'https://evil.example', requester: APP }))).toBe(
        'PRIVATE_CHAIN_NETWORK_KNOWN',
      )
    }
    expect(probed).toEqual([])
    expect(await networks.find('0x1', APP)).toEqual(KNOWN[0])
  })

  it('lets one requester use the chain it brought, and nobody else', async () => {
    const networks = new Networks(memoryWalletStore(), KNOWN, async () => {})
    const added = await networks.addPrivate({
      id: '0x0539',
      rpcUrl: 'https://chain.example/',
      requester: APP,
    })
    expect(added).toEqual({ id: '0x539', rpcUrl: 'https://chain.example/', requester: APP })
    expect(await networks.find(1337n, APP)).toEqual(added)
    expect(await networks.find(1337n, OTHER)).toBeUndefined()
    expect(await networks.find(1337n)).toBeUndefined()
    expect(await codeOf(networks.require(1337n, OTHER))).toBe('WALLET_NETWORK_UNKNOWN')
    expect(await networks.listPrivate()).toHaveLength(1)
    expect(await networks.removePrivate('0x539', APP)).toBe(true)
    expect(await networks.find(1337n, APP)).toBeUndefined()
  })

  it('takes no chain that it cannot probe, or that fails its probe, or that is no web address', async () => {
    const chain = { id: '0x539', rpcUrl: 'https://chain.example/', requester: APP } as const
    const blind = new Networks(memoryWalletStore(), KNOWN, undefined)
    expect(await codeOf(blind.addPrivate(chain))).toBe('WALLET_NETWORK_UNKNOWN')
    const failing = new Networks(memoryWalletStore(), KNOWN, async () => {
      throw new Error('another chain')
    })
    await expect(failing.addPrivate(chain)).rejects.toThrow('another chain')
    expect(await failing.listPrivate()).toEqual([])
    for (const rpcUrl of ['file:///etc/passwd', 'not a url', 'javascript:alert(1)']) {
      expect(await codeOf(failing.addPrivate({ ...chain, rpcUrl }))).toBe('REQUEST_INVALID')
    }
  })

  it('refuses two networks of one id', () => {
    const two = [...KNOWN, { id: '0x01', rpcUrl: 'https://again.example' }]
    expect(() => new Networks(memoryWalletStore(), two, undefined)).toThrow(TypeError)
  })
})

describe('Accounts', () => {
  const WISH: AccountWish = { kind: 'keypair', network: '0x1', requester: APP, owner: 'did:web:ada.example' }

  function accounts(parts: Partial<ConstructorParameters<typeof Accounts>[0]> = {}) {
    const store = memoryWalletStore()
    const keys = new MemoryKeyStore()
    const networks = new Networks(store, KNOWN, async () => {})
    return { keys, networks, accounts: new Accounts({ store, networks, accountKeys: keys, ...parts }) }
  }

  it('makes a key account for one requester alone, once', async () => {
    const { accounts: own } = accounts()
    expect(await own.find(WISH)).toBeUndefined()
    const made = await own.ensure(WISH)
    expect(await own.ensure(WISH)).toEqual(made)
    expect(made).toMatchObject({ kind: 'keypair', network: '0x1', requester: APP })
    const another = await own.ensure({ ...WISH, requester: OTHER })
    expect(another.address).not.toBe(made.address)
    expect((await own.usableBy(APP)).map(({ address }) => address)).toEqual([made.address])
    expect(await own.remove(made)).toBe(true)
    expect(await own.list()).toEqual([another])
  })

  it('makes none on a chain that the requester may not use, nor one it has no means for', async () => {
    const { accounts: own, networks } = accounts()
    await networks.addPrivate({ id: '0x539', rpcUrl: 'https://chain.example/', requester: OTHER })
    expect(await codeOf(own.ensure({ ...WISH, network: 1337n }))).toBe('WALLET_NETWORK_UNKNOWN')
    expect(await codeOf(own.ensure({ ...WISH, kind: 'segregated' }))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
    expect(await codeOf(own.ensure({ ...WISH, kind: 'general' }))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
    const { accounts: none } = accounts({ accountKeys: undefined })
    expect(await codeOf(none.ensure(WISH))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
  })

  it('takes a contract account from whoever deploys it', async () => {
    const address = `0x${'Ab'.repeat(20)}`
    const { accounts: own } = accounts({ deployAccount: async () => address })
    expect(await own.ensure({ ...WISH, kind: 'segregated' })).toMatchObject({
      address: address.toLowerCase(),
    })
  })

  it('opens an account for its own requester, and a general one for all', async () => {
    const opened: string[] = []
    const { accounts: own } = accounts({
      openAccount: ({ kind, address }, network) => {
        opened.push(network.rpcUrl)
        return { kind, chainId: 1n, address, send: async () => ({ hash: '0x' }) }
      },
    })
    const mine = await own.ensure(WISH)
    const general = await own.add({
      kind: 'general',
      network: 1n,
      address: `0x${'1'.repeat(40)}`,
      keyId: 'k',
      owner: 'did:web:ada.example',
    })
    expect((await own.open(mine, APP)).address).toBe(mine.address)
    expect((await own.open(general, OTHER)).address).toBe(general.address)
    expect(await codeOf(own.open(mine, OTHER))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
    expect(opened).toHaveLength(2)
    expect(await codeOf(accounts().accounts.open(mine, APP))).toBe('WALLET_ACCOUNT_UNAVAILABLE')
    expect((await own.usableBy(OTHER)).map(({ address }) => address)).toEqual([general.address])
  })
})

describe('ActivityLog', () => {
  it('keeps the order within a second, and its bound', async () => {
    const clock = new ManualClock(NOW)
    const store = memoryWalletStore()
    const log = new ActivityLog(store, clock, 10)
    for (let n = 0; n < 100; n++) {
      if (n % 7 === 0) clock.advance(1)
      await log.add({ kind: 'received', requestId: String(n) })
    }
    const ids = (await log.list()).map(({ requestId }) => Number(requestId))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(ids.at(-1)).toBe(99)
    expect(ids.length).toBeLessThanOrEqual(10 + 33)
    const beside = new ActivityLog(store, clock, 10)
    await beside.add({ kind: 'received', requestId: 'beside' })
    expect((await log.list()).at(-1)?.requestId).toBe('beside')
    expect(await log.list()).toHaveLength(10)
    await log.clear()
    expect(await log.list()).toEqual([])
  })
})

describe('StoredAnsweredRequests', () => {
  it('is claimed once, over a restart too, and forgets what is long past', async () => {
    const clock = new ManualClock(NOW)
    const store = memoryWalletStore()
    const answered = new StoredAnsweredRequests(store, clock)
    expect(await answered.has('a')).toBe(false)
    expect(await answered.claim('a', NOW + 10)).toBe(true)
    expect(await answered.claim('a', NOW + 10)).toBe(false)
    expect(await new StoredAnsweredRequests(store, clock).claim('a', NOW + 10)).toBe(false)
    expect(await answered.has('a')).toBe(true)
    clock.advance(309)
    expect(await answered.claim('a', NOW + 10)).toBe(false)
    clock.advance(60)
    expect(await answered.claim('a', NOW + 10)).toBe(false)
    await answered.claim('b', NOW + 1000)
    expect((await store.list('answered')).map(({ key }) => key)).toEqual(['b'])
    await expect(
      answered.claim('c', NOW + 1000, { signal: AbortSignal.abort(new Error('no')) }),
    ).rejects.toThrow('no')
  })
})
