import { TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { encodeHex } from '../bytes/hex.ts'
import { isUportError } from '../errors/uport-error.ts'
import { refuseRequest } from '../messages/members.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import { checkTypedData } from './typed-data.ts'

const ADDRESS = '0x00521965e7bd230323c423d96c657db5b79d099f'

function typedData(
  fields: readonly { name: string; type: string }[],
  message: JsonObject,
  more: JsonObject = {},
) {
  const types = { EIP712Domain: [{ name: 'name', type: 'string' }], Thing: fields, ...more }
  return { types, primaryType: 'Thing', domain: { name: 'Test' }, message } as const
}

/** The member that a refusal names; undefined where nothing is refused. */
function refused(value: unknown): string | undefined {
  try {
    checkTypedData(value, 'typedData', refuseRequest)
    return undefined
  } catch (error) {
    if (!isUportError(error, 'REQUEST_INVALID')) throw error
    return error.data.member
  }
}

const oneField = (type: string, value: Json) => refused(typedData([{ name: 'x', type }], { x: value }))

describe('values of typed data', () => {
  it.each<[string, Json]>([
    ['address', ADDRESS],
    ['bool', false],
    ['string', ''],
    ['bytes', '0x'],
    ['bytes4', '0xdeadbeef'],
    ['uint8', 255],
    ['uint256', '115792089237316195423570985008687907853269984665640564039457584007913129639935'],
    ['uint256', '0xff'],
    ['int8', -128],
    ['int256', '-5'],
    ['uint8[2][]', [[1, 2]]],
  ])('%s takes its value', (type, value) => {
    expect(oneField(type, value)).toBeUndefined()
  })

  it.each<[string, Json]>([
    ['address', '0xdeadbeef'],
    ['address', ADDRESS.slice(2)],
    ['address', '0xcd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826'],
    ['address', 'vitalik.eth'],
    ['bool', 'false'],
    ['bool', 0],
    ['bool', null],
    ['string', 5],
    ['string', '\ud800'],
    ['bytes', 'text'],
    ['bytes', '0xabc'],
    ['bytes4', '0xdeadbe'],
    ['uint8', 256],
    ['uint8', -1],
    ['uint8', 1.5],
    ['uint8', ''],
    ['uint8', ' 1'],
    ['uint256', 2 ** 53],
    ['int8', 128],
    ['int8', -129],
    ['uint8[2]', [1]],
    ['uint8[]', { length: 0 }],
    ['Thing2', {}],
    ['uint', 1],
    ['uint7', 1],
    ['bytes33', '0x'],
    ['fixed128x18', 1],
    ['uint8[0]', []],
  ])('%s refuses what is none of its values: %j', (type, value) => {
    expect(oneField(type, value)).toMatch(/^typedData\.(message\.x|types(\.Thing)?)$/)
  })

  it('must be there, each of them, and no others', () => {
    const fields = [{ name: 'ok', type: 'bool' }]
    expect(refused(typedData(fields, {}))).toBe('typedData.message.ok')
    expect(refused(typedData(fields, { ok: true, unsigned: 'but shown' }))).toBe('typedData.message')
    expect(refused(typedData([{ name: 'toString', type: 'string' }], {}))).toBe('typedData.message.toString')
  })
})

describe('types of typed data', () => {
  it.each<[string, JsonObject]>([
    ['a struct that contains itself', { Thing: [{ name: 'x', type: 'Thing[]' }] }],
    [
      'two fields of one name',
      {
        Thing: [
          { name: 'x', type: 'bool' },
          { name: 'x', type: 'bool' },
        ],
      },
    ],
    ['a name of an atomic type', { uint256: [] }],
    ['a name of the prototype', { constructor: [] }],
    ['__proto__', JSON.parse('{"__proto__": []}')],
    ['a field that is no object', { Thing: ['x'] }],
    ['a field with a third member', { Thing: [{ name: 'x', type: 'bool', indexed: true }] }],
    ['fields that are no list', { Thing: {} }],
    ['a strange name', { 'Th ing': [] }],
  ])('refuse %s', (_what, more) => {
    expect(refused(typedData([], {}, more))).toMatch(/^typedData\.types/)
  })

  it('leave structs out that the primary type does not reach, as other wallets do', () => {
    const value = typedData(
      [{ name: 'x', type: 'bool' }],
      { x: true },
      { Unused: [{ name: 'y', type: 'Thing' }] },
    )
    const plain = typedData([{ name: 'x', type: 'bool' }], { x: true })
    const [a, b] = [value, plain].map((one) => checkTypedData(one, 'typedData', refuseRequest).hash.digest)
    expect(a).toEqual(b)
  })

  it('cost no more than their size, however they refer to one another', () => {
    const layers = 30
    const more: Record<string, Json> = {}
    for (let layer = 0; layer < layers; layer++) {
      const fields =
        layer + 1 < layers ? ['A', 'B'].map((n) => ({ name: n, type: `${n}${layer + 1}[]` })) : []
      more[`A${layer}`] = fields
      more[`B${layer}`] = fields
    }
    const hostile = typedData([{ name: 'x', type: 'A0[]' }], { x: [] }, more)
    expect(cpuTime(() => expect(refused(hostile)).toBe('typedData.types'))).toBeLessThan(1000)
  })
})

describe('the domain', () => {
  const base = typedData([], {})
  it.each<[string, JsonObject]>([
    ['has a member that nobody declares', { domain: { name: 'Test', version: '1' } }],
    ['lacks a declared member', { domain: {} }],
    ['is not declared', { types: { Thing: [] } }],
    ['is declared empty', { types: { EIP712Domain: [], Thing: [] }, domain: {} }],
    [
      'is declared with another type',
      { types: { EIP712Domain: [{ name: 'name', type: 'bytes' }], Thing: [] } },
    ],
    [
      'is declared with an unknown field',
      { types: { EIP712Domain: [{ name: 'n', type: 'string' }], Thing: [] } },
    ],
    [
      'is declared in another order',
      {
        types: {
          EIP712Domain: [
            { name: 'chainId', type: 'uint256' },
            { name: 'name', type: 'string' },
          ],
          Thing: [],
        },
        domain: { name: 'Test', chainId: 1 },
      },
    ],
    ['is what is to be signed', { primaryType: 'EIP712Domain' }],
  ])('is refused where it %s', (_what, changes) => {
    expect(refused(base)).toBeUndefined()
    expect(refused({ ...base, ...changes })).toMatch(/^typedData\./)
  })
})

describe('hostile typed data', () => {
  it.each([
    undefined,
    null,
    'x',
    [],
    {},
    { types: 1, primaryType: 'A', domain: {}, message: {} },
    { types: {}, primaryType: 1, domain: {}, message: {} },
    { types: {}, primaryType: 'A', domain: [], message: {} },
    { types: {}, primaryType: 'A', domain: {}, message: 'x' },
  ])('%j is refused', (value) => {
    expect(refused(value)).toBeDefined()
  })

  it('is bounded', () => {
    expect(refused(typedData([{ name: 'x', type: 'string' }], { x: 'a'.repeat(70_000) }))).toBe('typedData')
    let deep: Json = 1
    for (let level = 0; level < 100; level++) deep = [deep]
    expect(refused(typedData([{ name: 'x', type: 'uint8' }], { x: deep }))).toBe('typedData')
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`T${n}`, []]))
    expect(refused(typedData([], {}, many))).toBe('typedData.types')
  })

  it('never gives anything but a hash or a refusal', () => {
    const type = fc.oneof(
      fc.constantFrom(
        'bool',
        'string',
        'bytes',
        'address',
        'uint8',
        'int256',
        'Thing',
        'Other',
        'Other[]',
        'uint',
      ),
      fc.string(),
    )
    const fields = fc.array(fc.record({ name: fc.constantFrom('a', 'b', '__proto__', 'c d'), type }))
    fc.assert(
      fc.property(fields, fields, fc.jsonValue(), (thing, other, message) => {
        refused(typedData(thing, message as JsonObject, { Other: other }))
      }),
      { numRuns: 300 },
    )
  })
})

