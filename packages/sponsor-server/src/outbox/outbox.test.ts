import { ManualClock } from '@uport-kit/core'
import { ChainReader, type EthereumRpc } from '@uport-kit/core/ethereum'
import { beforeEach, describe, expect, it } from 'vitest'
import { NOBODY, type Party, party } from '../../test-support/sponsor-world.ts'
import { createSponsorBudgets } from '../sponsor-budgets.ts'
import { createSponsorLimits } from '../sponsor-limits.ts'
import type { SponsorEvent } from '../sponsor-log.ts'
import { memorySponsorStore } from '../stores/memory-sponsor-store.ts'
import type { SponsorStore } from '../stores/sponsor-store.ts'
import type { BudgetScope } from './budget-book.ts'
import { Outbox } from './outbox.ts'
import type { Payment } from './outbox-entry.ts'
import { OutboxKeeper } from './outbox-keeper.ts'

const START = 1_700_000_000
const ETHER = 10n ** 18n
const HASH = `0x${'ab'.repeat(32)}`
const SCOPE: BudgetScope = { key: 'day/1', name: 'day', limit: ETHER, endsAt: START + 1000 }

/** A node that mines when it is told. */
class Node implements EthereumRpc {
  readonly sent: string[] = []
  mined = 0
  baseFee = 100n
  balance = ETHER
  refuses: string | undefined
  readonly receipts = new Map<string, object>()

  async request({ method, params = [] }: { method: string; params?: readonly unknown[] | undefined }) {
    switch (method) {
      case 'eth_getTransactionCount':
        return `0x${this.mined.toString(16)}`
      case 'eth_getBalance':
        return `0x${this.balance.toString(16)}`
      case 'eth_getBlockByNumber':
        return { baseFeePerGas: `0x${this.baseFee.toString(16)}` }
      case 'eth_maxPriorityFeePerGas':
        return '0x64'
      case 'eth_blockNumber':
        return '0xa'
      case 'eth_getTransactionReceipt':
        return this.receipts.get(String(params[0])) ?? null
      case 'eth_getTransactionByHash':
        return null
      case 'eth_sendRawTransaction':
        if (this.refuses !== undefined) throw Object.assign(new Error(this.refuses), { code: -32000 })
        this.sent.push(String(params[0]))
        return HASH
      default:
        throw Object.assign(new Error(method), { code: -32601 })
    }
  }

  include(hash: string, block = 10): void {
    this.mined += 1
    this.receipts.set(hash, {
      transactionHash: hash,
      status: '0x1',
      blockNumber: `0x${block.toString(16)}`,
      blockHash: HASH,
      gasUsed: '0x5208',
      effectiveGasPrice: '0x64',
      contractAddress: null,
      logs: [],
    })
  }
}

let payer: Party
let node: Node
let clock: ManualClock
let events: SponsorEvent[]
let store: SponsorStore

beforeEach(async () => {
  payer = await party('outbox payer')
  node = new Node()
  clock = new ManualClock(START)
  events = []
  store = memorySponsorStore()
})

async function open(changes: Parameters<typeof createSponsorLimits>[0] = {}) {
  const outbox = new Outbox({
    chain: new ChainReader(node),
    chainId: 1n,
    keys: payer.keys,
    keyId: payer.keyId,
    address: payer.address,
    store,
    clock,
    limits: createSponsorLimits(changes),
    budgets: createSponsorBudgets({ perGas: 10_000n }),
    log: (event) => events.push(event),
  })
  await outbox.open()
  return { outbox, keeper: new OutboxKeeper(outbox, () => ({})) }
}

function payment(id: string, more: Partial<Payment> = {}): Payment {
  return { id, kind: 'meta', sender: NOBODY, to: NOBODY, data: '0x', value: 0n, gasLimit: 21_000n, ...more }
}

const names = () => events.map(({ event }) => event)

