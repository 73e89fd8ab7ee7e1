import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { encodeMnid, isMnid, parseMnid } from '../identity/mnid.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { createTransactionPayload, type TransactionParams } from './transaction-payload.ts'
import { parseTransactionRequest } from './transaction-request.ts'

interface Vector {
  readonly id: string
  readonly call: string
  readonly args: readonly Json[]
  readonly expect: { readonly ok: boolean; readonly payload?: JsonObject }
}
const file = new URL('../../../../test/vectors/messages.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }
const requests = vectors.filter((vector) => vector.expect.payload?.['type'] === 'ethtx')

const TO = '0x00521965e7bd230323c423d96c657db5b79d099f'
const MNID = encodeMnid({ network: 4n, address: TO })
const PLAIN: JsonObject = { type: 'ethtx', to: TO, net: '0x4', value: '0x1' }

function refusal(payload: JsonObject): string | undefined {
  try {
    parseTransactionRequest(payload)
    return undefined
  } catch (error) {
    if (!isUportError(error, 'REQUEST_INVALID')) throw error
    return error.data.member
  }
}

describe('transaction requests of the original library', () => {
  it('are there', () => {
    expect(requests.map(({ id }) => id)).toContain('contract-quote-injection')
    expect(requests.length).toBeGreaterThanOrEqual(9)
  })

  it.each(requests)(
    '$id is read where it names one network and one call',
    ({ id, expect: { payload = {} } }) => {
      const { to, net } = payload
      const own = isMnid(to) ? `0x${parseMnid(to).network.toString(16)}` : undefined
      const member = refusal(payload)
      if (id === 'contract-quote-injection') return expect(member).toBe('fn')
      // Most name no network at all, and one names another than its MNID.
      if (net === undefined ? own === undefined : own !== undefined && own !== net) expect(member).toBe('net')
      else expect(member).toBeUndefined()
      const request = parseTransactionRequest({ ...payload, net: own ?? net ?? '0x4' })
      expect(request.data).toBe(request.call?.data ?? '0x')
      expect(request.kind).toBe(payload['fn'] === undefined ? 'transfer' : 'call')
    },
  )
})

describe('a transaction request', () => {
  it('says the network by net, by MNID, or by both alike', () => {
    expect(parseTransactionRequest({ type: 'ethtx', to: MNID }).network).toBe(4n)
    expect(parseTransactionRequest({ type: 'ethtx', to: MNID, net: '0x04' }).network).toBe(4n)
    expect(parseTransactionRequest(PLAIN).network).toBe(4n)
    expect(refusal({ type: 'ethtx', to: MNID, net: '0x1' })).toBe('net')
    expect(refusal({ type: 'ethtx', to: TO, net: '0x1', from: MNID })).toBe('net')
    expect(refusal({ type: 'ethtx', to: TO })).toBe('net')
  })

  it('is a transfer, a call or a creation', () => {
    expect(parseTransactionRequest(PLAIN)).toMatchObject({ kind: 'transfer', to: TO, value: 1n, data: '0x' })
    expect(parseTransactionRequest({ ...PLAIN, data: '0xABCD' })).toMatchObject({
      kind: 'call',
      data: '0xabcd',
    })
    const creation = parseTransactionRequest({ type: 'ethtx', net: '0x4', data: '0x6000' })
    expect(creation).toMatchObject({ kind: 'creation', to: undefined, value: 0n })
  })

  it('shows the call only where it encodes to the data', () => {
    const fn = `transfer(address ${TO}, uint256 5)`
    const { data } = parseTransactionRequest({ ...PLAIN, fn })
    expect(parseTransactionRequest({ ...PLAIN, fn, data }).call?.signature).toBe('transfer(address,uint256)')
    expect(refusal({ ...PLAIN, fn: `transfer(address ${TO}, uint256 6)`, data })).toBe('fn')
    expect(refusal({ ...PLAIN, fn: 'ping()', data: '0x' })).toBe('fn')
  })

  it.each<[string, JsonObject]>([
    ['type', { type: 'shareReq' }],
    ['to', { to: '0xdeadbeef' }],
    ['to', { to: '0xcd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' }],
    ['to', { to: 'did:uport:nonsense' }],
    ['to', { to: 5 }],
    ['from', { from: 'me' }],
    ['net', { net: '4' }],
    ['net', { net: 4 }],
    ['value', { value: '0.1' }],
    ['value', { value: '10' }],
    ['value', { value: 10 }],
    ['value', { value: '0x' }],
    ['value', { value: '-0x1' }],
    ['value', { value: `0x1${'0'.repeat(64)}` }],
    ['gas', { gas: '21000' }],
    ['gasPrice', { gasPrice: true }],
    ['data', { data: '0xabc' }],
    ['data', { data: 'abcd' }],
    ['data', { data: {} }],
    ['data', { data: `0x${'00'.repeat(50_000)}` }],
    ['fn', { fn: {} }],
    ['fn', { fn: 'a'.repeat(20_000) }],
    ['label', { label: 'x'.repeat(2000) }],
  ])('is refused for its %s: %j', (member, changes) => {
    expect(refusal({ ...PLAIN, ...changes })).toBe(member)
  })

  it('without recipient needs code and no call in words', () => {
    expect(refusal({ type: 'ethtx', net: '0x4', value: '0x1' })).toBe('to')
    expect(refusal({ type: 'ethtx', net: '0x4', fn: 'ping()' })).toBe('to')
    expect(refusal({ type: 'ethtx', net: '0x4', data: '0x' })).toBe('to')
  })

  it('never gives anything but a request or a refusal', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(TO, MNID, '0x1', '0x', 'ping()'), fc.string())
    const names = ['to', 'from', 'net', 'value', 'gas', 'gasPrice', 'data', 'fn', 'label']
    const payloads = fc.dictionary(fc.constantFrom(...names), value)
    fc.assert(
      fc.property(payloads, (members) => {
        refusal({ type: 'ethtx', ...(members as JsonObject) })
      }),
      { numRuns: 500 },
    )
  })
})