/** A type, with its values as JSON. */
const atoms = fc.oneof(
  fc.tuple(fc.constant('bool'), fc.boolean()),
  fc.tuple(fc.constant('string'), fc.string({ unit: 'grapheme' })),
  fc.tuple(fc.constant('uint64'), fc.bigInt(0n, 2n ** 64n - 1n).map(String)),
  fc.tuple(fc.constant('int16'), fc.integer({ min: -32768, max: 32767 })),
  fc.tuple(
    fc.constant('bytes'),
    fc.uint8Array({ maxLength: 70 }).map((bytes) => `0x${encodeHex(bytes)}`),
  ),
  fc.tuple(
    fc.constant('bytes32'),
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${encodeHex(bytes)}`),
  ),
  fc.tuple(fc.constant('uint8[]'), fc.array(fc.integer({ min: 0, max: 255 }))),
)

describe('proper typed data', () => {
  it('hashes as ethers hashes it, and any change of a value changes the digest', () => {
    fc.assert(
      fc.property(fc.array(atoms, { minLength: 1, maxLength: 6 }), (values) => {
        const fields = values.map(([type], index) => ({ name: `f${index}`, type }))
        const message = Object.fromEntries(values.map(([, value], index) => [`f${index}`, value]))
        const { hash } = checkTypedData(typedData(fields, message), 'typedData', refuseRequest)
        expect(`0x${encodeHex(hash.digest)}`).toBe(
          TypedDataEncoder.hash({ name: 'Test' }, { Thing: fields }, message),
        )
        const other = { ...typedData(fields, message), domain: { name: 'Test ' } }
        expect(checkTypedData(other, 'typedData', refuseRequest).hash.digest).not.toEqual(hash.digest)
      }),
      { numRuns: 100 },
    )
  })
})
