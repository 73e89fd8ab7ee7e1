import {
  ManualClock,
  memoryRequestStore,
  type PendingRequest,
  type RequestStore,
  UportError,
} from '@uport-kit/core'
import { describe } from 'vitest'
import { type RequestStoreSubject, requestStoreCases } from '../index.ts'
import { expectFailures, expectSound, turn } from './expect-failures.ts'

const START = 1_700_000_000

/** A sound store with parts of it replaced. */
function subject(
  replace: (store: RequestStore, clock: ManualClock) => Partial<RequestStore> = () => ({}),
): RequestStoreSubject {
  const clock = new ManualClock(START)
  const sound = memoryRequestStore({ clock })
  return {
    store: { ...sound, ...replace(sound, clock) },
    now: () => clock.now(),
    advance: (seconds) => clock.advance(seconds),
  }
}

const inUse = () => new UportError('REQUEST_ID_IN_USE', 'in use')

/** A store of a table, without any of the care that the cases are about. */
function careless() {
  const records = new Map<string, PendingRequest>()
  const spent = new Map<string, string>()
  const store = {
    put: async (record, { signal } = {}) => {
      signal?.throwIfAborted()
      if (records.has(record.id)) throw inUse()
      records.set(record.id, structuredClone(record))
    },
    get: async (id, { signal } = {}) => {
      signal?.throwIfAborted()
      return structuredClone(records.get(id))
    },
    consume: async (id, replyHash, { signal } = {}) => {
      signal?.throwIfAborted()
      const winner = spent.get(id)
      if (!records.has(id)) return 'unknown'
      if (winner === undefined) spent.set(id, replyHash)
      return winner === undefined ? 'won' : winner === replyHash ? 'same' : 'lost'
    },
  } satisfies RequestStore
  return { records, spent, store }
}

describe('requestStoreCases', () => {
  expectSound(requestStoreCases, () => subject())
  expectSound(requestStoreCases, () => ({ ...subject(), advance: undefined }), ['RQ-09', 'RQ-10'])
  expectFailures(requestStoreCases, [
    {
      flaw: 'drops the application’s state',
      makeSubject: () =>
        subject((sound) => ({ put: ({ appState: _, ...record }, options) => sound.put(record, options) })),
      fails: ['RQ-01', 'RQ-08', 'RQ-12'],
    },
    {
      flaw: 'answers for requests it never had',
      makeSubject: () =>
        subject((sound) => ({
          consume: async (...call) => {
            const result = await sound.consume(...call)
            return result === 'unknown' ? 'lost' : result
          },
        })),
      fails: ['RQ-02', 'RQ-10', 'RQ-11'],
    },
    {
      flaw: 'overwrites',
      makeSubject: () =>
        subject(() => {
          const { records, store } = careless()
          return {
            ...store,
            put: async (record, options) => {
              records.delete(record.id)
              await store.put(record, options)
            },
          }
        }),
      fails: ['RQ-03', 'RQ-07', 'RQ-08', 'RQ-10'],
    },
    {
      flaw: 'looks first and stores later',
      makeSubject: () =>
        subject((sound) => {
          const reserved = new Set<string>()
          return {
            put: async (record, options) => {
              options?.signal?.throwIfAborted()
              if ((await sound.get(record.id)) !== undefined) throw inUse()
              reserved.add(record.id)
              await turn()
              await sound.put(record, options).catch(() => undefined)
            },
          }
        }),
      fails: ['RQ-07'],
    },
    {
      flaw: 'does not remember which reply won',
      makeSubject: () =>
        subject((sound) => ({
          consume: async (...call) => {
            const result = await sound.consume(...call)
            return result === 'same' ? 'lost' : result
          },
        })),
      fails: ['RQ-04', 'RQ-06'],
    },
    {
      flaw: 'looks first and spends later',
      makeSubject: () =>
        subject((sound) => {
          const spent = new Map<string, string>()
          return {
            consume: async (id, replyHash, options) => {
              options?.signal?.throwIfAborted()
              if ((await sound.get(id)) === undefined) return 'unknown'
              const winner = spent.get(id)
              await turn()
              spent.set(id, winner ?? replyHash)
              return winner === undefined ? 'won' : winner === replyHash ? 'same' : 'lost'
            },
          }
        }),
      fails: ['RQ-05', 'RQ-06'],
    },
    {
      flaw: 'deletes what is spent',
      makeSubject: () =>
        subject(() => {
          const { records, store } = careless()
          const consume: RequestStore['consume'] = async (id, replyHash, options) => {
            const result = await store.consume(id, replyHash, options)
            records.delete(id)
            return result
          }
          return { ...store, consume }
        }),
      fails: ['RQ-04', 'RQ-08', 'RQ-09', 'RQ-10'],
    },
    {
      flaw: 'forgets at the expiry',
      makeSubject: () =>
        subject((sound, clock) => {
          const live = async (id: string) => ((await sound.get(id))?.expiresAt ?? 0) > clock.now()
          return {
            get: async (id, options) => {
              const record = await sound.get(id, options)
              return (await live(id)) ? record : undefined
            },
            consume: async (id, replyHash, options) => {
              options?.signal?.throwIfAborted()
              return (await live(id)) ? await sound.consume(id, replyHash, options) : 'unknown'
            },
          }
        }),
      fails: ['RQ-09'],
    },
    { flaw: 'never forgets', makeSubject: () => subject(() => careless().store), fails: ['RQ-10'] },
    {
      flaw: 'keeps its records in a plain object',
      makeSubject: () =>
        subject((sound) => ({
          get: async (id, options) => (await sound.get(id, options)) ?? Reflect.get({}, id),
        })),
      fails: ['RQ-11'],
    },
    {
      flaw: 'hands out its own records',
      makeSubject: () =>
        subject((sound) => {
          const own = new Map<string, PendingRequest>()
          return {
            get: async (id, options) => {
              const record = await sound.get(id, options)
              if (record !== undefined && !own.has(id)) own.set(id, structuredClone(record))
              return record === undefined ? undefined : own.get(id)
            },
          }
        }),
      fails: ['RQ-12'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () => subject((sound) => ({ consume: (id, replyHash) => sound.consume(id, replyHash) })),
      fails: ['RQ-13'],
    },
  ])
})
