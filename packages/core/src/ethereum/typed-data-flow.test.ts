import { describe, expect, it } from 'vitest'
import { createWorld, rejection, type World } from '../../test-support/exchange-world.ts'
import type { Party } from '../../test-support/parties.ts'
import { decodeBase64 } from '../bytes/base64.ts'
import { sealBox } from '../encryption/box.ts'
import { isUportError } from '../errors/uport-error.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { signJwt } from '../jwt/encode.ts'
import { addressOf } from '../keys/address.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Json, JsonObject, ReplyBody } from '../ports/index.ts'
import { answerTypedData } from './answer-typed-data.ts'
import { checkTypedData } from './typed-data.ts'
import { type TypedDataParams, typedData } from './typed-data-flow.ts'

const MAIL = {
  types: { Mail: [{ name: 'contents', type: 'string' }] },
  primaryType: 'Mail',
  domain: { name: 'Ether Mail', chainId: 1 },
  message: { contents: 'Hello, Bob!' },
} as const

async function accountOf(party: Party): Promise<string> {
  const info = await party.identity.keys.get(party.identity.keyId)
  return addressOf(info?.publicKey ?? new Uint8Array())
}

/** Asks, and lets the wallet answer; gives what the app ends with. */
async function exchange(world: World, params: TypedDataParams, answer = {}) {
  const asked = world.requester.request(typedData, params, { via: 'screen' })
  asked.catch(() => {})
  await Promise.race([world.screen.arrived, asked])
  const responder = world.responder(world.user, { flows: [answerTypedData] })
  const consent = await responder.receive(world.screen.last.uri())
  if (!consent.is(answerTypedData)) throw new Error('another flow')
  const approved = consent.approve(answer)
  approved.catch(() => {})
  return { asked, approved, request: consent.request }
}

/** A reply as old wallets make it: no `req`, no `aud`, no `exp`; changed by the test. */
async function craft(
  jwt: string,
  by: Party,
  changes: JsonObject = {},
  params: (token: string) => JsonObject = (token) => ({ typedDataSig: token }),
): Promise<ReplyBody> {
  const { typedData: request, boxPub } = decodeJwt(jwt).payload
  const { signature } = await signed(by, request as JsonObject)
  const claims: Record<string, Json | undefined> = { type: 'eip712Resp', request, signature, ...changes }
  for (const [name, value] of Object.entries(claims)) if (value === null) claims[name] = undefined
  const token = await signJwt(claims, by.identity, { now: 1_700_000_000 })
  const key = decodeBase64(String(boxPub)) ?? new Uint8Array()
  return { encrypted: { ...sealBox(JSON.stringify(params(token)), key) } }
}

async function signed(by: Party, request: JsonObject) {
  const { hash } = checkTypedData(request, 'x', () => {
    throw new Error('no typed data')
  })
  const context = { purpose: 'typed-data', hash: 'keccak256', preimage: hash.preimage, preview: {} } as const
  const { r, s, recovery } = await by.identity.keys.sign(by.identity.keyId, hash.digest, context)
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return { signature: { r: hex(r), s: hex(s), v: recovery } }
}

async function verify(
  world: World,
  params: Partial<TypedDataParams>,
  changes: JsonObject = {},
  by = world.user,
) {
  const all = { typedData: MAIL, ...params }
  const { id, jwt } = await world.requester.create(typedData, all, { reply: 'local' })
  return world.requester.verify(typedData, id, await craft(jwt, by, changes))
}

async function code(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise)
  return isUportError(error) ? error.code : String(error)
}

describe('typed data from request to verified signature', () => {
  it('shows what is signed and proves the account', async () => {
    const world = await createWorld()
    const from = await accountOf(world.user)
    const { asked, approved, request } = await exchange(world, {
      typedData: MAIL,
      from,
      network: '0x1',
      signer: world.user.did,
    })
    expect(request.typedData.message).toEqual(MAIL.message)
    expect(request).toMatchObject({ network: 1n, from, signer: world.user.did })
    await approved
    const result = await asked
    expect(result).toMatchObject({ did: world.user.did, signer: from, bound: 'request', sealed: true })
    expect(result.typedData.types['EIP712Domain']).toEqual([
      { name: 'name', type: 'string' },
      { name: 'chainId', type: 'uint256' },
    ])
    expect(result.signature.r).toMatch(/^0x[0-9a-f]{64}$/)
    expect([27, 28]).toContain(result.signature.v)
    expect(Object.isFrozen(result)).toBe(true)
  })

  it('lets another key of the wallet sign, and the key store sees what for', async () => {
    const world = await createWorld()
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const seen: string[] = []
    const watched = {
      get: keys.get.bind(keys),
      sign: (...[id, digest, context, options]: Parameters<MemoryKeyStore['sign']>) => {
        seen.push(`${context.purpose} ${context.preimage.length} ${String(context.preview['primaryType'])}`)
        return keys.sign(id, digest, context, options)
      },
    }
    const { asked, approved } = await exchange(
      world,
      { typedData: MAIL },
      { signer: { keys: watched, keyId } },
    )
    await approved
    expect((await asked).signer).toBe(addressOf(publicKey))
    expect(seen).toEqual(['typed-data 66 Mail'])
  })

  it('is not answered with another account or as somebody else', async () => {
    const world = await createWorld()
    const from = await accountOf(world.stranger)
    const first = await exchange(world, { typedData: MAIL, from })
    expect(await code(first.approved)).toBe('SIGNER_MISMATCH')
    await world.requester.close()
    const other = await createWorld()
    const second = await exchange(other, { typedData: MAIL, signer: other.stranger.did })
    expect(await code(second.approved)).toBe('SIGNER_MISMATCH')
    await other.requester.close()
    const third = await createWorld()
    const signer = { keys: new MemoryKeyStore(), keyId: 'none' }
    expect(await code((await exchange(third, { typedData: MAIL }, { signer })).approved)).toBe(
      'KEY_NOT_FOUND',
    )
    await third.requester.close()
  })
})

