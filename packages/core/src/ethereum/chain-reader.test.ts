import { describe, expect, it } from 'vitest'
import { rejection } from '../../test-support/exchange-world.ts'
import { ManualClock } from '../clock/manual-clock.ts'
import { isUportError } from '../errors/uport-error.ts'
import { ChainReader, type ChainTransaction, nodeErrorOf } from './chain-reader.ts'
import { confirmTransaction } from './confirm-transaction.ts'
import type { EthereumRpc } from './json-rpc.ts'
import { isRevert, revertReason } from './revert-reason.ts'

const HASH = `0x${'ab'.repeat(32)}`
const ADDRESS = `0x${'11'.repeat(20)}`
const TRANSACTION = {
  hash: HASH,
  from: ADDRESS,
  to: ADDRESS,
  value: '0x1',
  input: '0x',
  nonce: '0x0',
  blockHash: null,
}
const LOG = { address: ADDRESS, topics: [HASH], data: '0x' }
const RECEIPT = {
  transactionHash: HASH,
  blockHash: HASH,
  blockNumber: '0x2',
  status: '0x1',
  gasUsed: '0x5208',
  logs: [LOG],
}

/** A node that answers by method; an Error or a function stands for itself. */
function node(answers: Readonly<Record<string, unknown>>): ChainReader {
  const rpc: EthereumRpc = {
    async request({ method }) {
      const answer: unknown = answers[method]
      const value: unknown = typeof answer === 'function' ? answer() : answer
      if (value instanceof Error) throw value
      return value
    },
  }
  return new ChainReader(rpc, 'test')
}

const isNonsense = async (promise: Promise<unknown>) => {
  const error = await rejection(promise)
  return isUportError(error, 'RPC_FAILED') && error.data.reason === 'not an answer to the question'
}
const nodeError = (code: number, message = 'no', data?: unknown) =>
  Object.assign(new Error(message), { code, data })

describe('what a node answers', () => {
  it('is read', async () => {
    const chain = node({ eth_getTransactionByHash: TRANSACTION, eth_getTransactionReceipt: RECEIPT })
    expect(await chain.transaction(HASH, {})).toMatchObject({
      from: ADDRESS,
      value: 1n,
      blockHash: undefined,
    })
    expect(await chain.receipt(HASH, {})).toMatchObject({ succeeded: true, blockNumber: 2n, logs: [LOG] })
    const creation = node({
      eth_getTransactionByHash: { ...TRANSACTION, to: null, chainId: '0x1', blockHash: HASH },
    })
    expect(await creation.transaction(HASH, {})).toMatchObject({
      to: undefined,
      chainId: 1n,
      blockHash: HASH,
    })
    const none = node({
      eth_getTransactionByHash: null,
      eth_getTransactionReceipt: null,
      eth_getBlockByHash: null,
    })
    expect(await none.transaction(HASH, {})).toBeUndefined()
    expect(await none.receipt(HASH, {})).toBeUndefined()
    expect(await none.blockTime(HASH, {})).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['another hash', { ...TRANSACTION, hash: `0x${'cd'.repeat(32)}` }],
    ['no sender', { ...TRANSACTION, from: null }],
    ['a recipient that is none', { ...TRANSACTION, to: '0x1' }],
    ['data that is none', { ...TRANSACTION, input: '0xabc' }],
    ['a decimal value', { ...TRANSACTION, value: '1' }],
    ['a numeric nonce', { ...TRANSACTION, nonce: 0 }],
    ['a chain that is none', { ...TRANSACTION, chainId: 'mainnet' }],
  ])('is no transaction with %s', async (_what, answer) => {
    expect(await isNonsense(node({ eth_getTransactionByHash: answer }).transaction(HASH, {}))).toBe(true)
  })

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['another hash', { ...RECEIPT, transactionHash: 5 }],
    ['no block', { ...RECEIPT, blockHash: null }],
    ['no status', { ...RECEIPT, status: undefined }],
    ['no logs', { ...RECEIPT, logs: {} }],
    ['too many logs', { ...RECEIPT, logs: Array.from({ length: 2000 }, () => LOG) }],
    ['a log that is none', { ...RECEIPT, logs: [null] }],
    ['a log of nobody', { ...RECEIPT, logs: [{ ...LOG, address: 'x' }] }],
    ['a topic that is none', { ...RECEIPT, logs: [{ ...LOG, topics: ['0x'] }] }],
    ['five topics', { ...RECEIPT, logs: [{ ...LOG, topics: [HASH, HASH, HASH, HASH, HASH] }] }],
  ])('is no receipt with %s', async (_what, answer) => {
    expect(await isNonsense(node({ eth_getTransactionReceipt: answer }).receipt(HASH, {}))).toBe(true)
  })

  it('prices gas by EIP-1559 where the chain knows it', async () => {
    const block = { baseFeePerGas: '0x64' }
    const full = node({ eth_getBlockByNumber: block, eth_maxPriorityFeePerGas: '0x5' })
    expect(await full.fees({})).toEqual({ type: 2, maxFeePerGas: 205n, maxPriorityFeePerGas: 5n })
    const tipless = node({ eth_getBlockByNumber: block, eth_maxPriorityFeePerGas: nodeError(-32601) })
    expect(await tipless.fees({})).toMatchObject({ maxPriorityFeePerGas: 1_000_000_000n })
    const broken = node({ eth_getBlockByNumber: block, eth_maxPriorityFeePerGas: new Error('down') })
    expect(await rejection(broken.fees({}))).toMatchObject({ code: 'RPC_FAILED', retryable: true })
    expect(await node({ eth_getBlockByNumber: {}, eth_gasPrice: '0x7' }).fees({})).toEqual({
      type: 0,
      gasPrice: 7n,
    })
  })

  it('is a refusal of its own, or a failure on the way', async () => {
    const refused = await rejection(node({ eth_blockNumber: nodeError(-32005, 'slow down') }).blockNumber({}))
    expect(nodeErrorOf(refused)).toMatchObject({ code: -32005, message: 'slow down' })
    const failed = await rejection(
      node({ eth_blockNumber: new DOMException('x', 'AbortError') }).blockNumber({}),
    )
    expect(nodeErrorOf(failed)).toBeUndefined()
    expect(nodeErrorOf(new Error('x'))).toBeUndefined()
  })
})

