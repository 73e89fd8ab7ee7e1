import { Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { parseMetaTransaction } from './meta-transaction-wire.ts'
import { parseSignedTransaction } from './signed-transaction.ts'

/** Seconds of this process's own work. */
function cost(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** A list that repeats an item up to so many bytes. */
function list(item: string, bytes: number): string {
  const body = item.repeat(bytes / (item.length / 2))
  return `fa${(body.length / 2).toString(16).padStart(6, '0')}${body}`
}

async function withAccessList(addresses: number, keys: number): Promise<string> {
  const wallet = new Wallet(`0x${'11'.repeat(32)}`)
  const word = (value: number): string => value.toString(16).padStart(64, '0')
  const accessList = Array.from({ length: addresses }, (_, index) => ({
    address: `0x${word(index).slice(24)}`,
    storageKeys: Array.from({ length: keys }, (_, key) => `0x${word(key)}`),
  }))
  const fees = { gasLimit: 21_000, maxFeePerGas: 1, maxPriorityFeePerGas: 1 }
  return wallet.signTransaction({ type: 2, chainId: 1, nonce: 0, to: wallet.address, ...fees, accessList })
}

describe('hostile RLP', () => {
  it.each(['80', 'c0', '00', 'c180'])(
    'costs little as a meta-transaction, however many times it says %s',
    (item) => {
      const hex = list(item, 66_000)
      const seconds = cost(() => {
        try {
          parseMetaTransaction(hex)
          expect.unreachable()
        } catch (error) {
          expect(isUportError(error, 'META_TRANSACTION_INVALID')).toBe(true)
        }
      })
      expect(seconds).toBeLessThan(1)
    },
  )

  it('costs little as a transaction with a long access list, which is refused', async () => {
    expect(parseSignedTransaction(await withAccessList(128, 1))).toMatchObject({ chainId: 1n })
    expect(parseSignedTransaction(await withAccessList(1, 255))).toBeDefined()
    for (const [addresses, keys] of [
      [1, 256],
      [257, 0],
    ] as const) {
      const serialized = await withAccessList(addresses, keys)
      expect(cost(() => expect(parseSignedTransaction(serialized)).toBe(undefined))).toBeLessThan(0.5)
    }
    for (const odd of [
      '0x01',
      '0x02',
      '0x02c0',
      '0x0180',
      `0x02${list('c0', 60_000)}`,
      `0x01${list('80', 60_000)}`,
    ]) {
      expect(parseSignedTransaction(odd)).toBe(undefined)
    }
  })
})