describe('replies of old wallets', () => {
  it('are taken without req, aud and exp, and said to be bound by the channel alone', async () => {
    const world = await createWorld()
    const from = await accountOf(world.user)
    expect(await verify(world, { from })).toMatchObject({ bound: 'channel', signer: from })
  })

  it('may write v as text and leave leading zeros out', async () => {
    const world = await createWorld()
    const { id, jwt } = await world.requester.create(typedData, { typedData: MAIL }, { reply: 'local' })
    const request = decodeJwt(jwt).payload['typedData'] as JsonObject
    const { signature } = await signed(world.user, request)
    const written = {
      r: `0x${signature.r}`.replace(/^0x0+/, '0x'),
      s: signature.s,
      v: `0x${(27 + signature.v).toString(16)}`,
    }
    const reply = await craft(jwt, world.user, { signature: written })
    expect((await world.requester.verify(typedData, id, reply)).signer).toBe(await accountOf(world.user))
  })

  it('with a high s give the low one that contracts accept', async () => {
    const world = await createWorld()
    const { id, jwt } = await world.requester.create(typedData, { typedData: MAIL }, { reply: 'local' })
    const { signature } = await signed(world.user, decodeJwt(jwt).payload['typedData'] as JsonObject)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const high = { r: signature.r, s: (order - BigInt(`0x${signature.s}`)).toString(16), v: 1 - signature.v }
    const result = await world.requester.verify(
      typedData,
      id,
      await craft(jwt, world.user, { signature: high }),
    )
    expect(result.signer).toBe(await accountOf(world.user))
    expect(result.signature).toMatchObject({ s: `0x${signature.s}`, v: 27 + signature.v })
  })
})

describe('a reply is refused', () => {
  it.each<[string, JsonObject, string]>([
    ['of another type', { type: 'personalSignResp' }, 'REPLY_TYPE_MISMATCH'],
    ['that repeats another request', { req: 'x.y.z' }, 'REPLY_NOT_BOUND'],
    [
      'for another audience',
      { aud: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' },
      'JWT_AUDIENCE_MISMATCH',
    ],
    ['that has expired', { exp: 1_600_000_000 }, 'JWT_EXPIRED'],
    ['without data', { request: null }, 'REPLY_MALFORMED'],
    ['without signature', { signature: null }, 'REPLY_MALFORMED'],
    ['with a strange v', { signature: { r: '0x1', s: '0x1', v: 35 } }, 'REPLY_MALFORMED'],
    ['with a strange r', { signature: { r: 'xyz', s: '0x1', v: 27 } }, 'REPLY_MALFORMED'],
    [
      'with a signature of nobody',
      { signature: { r: `0x${'f'.repeat(64)}`, s: '0x1', v: 27 } },
      'REPLY_MALFORMED',
    ],
  ])('%s', async (_what, changes, expected) => {
    expect(await code(verify(await createWorld(), {}, changes))).toBe(expected)
  })

  it('whose data, account or identity is another', async () => {
    const world = await createWorld()
    const from = await accountOf(world.user)
    const types = {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      ...MAIL.types,
    }
    const other = { ...MAIL, types, message: { contents: 'Hello, Mallory!' } }
    expect(await code(verify(world, {}, { request: other }))).toBe('REPLY_CONTENT_MISMATCH')
    const signature = (await signed(world.user, other)).signature
    expect(await code(verify(world, { from }, { signature }))).toBe('SIGNER_MISMATCH')
    expect(await code(verify(world, { from }, {}, world.stranger))).toBe('SIGNER_MISMATCH')
    expect(await code(verify(world, { signer: world.user.did }, {}, world.stranger))).toBe('SIGNER_MISMATCH')
    const { id, jwt } = await world.requester.create(typedData, { typedData: MAIL }, { reply: 'local' })
    const reply = await craft(jwt, world.user, {}, (token) => ({ access_token: token }))
    expect(await code(world.requester.verify(typedData, id, reply))).toBe('REPLY_MALFORMED')
  })
})

describe('a request', () => {
  it.each<[string, Partial<TypedDataParams>]>([
    ['for another chain than its domain names', { network: '0x4' }],
    ['from nobody', { from: '0xdeadbeef' }],
    ['for no DID', { signer: 'did:' as 'did:x:y' }],
    ['with data of no type', { typedData: { ...MAIL, primaryType: 'Nope' } }],
    ['with data that is no JSON', { typedData: { ...MAIL, message: { contents: 1n as never } } }],
  ])('%s is a TypeError of the caller', (_what, changes) => {
    expect(() => typedData({ typedData: MAIL, ...changes })).toThrow(TypeError)
  })
})
