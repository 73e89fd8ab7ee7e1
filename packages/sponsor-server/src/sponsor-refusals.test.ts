import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnection } from 'node:net'
import { decodeHex, encodeHex, MemoryKeyStore } from '@uport-kit/core'
import { ANY_SENDER } from '@uport-kit/core/ethereum'
import { AbiCoder, encodeRlp } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, NOBODY, type Party, party, SponsorWorld } from '../test-support/sponsor-world.ts'

const GWEI = 10n ** 9n

let world: SponsorWorld
let device: Party
let token: string
let identity: string

beforeAll(async () => {
  world = await SponsorWorld.start()
  device = await party('hostile')
  token = await world.token(device)
  identity = await world.identity((await world.sponsor()).url, device)
})
afterEach(() => world.stopSponsors())
afterAll(() => world.stop())

const codeOf = ({ status, body }: Answer) => [status, body['code']]
/** What left the payer's account since, by a counter that nobody can turn back. */
const sentBy = () => world.chain.nonce(world.payer.address, 'pending', {})

async function relay(
  url: string,
  signed: Parameters<SponsorWorld['wire']>[0],
  more: object = {},
  bearer = token,
) {
  return world.ask(url, '/relay', bearer, { metaSignedTx: world.wire(signed), ...more })
}

describe('a fuel token', () => {
  it('is needed, and must be one', async () => {
    const { url } = await world.sponsor()
    expect(codeOf(await world.post(url, '/fund', undefined, {}))).toEqual([401, 'TOKEN_MISSING'])
    for (const odd of ['x', 'a.b.c', `${token}x.y`]) {
      const { status } = await world.post(url, '/fund', odd, {})
      expect(status).toBe(401)
    }
    const basic = await fetch(`${url}/fund`, { method: 'POST', headers: { authorization: 'Basic eDp5' } })
    expect([basic.status, basic.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })

  it('of a stranger is refused before anybody is asked for his keys', async () => {
    let asked = 0
    const resolver = {
      methods: ['web'],
      resolve: async () => {
        asked += 1
        throw new Error('asked')
      },
    }
    const { url } = await world.sponsor({ resolver })
    const stranger = await party('stranger')
    const now = Math.floor(Date.now() / 1000)
    const claims = { sub: device.address, exp: now + 600 }
    const foreign = await world.odd(claims, stranger)
    const web = await world.odd(claims, { ...stranger, did: 'did:web:attacker.example' })
    for (const jwt of [foreign, web])
      expect(codeOf(await world.post(url, '/fund', jwt, {}))).toEqual([401, 'ISSUER_NOT_ALLOWED'])
    expect(asked).toBe(0)
  })

  it('is refused with the reason: forged, expired, without expiry, for nobody, for another sponsor', async () => {
    const { url } = await world.sponsor({ audience: 'did:web:sponsor.example' })
    const stranger = await party('stranger')
    const now = Math.floor(Date.now() / 1000)
    const { address: sub } = device
    const cases = [
      [
        await world.odd({ sub, exp: now + 600 }, { ...stranger, did: world.issuer.did }),
        'JWT_SIGNATURE_INVALID',
      ],
      [await world.odd({ sub, iat: now - 900, exp: now - 300 }), 'JWT_EXPIRED'],
      [await world.odd({ sub }), 'JWT_CLAIM_INVALID'],
      [await world.odd({ sub, exp: 'never' }), 'JWT_CLAIM_INVALID'],
      [await world.odd({ exp: now + 600 }), 'sub is no account'],
      [await world.odd({ sub: 'everybody', exp: now + 600 }), 'sub is no account'],
      [await world.odd({ sub, exp: now + 600, aud: 'did:web:other.example' }), 'JWT_AUDIENCE_MISMATCH'],
      [
        await world.odd({ sub: `did:ethr:${sub}`, exp: now + 600, claim: { name: 'Ada' } }),
        'not a fuel token',
      ],
      [await world.odd({ sub, exp: now + 600, claims: {} }), 'not a fuel token'],
      [await world.odd({ sub, exp: now + 600, vc: {} }), 'not a fuel token'],
      [await world.odd({ sub, exp: now + 600, type: 'shareReq' }), 'not a fuel token'],
    ] as const
    for (const [jwt, reason] of cases) {
      const { status, body } = await world.post(url, '/fund', jwt, {})
      expect([status, body['code'], body['details']]).toEqual([401, 'TOKEN_INVALID', { reason }])
      expect(JSON.stringify(body)).not.toContain(jwt.slice(0, 20))
    }
  })

  it('pays for its subject only, on every route', async () => {
    const { url } = await world.sponsor()
    const other = await party('other device')
    const foreign = await world.token(other)
    const before = await sentBy()
    const tx = await world.signTransaction(device)
    const signed = await world.forward(device, identity, 0n)
    const asked = { deviceKey: device.address, recoveryKey: NOBODY, managerType: 'MetaIdentityManager' }
    expect(codeOf(await world.ask(url, '/fund', foreign, { tx }))).toEqual([403, 'SUBJECT_MISMATCH'])
    expect(codeOf(await relay(url, signed, {}, foreign))).toEqual([403, 'SUBJECT_MISMATCH'])
    expect(codeOf(await world.ask(url, '/unnu/createIdentity', foreign, asked))).toEqual([
      403,
      'SUBJECT_MISMATCH',
    ])
    expect(await sentBy()).toBe(before)
  })

  it('may name its subject in any case, and in a DID or MNID', async () => {
    const { url } = await world.sponsor()
    const now = Math.floor(Date.now() / 1000)
    for (const sub of [`0x${device.address.slice(2).toUpperCase()}`, `did:ethr:${device.address}`]) {
      const jwt = await world.odd({ sub, exp: now + 600 })
      expect(codeOf(await world.ask(url, '/fund', jwt, {}))).toEqual([400, 'PARAMETER_MISSING'])
    }
  })
})

describe('a request', () => {
  it('is a JSON object of bounded size with every member it needs', async () => {
    const { url } = await world.sponsor({ limits: { maxBodyBytes: 4096 } })
    const cases: readonly (readonly [string, unknown, number, string])[] = [
      ['/fund', '', 400, 'BODY_INVALID'],
      ['/fund', 'tx=1', 400, 'BODY_INVALID'],
      ['/fund', [], 400, 'BODY_INVALID'],
      ['/fund', { blockchain: '0x7a69' }, 400, 'PARAMETER_MISSING'],
      ['/relay', {}, 400, 'PARAMETER_MISSING'],
      ['/fund', { tx: 'a'.repeat(5000) }, 413, 'BODY_TOO_LARGE'],
      ['/fund', { tx: await world.signTransaction(device) }, 400, 'PARAMETER_MISSING'],
      ['/fund', { tx: await world.signTransaction(device), blockchain: '0x1' }, 404, 'CHAIN_UNKNOWN'],
      ['/fund', { tx: await world.signTransaction(device), blockchain: 'x' }, 404, 'CHAIN_UNKNOWN'],
      ['/fund', { tx: '0x00', wait: 'long' }, 400, 'PARAMETER_INVALID'],
      ['/fund', { tx: '0x00', dryRun: 'yes' }, 400, 'PARAMETER_INVALID'],
      ['/rpc/0x7a69/token', {}, 404, 'NOT_FOUND'],
    ]
    for (const [path, body, status, code] of cases)
      expect(codeOf(await world.post(url, path, token, body))).toEqual([status, code])
  })

  it('that arrives too slowly is cut off', async () => {
    const { url } = await world.sponsor({ limits: { headersSeconds: 0.5, requestSeconds: 1 } })
    const socket = createConnection({ port: Number(new URL(url).port), host: '127.0.0.1' })
    const closed = new Promise<string>((resolve) => {
      let text = ''
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      socket.once('close', () => resolve(text))
    })
    socket.write(
      `POST /fund HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-length: 100\r\n\r\n{"tx`,
    )
    expect(await closed).toMatch(/^(HTTP\/1\.1 (408|500)|$)/)
  })

  it('is counted by network address and by device', async () => {
    const { url } = await world.sponsor({ limits: { subjectBurst: 2, subjectPerSecond: 0.001 } })
    for (let time = 0; time < 2; time++)
      expect((await world.post(url, '/fund', token, {})).body['code']).toBe('PARAMETER_MISSING')
    const third = await world.post(url, '/fund', token, {})
    expect([...codeOf(third), third.headers.has('retry-after')]).toEqual([429, 'RATE_LIMITED', true])
    const strict = await world.sponsor({ limits: { addressBurst: 1, addressPerSecond: 0.001 } })
    expect((await fetch(`${strict.url}/health`)).status).toBe(200)
    expect(codeOf(await world.post(strict.url, '/fund', token, {}))).toEqual([429, 'RATE_LIMITED'])
  })

  it('makes the sponsor call nobody but its node', async () => {
    let calls = 0
    const listener = createServer((_request, response) => {
      calls += 1
      response.end()
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const callback = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`
    const { url } = await world.sponsor()
    const addresses = {
      callback,
      callbackUrl: callback,
      callback_url: callback,
      rpc: callback,
      url: callback,
    }
    const signed = await world.forward(device, identity, 0n, 77n)
    expect((await relay(url, signed, { ...addresses, wait: 20 })).status).toBe(200)
    await new Promise((resolve) => listener.close(resolve))
    expect(calls).toBe(0)
  })
})

describe('ether for a transaction', () => {
  it.each<[string, object, number, string]>([
    ['asks for a gas price far above the network', { gasPrice: 500n * GWEI }, 429, 'GAS_PRICE_TOO_HIGH'],
    ['asks for more gas than is paid for', { gasLimit: 3_000_001n }, 422, 'GAS_TOO_HIGH'],
    ['is for another chain', { chainId: 1n }, 400, 'TX_INVALID'],
    ['gives away more than one request may', { value: 10n ** 18n }, 429, 'TOP_UP_TOO_LARGE'],
    [
      'would fail on the chain',
      { to: 'registry', data: '0xdeadbeef', gasLimit: 100_000n },
      422,
      'WOULD_REVERT',
    ],
  ])('is refused where the transaction %s', async (_what, fields, status, code) => {
    const { url } = await world.sponsor()
    const before = await sentBy()
    const to = 'to' in fields ? { to: world.devnet.registry } : {}
    const tx = await world.signTransaction(device, { ...fields, ...to })
    expect(codeOf(await world.ask(url, '/fund', token, { tx }))).toEqual([status, code])
    expect(await sentBy()).toBe(before)
  })

  it('is refused where the transaction is no signed one', async () => {
    const { url } = await world.sponsor()
    const tx = await world.signTransaction(device)
    const changed = `${tx.slice(0, -2)}${tx.endsWith('00') ? '01' : '00'}`
    for (const odd of [`${tx}00`, 'zz', '0x', 5, null, ['0x'], '0x02c0', `0x${'ff'.repeat(100)}`]) {
      const { status } = await world.ask(url, '/fund', token, { tx: odd })
      expect(status).toBe(400)
    }
    // A changed signature is one of somebody else, if of anybody.
    expect([400, 403]).toContain((await world.ask(url, '/fund', token, { tx: changed })).status)
  })

  it('is given once: neither again for it, nor at once for two, nor where there is enough', async () => {
    const { url } = await world.sponsor()
    const rich = await party('given once')
    const bearer = await world.token(rich)
    const [tx, twin] = [await world.signTransaction(rich), await world.signTransaction(rich, { value: 1n })]
    const answers = await Promise.all(
      [tx, tx, twin].map((each) => world.ask(url, '/fund', bearer, { tx: each })),
    )
    const hashes = answers.flatMap(({ body }) => (typeof body['data'] === 'string' ? [body['data']] : []))
    expect(new Set(hashes).size).toBe(1)
    expect(answers.map(codeOf)).toContainEqual([429, 'BALANCE_ENOUGH'])
    await world.until(async () => (await world.balance(rich.address)) > 0n)
    expect((await world.ask(url, '/fund', bearer, { tx })).body['data']).toBe(hashes[0])
    expect(await world.balance(rich.address)).toBeLessThanOrEqual(3n * 21_000n * GWEI + 1n)
    await world.chain.send(tx, {})
    await world.until(async () => (await world.chain.nonce(rich.address, 'latest', {})) === 1n)
    const late = await world.signTransaction(rich, { value: 2n })
    expect(codeOf(await world.ask(url, '/fund', bearer, { tx: late }))).toEqual([409, 'TX_NONCE_USED'])
  })

  it('is answered in the shape of its path', async () => {
    const { url } = await world.sponsor()
    const old = await party('old wallet')
    const tx = await world.signTransaction(old)
    const bearer = await world.token(old)
    const paths = ['/fund', '/v1/fund', '/api/v1/fund', '/api/v1/fund/']
    const [fund, v1, plain, slash] = await Promise.all(
      paths.map(async (path) => (await world.ask(url, path, bearer, { tx: tx.slice(2) })).body),
    )
    const txHash = plain?.['txHash']
    expect(txHash).toMatch(/^0x[0-9a-f]{64}$/)
    for (const body of [fund, v1])
      expect(body).toMatchObject({ status: 'success', data: txHash, message: { txHash } })
    expect(slash).toEqual(plain)
  })
})

describe('a meta-transaction', () => {
  let stranger: Party
  beforeAll(async () => {
    stranger = await party('meta stranger')
  })

  async function nonceNow(): Promise<bigint> {
    const data = `0x2d0335ab${device.address.slice(2).padStart(64, '0')}`
    const { txRelay: to } = world.devnet.identityContracts
    return BigInt(await world.chain.read({ from: NOBODY, to, data }, 'latest', {}))
  }

  it('is sent once, however often and in whatever spelling it is asked for', async () => {
    const { url } = await world.sponsor()
    const before = await sentBy()
    const signed = await world.forward(device, identity, await nonceNow(), 5n)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const { r, s, v } = signed.signature
    const flipped = `0x${(order - BigInt(s)).toString(16).padStart(64, '0')}`
    const twin = { ...signed, signature: { r, s: flipped, v: v === 27 ? (28 as const) : (27 as const) } }
    const answers = await Promise.all(
      [signed, signed, twin, signed].map((each) => relay(url, each, { wait: 20 })),
    )
    const again = await relay(url, signed)
    expect(new Set([...answers, again].map(({ body }) => body['data'])).size).toBe(1)
    expect(await sentBy()).toBe(before + 1n)
  })

  it('is not believed about its nonce, and compared by number, not by text', async () => {
    const { url } = await world.sponsor()
    const nonce = await nonceNow()
    const signed = await world.forward(device, identity, nonce, 6n)
    const ahead = await world.forward(device, identity, nonce + 2n)
    expect(codeOf(await relay(url, ahead))).toEqual([409, 'META_NONCE_GAP'])
    expect(codeOf(await relay(url, ahead, { metaNonce: '0xffff' }))).toEqual([409, 'META_NONCE_GAP'])
    const far = await world.forward(device, identity, nonce + 1000n)
    expect(codeOf(await relay(url, far))).toEqual([403, 'META_SIGNATURE_INVALID'])
    expect(codeOf(await relay(url, far, { metaNonce: Number(nonce) + 1000 }))).toEqual([
      409,
      'META_NONCE_GAP',
    ])
    expect(codeOf(await relay(url, signed, { metaNonce: 'nine' }))).toEqual([400, 'PARAMETER_INVALID'])
    expect(codeOf(await relay(url, signed, { metaNonce: -1 }))).toEqual([400, 'PARAMETER_INVALID'])
    // As text "0x9" is more than "0x10".
    expect((await relay(url, signed, { metaNonce: `0x000${nonce.toString(16)}`, wait: 20 })).status).toBe(200)
  })

  it('whose nonce is used by another one is refused', async () => {
    const { url } = await world.sponsor()
    const nonce = await nonceNow()
    expect((await relay(url, await world.forward(device, identity, nonce, 8n), { wait: 20 })).status).toBe(
      200,
    )
    const late = await world.forward(device, identity, nonce, 9n)
    expect(codeOf(await relay(url, late))).toEqual([409, 'META_NONCE_USED'])
    await world.rpc('evm_setAutomine', false)
    try {
      expect((await relay(url, await world.forward(device, identity, nonce + 1n, 10n))).status).toBe(200)
      const twin = await world.forward(device, identity, nonce + 1n, 11n)
      expect(codeOf(await relay(url, twin))).toEqual([409, 'META_NONCE_TAKEN'])
    } finally {
      await world.devnet.mine()
      await world.rpc('evm_setAutomine', true)
    }
  })

  it('from the zero address, from short data, or with a broken signature is refused', async () => {
    const { url } = await world.sponsor()
    const { txRelay, metaIdentityManager } = world.devnet.identityContracts
    const signed = await world.forward(device, identity, await nonceNow())
    const broken = {
      ...signed,
      signature: { ...signed.signature, v: signed.signature.v === 27 ? 28 : 27 },
    } as const
    expect(codeOf(await relay(url, broken))).toEqual([403, 'META_SIGNATURE_INVALID'])
    const zero = `0x${'00'.repeat(32)}`
    for (const data of ['0x', '0x701b8826', `0x701b8826${'0'.repeat(64)}`]) {
      const call = AbiCoder.defaultAbiCoder().encode(
        ['uint8', 'bytes32', 'bytes32', 'address', 'bytes', 'address'],
        [27, zero, zero, metaIdentityManager, data, ANY_SENDER],
      )
      const fields = ['0x', '0x', '0x', txRelay, '0x', `0xc3f44c0a${call.slice(2)}`]
      const answer = await world.ask(url, '/relay', token, { metaSignedTx: encodeRlp(fields).slice(2) })
      expect([...codeOf(answer), answer.body['details']]).toEqual([
        400,
        'META_TRANSACTION_INVALID',
        { reason: 'sender' },
      ])
    }
  })

  it('for another relay, of another signer, or that would fail costs nothing', async () => {
    const { url } = await world.sponsor()
    const before = await sentBy()
    const nonce = await nonceNow()
    const { data } = await world.forward(device, identity, nonce)
    const elsewhere = await world.sign(device, data, nonce, { relay: NOBODY })
    expect(codeOf(await relay(url, elsewhere))).toEqual([403, 'RELAY_UNKNOWN'])
    const strangers = await world.forward(stranger, identity, 0n)
    expect(codeOf(await relay(url, strangers))).toEqual([403, 'SUBJECT_MISMATCH'])
    const notOwner = await relay(url, strangers, {}, await world.token(stranger))
    expect(codeOf(notOwner)).toEqual([422, 'WOULD_REVERT'])
    const narrow = await world.sponsor({ destinations: [NOBODY] })
    const signed = await world.sign(device, data, nonce)
    expect(codeOf(await relay(narrow.url, signed))).toEqual([403, 'DESTINATION_NOT_ALLOWED'])
    const without = await world.sponsor({ txRelay: undefined, identityManager: undefined })
    expect(codeOf(await relay(without.url, signed))).toEqual([404, 'NOT_OFFERED'])
    expect(await sentBy()).toBe(before)
  })

  it('in a dry run is checked, priced and not sent', async () => {
    const { url } = await world.sponsor({ dryRun: true })
    const before = await sentBy()
    const signed = await world.forward(device, identity, await nonceNow())
    const { status, body } = await relay(url, signed)
    expect([status, body]).toEqual([
      200,
      { status: 'success', data: null, dryRun: true, cost: expect.any(String) },
    ])
    const metaSignedTx = world.wire(signed)
    const plain = await world.ask(url, '/api/v2/relay/', token, { metaSignedTx })
    expect(plain.body).toEqual({ dryRun: true, cost: expect.stringMatching(/^[1-9]\d+$/) })
    const asking = await world.sponsor()
    expect((await relay(asking.url, signed, { dryRun: true })).body).toMatchObject({ dryRun: true })
    expect(await sentBy()).toBe(before)
  })
})

describe('an identity', () => {
  it('is made once for a device key, and told apart from one with another recovery key', async () => {
    const { url } = await world.sponsor()
    const fresh = await party('fresh device')
    const bearer = await world.token(fresh)
    const asked = {
      deviceKey: fresh.address,
      recoveryKey: NOBODY,
      managerType: 'MetaIdentityManager',
      wait: 20,
    }
    const create = (changes: object) =>
      world.ask(url, '/unnu/createIdentity', bearer, { ...asked, ...changes })
    const before = await sentBy()
    const zero = `0x${'0'.repeat(40)}`
    expect(codeOf(await create({ recoveryKey: zero }))).toEqual([400, 'PARAMETER_INVALID'])
    expect(codeOf(await create({ managerType: 'IdentityManager' }))).toEqual([400, 'PARAMETER_INVALID'])
    expect(codeOf(await world.post(url, '/unnu/lookup', undefined, { deviceKey: fresh.address }))).toEqual([
      404,
      'IDENTITY_UNKNOWN',
    ])
    expect((await create({ dryRun: true })).body).toMatchObject({ data: null, dryRun: true })
    const [one, two] = await Promise.all([create({}), create({})])
    expect(one?.body).toMatchObject({ status: 'success', data: { managerType: 'MetaIdentityManager' } })
    expect(two?.body).toEqual(one?.body)
    expect(await sentBy()).toBe(before + 1n)
    expect(codeOf(await create({ recoveryKey: device.address }))).toEqual([409, 'IDENTITY_EXISTS'])
    const found = await world.post(url, '/unnu/lookup', undefined, { deviceKey: fresh.address })
    expect(found.body).toEqual(one?.body)
  })
})

describe('a budget', () => {
  it.each([
    ['token', { perToken: 10n ** 14n }],
    ['address', { perAddressAndDay: 10n ** 14n }],
    ['day', { perDay: 10n ** 14n }],
  ] as const)('of a %s is said with what is left of it', async (budget, budgets) => {
    const { url } = await world.sponsor({ budgets })
    const before = await sentBy()
    const poor = await party(`poor ${budget}`)
    const bearer = await world.token(poor)
    const tx = await world.signTransaction(poor, { value: 2n * 10n ** 14n })
    const { status, body } = await world.ask(url, '/fund', bearer, { tx })
    expect([status, body['code']]).toEqual([429, 'BUDGET_EXHAUSTED'])
    expect(body['details']).toMatchObject({
      budget,
      left: (10n ** 14n).toString(),
      limit: (10n ** 14n).toString(),
    })
    expect(body['message']).toContain('0.0001 ether of 0.0001 ether is left')
    expect(await sentBy()).toBe(before)
  })

  it('is of the token, in whatever spelling it comes', async () => {
    const { url } = await world.sponsor({ budgets: { perToken: 3n * 10n ** 14n } })
    const greedy = await party('greedy')
    const bearer = await world.token(greedy)
    const [head, , signature = ''] = bearer.split('.')
    expect(head).toBeDefined()
    const bytes = Buffer.from(signature, 'base64url')
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const s = order - BigInt(`0x${bytes.subarray(32, 64).toString('hex')}`)
    const high = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
      Buffer.from([(bytes[64] ?? 0) ^ 1]),
    ])
    const twin = `${bearer.slice(0, bearer.lastIndexOf('.') + 1)}${high.toString('base64url')}`
    const first = await world.signTransaction(greedy, { value: 10n ** 14n })
    expect((await world.ask(url, '/fund', bearer, { tx: first, wait: 20 })).status).toBe(200)
    const second = await world.signTransaction(greedy, { value: 4n * 10n ** 14n })
    expect(codeOf(await world.ask(url, '/fund', twin, { tx: second }))).toEqual([429, 'BUDGET_EXHAUSTED'])
  })

  it('is not the only bound: a price, and what the account holds', async () => {
    const { url } = await world.sponsor({ budgets: { perGas: 1n } })
    const tx = await world.signTransaction(await party('bounds'))
    const bearer = await world.token(await party('bounds'))
    expect(codeOf(await world.ask(url, '/fund', bearer, { tx }))).toEqual([503, 'NETWORK_TOO_EXPENSIVE'])
    const keys = new MemoryKeyStore()
    const { keyId } = await keys.import(decodeHex('11'.repeat(32)) ?? new Uint8Array())
    const poor = await world.sponsor({ keys, keyId })
    const { status, body } = await world.ask(poor.url, '/fund', bearer, { tx })
    expect([status, body['code']]).toEqual([503, 'SPONSOR_BALANCE_LOW'])
    expect(encodeHex(Buffer.from(String(body['message'])))).not.toContain('11'.repeat(32))
  })
})