/** Lets the keeper do its round: alarms ring, then every promise that follows from them. */
async function pass(seconds: number): Promise<void> {
  clock.advance(seconds)
  for (let turn = 0; turn < 200; turn++) await Promise.resolve()
}

describe('an outbox', () => {
  it('gives every payment one nonce and one transaction', async () => {
    const { outbox } = await open()
    const [one, same, two] = await Promise.all(
      ['a', 'a', 'b'].map((id) => outbox.submit(payment(id), [SCOPE], {})),
    )
    expect([one?.repeated, same?.repeated, two?.repeated]).toEqual([false, true, false])
    expect(outbox.pending.map(({ nonce }) => nonce)).toEqual([0, 1])
    expect(node.sent).toHaveLength(2)
  })

  it('reserves the most that a payment can cost, and keeps what it did', async () => {
    const { outbox, keeper } = await open()
    const { entry } = await outbox.submit(payment('a', { value: 7n }), [SCOPE], {})
    expect(entry.ceiling).toBeGreaterThan(300n)
    expect(outbox.book.used(SCOPE.key)).toBe(entry.ceiling * 21_000n + 7n)
    node.include(entry.hash)
    await pass(2)
    expect(outbox.book.used(SCOPE.key)).toBe(100n * 21_000n + 7n)
    expect((await outbox.find('a'))?.state).toBe('succeeded')
    const reopened = await open()
    expect(reopened.outbox.book.used(SCOPE.key)).toBe(100n * 21_000n + 7n)
    await keeper.stop()
  })

  it('never promises more than the account holds, nor more than it may have waiting', async () => {
    node.balance = 30_000_000n
    const { outbox } = await open({ maxPending: 2 })
    const first = await outbox.submit(payment('a'), [SCOPE], {})
    expect(first.entry.reserved).toBeGreaterThan(10_000_000n)
    const refused = outbox.submit(payment('b', { value: 25_000_000n }), [SCOPE], {})
    await expect(refused).rejects.toMatchObject({ code: 'SPONSOR_BALANCE_LOW' })
    node.balance = ETHER
    await outbox.submit(payment('b'), [SCOPE], {})
    await expect(outbox.submit(payment('c'), [SCOPE], {})).rejects.toMatchObject({ code: 'BUSY' })
    expect(outbox.pending).toHaveLength(2)
  })

  it('offers again after a restart what was stored, byte for byte', async () => {
    const { outbox } = await open()
    node.refuses = 'the pool is full'
    await outbox.submit(payment('a'), [SCOPE], {})
    await outbox.submit(payment('b'), [SCOPE], {})
    expect(node.sent).toEqual([])
    node.refuses = undefined
    const { outbox: second, keeper } = await open()
    await keeper.start()
    expect(node.sent).toEqual(second.pending.map(({ attempts }) => attempts[0]?.raw))
    expect(node.sent).toHaveLength(2)
    expect((await second.submit(payment('c'), [SCOPE], {})).entry.nonce).toBe(2)
    await keeper.stop()
  })

  it('offers what waits again now and then', async () => {
    const { outbox, keeper } = await open({ resendSeconds: 10, stuckSeconds: 1000 })
    await outbox.submit(payment('a'), [SCOPE], {})
    for (let round = 0; round < 8; round++) await pass(2)
    expect(node.sent.length).toBeGreaterThan(1)
    expect(new Set(node.sent).size).toBe(1)
    await keeper.stop()
  })

  it('replaces what holds up the others, within what was reserved, and no more often than it may', async () => {
    const { outbox, keeper } = await open({ stuckSeconds: 10, maxReplacements: 2, resendSeconds: 10_000 })
    const { entry } = await outbox.submit(payment('a'), [SCOPE], {})
    await outbox.submit(payment('b'), [SCOPE], {})
    for (let round = 0; round < 40; round++) await pass(2)
    const [head, next] = outbox.pending
    expect(head?.attempts.map(({ fees }) => fees.type)).toEqual([2, 2, 2])
    expect(next?.attempts).toHaveLength(1)
    for (const { fees } of head?.attempts ?? [])
      expect(fees.type === 2 && fees.maxFeePerGas <= entry.ceiling).toBe(true)
    expect(new Set(head?.attempts.map(({ hash }) => hash)).size).toBe(3)
    expect(names()).toContain('stuck')
    // The first form is included after all.
    node.include(entry.hash)
    for (let round = 0; round < 3; round++) await pass(2)
    expect((await outbox.find('a'))?.hash).toBe(entry.hash)
    await keeper.stop()
  })

  it('pays what the network asks when that has risen', async () => {
    const { outbox, keeper } = await open({ stuckSeconds: 10 })
    await outbox.submit(payment('a'), [SCOPE], {})
    node.baseFee = 200n
    for (let round = 0; round < 8; round++) await pass(2)
    const fees = outbox.pending[0]?.attempts[1]?.fees
    expect(fees).toMatchObject({ type: 2, maxFeePerGas: 500n })
    await keeper.stop()
  })

  it('gives up what somebody else took the nonce of, and only that may be sent anew', async () => {
    const { outbox, keeper } = await open()
    await outbox.submit(payment('a'), [SCOPE], {})
    node.mined = 1
    for (let round = 0; round < 5; round++) await pass(2)
    expect((await outbox.find('a'))?.state).toBe('lost')
    expect(outbox.book.used(SCOPE.key)).toBe(0n)
    expect(names()).toContain('lost')
    const { entry, repeated } = await outbox.submit(payment('a'), [SCOPE], {})
    expect([entry.nonce, repeated]).toEqual([1, false])
    await keeper.stop()
  })

  it('waits for as many blocks as it is told', async () => {
    const { outbox, keeper } = await open({ confirmations: 3 })
    const { entry } = await outbox.submit(payment('a'), [SCOPE], {})
    node.include(entry.hash, 9)
    await pass(2)
    expect((await outbox.find('a'))?.state).toBe('pending')
    node.mined = 0
    node.include(entry.hash, 8)
    await pass(2)
    expect((await outbox.find('a'))?.state).toBe('succeeded')
    await keeper.stop()
  })

  it('ends a wait with the transaction, the time, or the one who waits', async () => {
    const { outbox, keeper } = await open()
    const { entry } = await outbox.submit(payment('a'), [SCOPE], {})
    const early = outbox.wait(entry, 1, {})
    const leaving = new AbortController()
    const left = outbox.wait(entry, 100, { signal: leaving.signal })
    const whole = outbox.wait(entry, 100, {})
    await pass(1)
    leaving.abort()
    node.include(entry.hash)
    await pass(2)
    expect([(await early).state, (await left).state, (await whole).state]).toEqual([
      'pending',
      'pending',
      'succeeded',
    ])
    expect((await outbox.wait(entry, 100, {})).state).toBe('succeeded')
    await keeper.stop()
    expect(clock.pending).toBe(0)
  })

  it('forgets what ended long ago, but neither identities nor the last nonce', async () => {
    const { outbox, keeper } = await open({ keepSeconds: 100 })
    for (const id of ['a', 'b', 'c']) {
      const kind = id === 'b' ? 'identity' : 'meta'
      const { entry } = await outbox.submit(payment(id, { kind }), [SCOPE], {})
      node.include(entry.hash)
    }
    await pass(2)
    expect(outbox.pending).toEqual([])
    await pass(2_000)
    await outbox.sweep()
    expect(await outbox.find('a')).toBeUndefined()
    expect((await outbox.find('b'))?.nonce).toBe(1)
    expect((await outbox.find('c'))?.nonce).toBe(2)
    expect(outbox.book.used(SCOPE.key)).toBe(0n)
    node.mined = 0
    const { outbox: second } = await open()
    expect((await second.submit(payment('d'), [SCOPE], {})).entry.nonce).toBe(3)
    await keeper.stop()
  })
})