describe('the reason of a revert', () => {
  const hex = '0xdeadbeef'
  it.each<[unknown, string | undefined]>([
    [hex, 'custom error 0xdeadbeef'],
    [{ data: hex }, 'custom error 0xdeadbeef'],
    [{ originalError: { data: hex } }, 'custom error 0xdeadbeef'],
    [{ data: { data: { data: { data: hex } } } }, undefined],
    [`0x08c379a0${'ff'.repeat(40)}`, 'unreadable'],
    ['0x', undefined],
    ['Reverted', undefined],
    [`0x08c379a0${'00'.repeat(5000)}`, undefined],
    [undefined, undefined],
  ])('is found in %j', (data, reason) => {
    expect(revertReason({ code: 3, message: '', data })).toBe(reason)
  })

  it('is told from other refusals', () => {
    expect(isRevert({ code: 3, message: '', data: undefined })).toBe(true)
    expect(isRevert({ code: -32000, message: 'execution reverted', data: undefined })).toBe(true)
    for (const message of [
      'EVM error InvalidJump',
      'invalid opcode: INVALID',
      'EVM error OutOfGas',
      'out of gas',
    ])
      expect(isRevert({ code: -32603, message, data: undefined })).toBe(true)
    expect(isRevert({ code: -32000, message: 'nonce too low', data: undefined })).toBe(false)
  })
})

describe('waiting for a transaction', () => {
  const sent: ChainTransaction = {
    hash: HASH,
    from: ADDRESS,
    to: ADDRESS,
    value: 0n,
    data: '0x',
    nonce: 4n,
    chainId: 1n,
    blockHash: undefined,
  }

  /** Moves the clock on whenever somebody waits. */
  async function wait(answers: Readonly<Record<string, unknown>>, looks: number) {
    const clock = new ManualClock(0)
    const terms = { clock, pollSeconds: 1, timeout: 1000, confirmations: 1 }
    let ended = false
    const waiting = confirmTransaction(node(answers), sent, terms, {}).finally(() => {
      ended = true
    })
    waiting.catch(() => {})
    for (let look = 0; look < looks && !ended; look++) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(1)
    }
    return waiting
  }

  it('goes on while the endpoint fails', async () => {
    let asked = 0
    const answers = { eth_getTransactionReceipt: () => (++asked < 4 ? new Error('down') : RECEIPT) }
    expect((await wait(answers, 20)).blockNumber).toBe(2n)
    expect(asked).toBe(4)
  })

  it('takes a node that lags for no replacement', async () => {
    let asked = 0
    const answers = {
      eth_getTransactionReceipt: () => (++asked < 3 ? null : RECEIPT),
      eth_getTransactionCount: '0x5',
    }
    expect((await wait(answers, 20)).succeeded).toBe(true)
    const gone = { eth_getTransactionReceipt: null, eth_getTransactionCount: '0x5' }
    expect(await rejection(wait(gone, 20))).toMatchObject({ code: 'TRANSACTION_REPLACED' })
  })
})
