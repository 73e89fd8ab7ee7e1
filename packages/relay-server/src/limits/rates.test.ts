import { ManualClock, type RateStore } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import type { RelayEvent } from '../relay-log.ts'
import { createRates } from './rates.ts'

const BUCKET = { burst: 2, perSecond: 1, maxKeys: 10, prefix: 'topic ', clock: new ManualClock(0) }

describe('rates that relays count together', () => {
  it('are asked of the store, under a name of their own', async () => {
    const asked: unknown[] = []
    const store: RateStore = {
      take: async (key, bucket) => {
        asked.push([key, bucket])
        return 7
      },
    }
    expect(await createRates({ ...BUCKET, store, log: () => {} }).take('a')).toBe(7)
    expect(asked).toEqual([['topic a', { burst: 2, perSecond: 1 }]])
  })

  it('still bound each relay while the store fails, and the failure is logged without its text', async () => {
    const events: RelayEvent[] = []
    const store: RateStore = {
      take: async () => {
        throw new Error('redis://:secret@127.0.0.1')
      },
    }
    const rates = createRates({ ...BUCKET, store, log: (event) => events.push(event) })
    expect([await rates.take('a'), await rates.take('a'), await rates.take('a')]).toEqual([0, 0, 1])
    expect(events).toHaveLength(3)
    expect(JSON.stringify(events)).not.toContain('secret')
  })
})
