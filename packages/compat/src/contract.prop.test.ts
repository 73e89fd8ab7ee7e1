import { parseTransactionRequest } from '@uport-kit/core/ethereum'
import { Interface } from 'ethers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createContractFactory, type EncodeCall, type TransactionParams } from './index.ts'
import { transactionPayload } from './transaction-payload.ts'

const ADDRESS = `0x${'12'.repeat(20)}`
const encode: EncodeCall = (entry, args) => new Interface([entry]).encodeFunctionData(entry.name, args)

const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => `0x${Buffer.from(array).toString('hex')}`)

const hostile = fc.stringMatching(/^[a-z"',()\\ 0-9]{0,12}$/)
const argument = fc.oneof(
  fc.record({ type: fc.constant('string'), value: fc.oneof(hostile, fc.string({ unit: 'grapheme' })) }),
  fc.record({ type: fc.constant('bool'), value: fc.boolean() }),
  fc.record({ type: fc.constant('address'), value: hex(20) }),
  fc.record({ type: fc.constant('bytes32'), value: hex(32) }),
  fc.record({ type: fc.constant('bytes'), value: fc.integer({ min: 0, max: 40 }).chain(hex) }),
  fc.record({
    type: fc.constant('uint256'),
    value: fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
      fc.nat(),
      fc.nat().map(String),
      fc.nat().map((value) => `00${value}`),
    ),
  }),
  fc.record({ type: fc.constant('int64'), value: fc.integer() }),
  fc.record({ type: fc.constant('uint8[]'), value: fc.array(fc.nat(255), { maxLength: 3 }) }),
)

it('whatever the arguments, wallets that check read the call that was made', async () => {
  let described = 0
  const run = async (args: readonly { readonly type: string; readonly value: unknown }[]) => {
    const abi = [{ type: 'function', name: 'call', inputs: args.map(({ type }) => ({ type })) }]
    const sent: TransactionParams[] = []
    const send = async (transaction: TransactionParams) => {
      sent.push(transaction)
      return ''
    }
    const values = args.map(({ value }) => value)
    await createContractFactory(abi, { encode, send })
      .at(ADDRESS)
      ['call']?.(...values)
    const [transaction = {}] = sent
    if (transaction.fn !== undefined) described++
    const payload = JSON.parse(JSON.stringify(transactionPayload(transaction, { networkId: '0x1' })))
    const read = parseTransactionRequest(payload)
    expect(read.data).toBe(new Interface(abi).encodeFunctionData('call', values))
    expect(read.call?.data ?? read.data).toBe(read.data)
  }
  await fc.assert(fc.asyncProperty(fc.array(argument, { maxLength: 4 }), run), { numRuns: 300 })
  expect(described).toBeGreaterThan(50)
})
