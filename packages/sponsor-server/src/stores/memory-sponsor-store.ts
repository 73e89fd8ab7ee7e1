import { UportError } from '@uport-kit/core'
import type {} from '../errors.ts'
import type { SponsorChange, SponsorStore } from './sponsor-store.ts'

/**
 * Keeps everything in this process's memory, for tests and development networks: after a restart the sponsor knows neither
 * what it has sent nor what it has spent.
 */
export function memorySponsorStore(): SponsorStore {
  const map = new Map<string, string>()
  let isClosed = false
  const begin = (): void => {
    if (isClosed)
      throw new UportError('SPONSOR_STORE_FAILED', 'The sponsor store was closed.', {
        data: { reason: 'closed' },
      })
  }
  return Object.freeze<SponsorStore>({
    async get(key) {
      begin()
      return map.get(key)
    },
    async *entries(prefix) {
      begin()
      const keys = [...map.keys()].filter((key) => key.startsWith(prefix)).sort()
      for (const key of keys) {
        const value = map.get(key)
        if (value !== undefined) yield [key, value] as const
      }
    },
    async write(changes: readonly SponsorChange[]) {
      begin()
      for (const { key, value } of changes) {
        if (value === undefined) map.delete(key)
        else map.set(key, value)
      }
    },
    async close() {
      isClosed = true
    },
  })
}
