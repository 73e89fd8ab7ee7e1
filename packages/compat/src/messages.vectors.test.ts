import { decodeJwt, ManualClock } from '@uport-kit/core'
import { Interface } from 'ethers'
import { describe, expect, it } from 'vitest'
import {
  DocumentResolver,
  ethrDocument,
  lowS,
  type MessagesFile,
  type MessageVector,
  readVectors,
} from '../test-support/vectors.ts'
import { type AbiEntry, Credentials, type CredentialsSettings } from './index.ts'

const { issuer, user, clock: now, vectors } = readVectors<MessagesFile>('messages')

const abi: readonly AbiEntry[] = [
  { type: 'function', name: 'updateStatus', inputs: [{ name: 's', type: 'string' }] },
  {
    type: 'function',
    name: 'transfer',
    inputs: [
      { name: 'to', type: 'address' },
      { name: 'value', type: 'uint256' },
    ],
    stateMutability: 'nonpayable',
  },
  { type: 'function', name: 'setHash', inputs: [{ name: 'h', type: 'bytes32' }] },
  { type: 'function', name: 'ping', inputs: [] },
  { type: 'function', name: 'getStatus', inputs: [], constant: true },
  { type: 'event', name: 'Updated', inputs: [] },
]
const CONTRACT = '0x70A804cCE17149deB6030039798701a38667ca3B'

/** The leniencies that reproduce what the original sent. */
const original: CredentialsSettings = { requestsWithoutExp: true, relativeExp: true, callsWithoutData: true }

function credentials(
  who: { did: string; privateKey: string },
  settings: CredentialsSettings = {},
): Credentials {
  const documents = { [issuer.did]: ethrDocument(issuer.did), [user.did]: ethrDocument(user.did) }
  const resolver = new DocumentResolver(documents)
  return new Credentials({ ...who, resolver, clock: new ManualClock(now), ...settings })
}

const { did, privateKey } = issuer
const app = credentials({ did, privateKey }, original)
const wallet = credentials(user, original)

function call({ call: name, args }: MessageVector): Promise<string> {
  const contract = /^contract\(abi\)\.at\(a\)\.(\w+)$/.exec(name)?.[1]
  if (contract !== undefined) {
    return Promise.resolve(
      app
        .contract(abi)
        .at(CONTRACT)
        [contract]?.(...args) ?? 'no such method',
    )
  }
  const who = name === 'createDisclosureResponse' ? wallet : name === 'signJWT' ? new Credentials() : app
  const method: unknown = Reflect.get(who, name)
  if (typeof method !== 'function') throw new Error(`no method ${name}`)
  return method.call(who, ...args)
}

const makesToken = vectors.filter(
  (one) => one.expect.jwt !== undefined && one.id !== 'contract-quote-injection',
)
const refuses = vectors.filter(({ expect: { ok } }) => !ok)
const constructs = vectors.filter((one) => one.call === 'new Credentials')

describe('the recorded calls of uport-credentials 1.3.5', () => {
  it('are all here', () => {
    expect([makesToken.length, refuses.length, constructs.length]).toEqual([34, 8, 5])
    expect(makesToken.length + refuses.length + constructs.length + 2).toBe(vectors.length)
  })

  it.each(makesToken.map((one) => [one.id, one] as const))('%s makes the same token', async (_, vector) => {
    const token = await call(vector)
    expect(decodeJwt(token).payload).toEqual(vector.expect.payload)
    expect(token).toBe(lowS(vector.expect.jwt ?? ''))
  })

  it.each(refuses.map((one) => [one.id, one] as const))('%s is refused', async (_, vector) => {
    await expect(call(vector)).rejects.toThrow(vector.expect.error)
    await expect(call(vector)).rejects.toThrow(TypeError)
  })

  it.each(constructs.map((one) => [one.id, one] as const))(
    '%s finds the DID and the algorithm',
    async (_, vector) => {
      const [settings] = vector.args
      const made = new Credentials({ ...settings, clock: new ManualClock(now) })
      expect(made.did).toBe(vector.expect.did)
      const key =
        settings.privateKey === undefined ? { did: vector.expect.did, privateKey, checkKey: false } : settings
      const token = await new Credentials({ ...key, clock: new ManualClock(now) }).signJWT({})
      expect(decodeJwt(token).header.alg).toBe(vector.expect.alg)
    },
  )

  it('contract-methods: the transacting functions, and nothing else', () => {
    const vector = vectors.find(({ id }) => id === 'contract-methods')
    const contract = app.contract(abi).at(CONTRACT)
    expect(vector?.expect.methods).toHaveLength(4)
    expect(Object.keys(contract)).toEqual([...(vector?.expect.methods ?? []), 'abi', 'address'])
  })
})

describe('what the original sent and should not have', () => {
  it('contract-quote-injection: an argument is never written so that it reads as two', async () => {
    const vector = vectors.find(({ id }) => id === 'contract-quote-injection')
    const args = vector?.args ?? []
    expect(args).toEqual(['a", uint256 "9'])
    await expect(
      app
        .contract(abi)
        .at(CONTRACT)
        ['updateStatus']?.(...args),
    ).rejects.toThrow('misread')
    const encodeCall: CredentialsSettings['encodeCall'] = (entry, values) =>
      new Interface([entry]).encodeFunctionData(entry.name, values)
    const safe = credentials({ did, privateKey }, { encodeCall })
    const token = await safe
      .contract(abi)
      .at(CONTRACT)
      ['updateStatus']?.(...args)
    const { payload } = decodeJwt(token)
    expect(payload['fn']).toBeUndefined()
    expect(new Interface([abi[0] ?? {}]).decodeFunctionData('updateStatus', String(payload['data']))[0]).toBe(
      args[0],
    )
    // The bytes of the original, for whoever writes the text himself.
    const fn = String(vector?.expect.payload?.['fn'])
    expect(await app.createTxRequest({ to: CONTRACT, fn })).toBe(lowS(vector?.expect.jwt ?? ''))
  })

  it('requests end unless they are told not to', async () => {
    const bounded = credentials({ did, privateKey })
    const tokens = await Promise.all([
      bounded.createPersonalSignRequest('hello'),
      bounded.createTypedDataSignatureRequest({
        types: { A: [] },
        primaryType: 'A',
        domain: { a: 1 },
        message: { a: 1 },
      }),
      bounded.createVerificationSignatureRequest({ name: 'Ada' }, { sub: user.did }),
      bounded.createTxRequest({ to: CONTRACT }),
      bounded.createTxRequest({ to: CONTRACT }, { exp: now + 600 }),
      bounded.createDisclosureRequest(),
    ])
    expect(tokens.map((token) => decodeJwt(token).payload['exp'])).toEqual(tokens.map(() => now + 600))
  })
})