describe('what an app asks for', () => {
  const abi = [
    'function transfer(address to, uint256 amount)',
    'function set(string text)',
    'function set(uint256 n)',
    'function pay() payable',
  ]

  it('carries data from the ABI, and words where they are safe', () => {
    const contract = { abi, method: 'transfer', args: [TO, 5] }
    const payload = createTransactionPayload({ to: TO, network: '0x4', contract })
    expect(payload['fn']).toBe(`transfer(address ${TO}, uint256 5)`)
    expect(parseTransactionRequest({ ...payload, type: 'ethtx' }).data).toBe(payload['data'])
    const text = { abi, method: 'set(string)', args: ['a", uint256 "9'] }
    expect(createTransactionPayload({ to: TO, network: 4n, contract: text })['fn']).toBeUndefined()
    const pay = { abi, method: 'pay', args: [] }
    expect(createTransactionPayload({ to: MNID, value: 1n, contract: pay })['value']).toBe('0x1')
  })

  it('reads the same as it was asked, for every amount', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), fc.bigInt(0n, 2n ** 64n), (value, gas) => {
        const payload = createTransactionPayload({
          to: MNID,
          value,
          gas,
          gasPrice: 1n,
          from: TO,
          label: 'L',
          vc: [],
        })
        expect(parseTransactionRequest({ ...payload, type: 'ethtx' })).toMatchObject({
          value,
          gas,
          gasPrice: 1n,
        })
      }),
    )
  })

  it.each<[string, TransactionParams]>([
    ['no network', { to: TO }],
    ['no recipient', { network: '0x1' }],
    ['a negative value', { to: MNID, value: -1n }],
    ['data and contract', { to: MNID, data: '0x', contract: { abi, method: 'pay', args: [] } }],
    ['a contract nowhere', { network: '0x1', contract: { abi, method: 'pay', args: [] } }],
    ['an unknown function', { to: MNID, contract: { abi, method: 'nope', args: [] } }],
    ['an overloaded function', { to: MNID, contract: { abi, method: 'set', args: [1] } }],
    ['wrong arguments', { to: MNID, contract: { abi, method: 'transfer', args: [TO] } }],
    [
      'value for a function that takes none',
      { to: MNID, value: 1n, contract: { abi, method: 'transfer', args: [TO, 1] } },
    ],
    ['another network than the MNID', { to: MNID, network: 1n }],
  ])('is a TypeError with %s', (_what, params) => {
    expect(() => createTransactionPayload(params)).toThrow(TypeError)
  })
})
