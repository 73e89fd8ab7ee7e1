import { Interface } from 'ethers'
import { describe, expect, it } from 'vitest'
import { type AbiEntry, createContractFactory, type EncodeCall, type TransactionParams } from './index.ts'

const ADDRESS = `0x${'12'.repeat(20)}`
const encode: EncodeCall = (entry, args) => new Interface([entry]).encodeFunctionData(entry.name, args)

const abi: readonly AbiEntry[] = [
  { type: 'function', name: 'set', inputs: [{ type: 'uint256' }] },
  { type: 'function', name: 'set', inputs: [{ type: 'uint256' }, { type: 'string' }] },
  { type: 'function', name: 'put', inputs: [{ type: 'uint256' }] },
  { type: 'function', name: 'put', inputs: [{ type: 'string' }] },
  {
    type: 'function',
    name: 'store',
    inputs: [{ type: 'tuple[]', components: [{ type: 'uint8', name: 'a' }] }],
  },
  { type: 'function', name: 'say', inputs: [{ type: 'string' }] },
  { type: 'function', name: 'raw', inputs: [{ type: 'bytes' }] },
  { type: 'function', name: 'view', inputs: [], stateMutability: 'view' },
  { type: 'constructor', inputs: [] },
]

interface Sent {
  readonly transaction: TransactionParams
  readonly options: unknown
}

function contract(encoder: EncodeCall | undefined = encode) {
  const sent: Sent[] = []
  const factory = createContractFactory(abi, {
    encode: encoder,
    async send(transaction, options) {
      sent.push({ transaction, options })
      return 'jwt'
    },
  })
  const at = factory.at(ADDRESS)
  return {
    sent,
    call: async (name: string, ...args: unknown[]) => at[name]?.(...args) ?? Promise.reject(new Error(name)),
  }
}

describe('contract calls', () => {
  it('carry calldata, and text beside it', async () => {
    const { call, sent } = contract()
    await call('say', 'hello')
    await call('raw', '0x0102')
    expect(sent.map(({ transaction }) => transaction)).toEqual([
      { to: ADDRESS, fn: 'say(string "hello")', data: encode(abi[5] as never, ['hello']) },
      { to: ADDRESS, fn: 'raw(bytes 0x0102)', data: encode(abi[6] as never, ['0x0102']) },
    ])
  })

  it.each(['a"b', 'a, uint256 5', 'a)', "it's", 'line\nbreak', 'back\\slash', 'right\u202eleft'])(
    'never write an argument as text that reads as something else: %j',
    async (text) => {
      const { call, sent } = contract()
      await call('say', text)
      expect(sent[0]?.transaction.fn).toBeUndefined()
      expect(
        new Interface([abi[5] ?? {}]).decodeFunctionData('say', sent[0]?.transaction.data ?? '')[0],
      ).toBe(text)
      const textOnly = createContractFactory(abi, { encode: undefined, send: async () => 'jwt' }).at(ADDRESS)
      await expect(textOnly['say']?.(text)).rejects.toThrow('misread')
    },
  )

  it('take a transaction object and options after the arguments, and only there', async () => {
    const { call, sent } = contract()
    await call('say', 'x', { value: 5n }, { label: 'L' })
    await call('say', 'x', { label: 'L' })
    await call('say', 'x', {})
    await call('say', 'x', { value: 1, to: 'elsewhere', data: '0x00' })
    expect(sent.map(({ options }) => options)).toEqual([{ label: 'L' }, { label: 'L' }, undefined, undefined])
    expect(sent.map(({ transaction: { value, to } }) => [value, to])).toEqual([
      [5n, ADDRESS],
      [undefined, ADDRESS],
      [undefined, ADDRESS],
      [1, ADDRESS],
    ])
    expect(sent[3]?.transaction.data).toBe(encode(abi[5] as never, ['x']))
  })

  it('are refused with too few, too many or wrong arguments', async () => {
    const { call } = contract()
    await expect(call('say')).rejects.toThrow('takes 1 arguments')
    await expect(call('say', 'x', {}, {}, {})).rejects.toThrow('too many')
    await expect(call('say', 'x', 'y')).rejects.toThrow('options must be an object')
    await expect(call('view')).rejects.toThrow('view')
  })

  it('find the overload by its arguments, or by its signature', async () => {
    const { call, sent } = contract()
    await call('set', 1)
    await call('set', 1, 'x')
    await call('set', 1, { label: 'L' })
    await call('put(string)', 'x')
    expect(sent.map(({ transaction }) => transaction.fn)).toEqual([
      'set(uint256 1)',
      'set(uint256 1, string "x")',
      'set(uint256 1)',
      'put(string "x")',
    ])
    expect(() =>
      createContractFactory(abi, { encode, send: async () => '' })
        .at(ADDRESS)
        ['put']?.('x'),
    ).toThrow('put(uint256), put(string)')
    await call('store', [{ a: 1 }])
    expect(sent[4]?.transaction.fn).toBeUndefined()
  })
})
