import { describe, expect, it } from 'vitest'
import { createDelivery } from './shown-delivery.ts'

describe('the delivery of a request that is shown', () => {
  it('stops showing it once, whoever closes it and however often', async () => {
    let closes = 0
    const delivery = createDelivery({
      close: () => {
        closes++
      },
    })
    expect(closes).toBe(0)
    await Promise.all([delivery.close(), delivery.close(), delivery[Symbol.asyncDispose]()])
    expect([closes, Object.isFrozen(delivery)]).toEqual([1, true])
  })

  it('waits until it is no longer shown, and tells where that fails', async () => {
    const log: string[] = []
    const slow = createDelivery({
      close: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        log.push('gone')
      },
    })
    await slow.close()
    expect(log).toEqual(['gone'])
    const stuck = createDelivery({
      close: () => {
        throw new Error('stuck')
      },
    })
    await expect(stuck.close()).rejects.toThrow('stuck')
    await expect(stuck.close()).rejects.toThrow('stuck')
  })

  it('has ended where the person turned it away, or where it could not be shown after all', async () => {
    const cause = new Error('no printer')
    expect(await createDelivery({ dismissed: Promise.resolve(7) }).ended).toEqual({ reason: 'dismissed' })
    expect(await createDelivery({ dismissed: Promise.reject(cause) }).ended).toEqual({
      reason: 'unreachable',
      cause,
    })
  })

  it('may have nothing to close and no end of its own', async () => {
    const delivery = createDelivery()
    await delivery.close()
    const pending = Symbol('pending')
    expect(await Promise.race([delivery.ended, Promise.resolve(pending)])).toBe(pending)
  })
})
