import { ManualClock, type TopicStore } from '@uport-kit/core'
import { memoryTopicStore } from '@uport-kit/relay-server'
import { describe } from 'vitest'
import { type TopicStoreSubject, topicStoreCases } from '../index.ts'
import { expectFailures, expectSound, turn } from './expect-failures.ts'

const START = 1_700_000_000

/** A sound store with parts of it replaced. */
function subject(
  replace: (store: TopicStore) => Partial<TopicStore> = () => ({}),
  storeClock?: ManualClock,
): TopicStoreSubject {
  const clock = new ManualClock(START)
  const store = memoryTopicStore({ clock: storeClock ?? clock })
  const sound: TopicStore = {
    open: (...call) => store.open(...call),
    append: (...call) => store.append(...call),
    read: (...call) => store.read(...call),
    remove: (...call) => store.remove(...call),
    trim: async (...call) => (await store.trim?.(...call)) ?? false,
    sweep: (...call) => store.sweep(...call),
    close: () => store.close(),
  }
  return {
    store: { ...sound, ...replace(sound) },
    now: () => clock.now(),
    advance: (seconds) => clock.advance(seconds),
  }
}

describe('topicStoreCases', () => {
  expectSound(topicStoreCases, () => subject())
  expectSound(topicStoreCases, () => ({ ...subject(), advance: undefined }), ['TS-12', 'TS-13', 'TS-14'])
  expectFailures(topicStoreCases, [
    {
      flaw: 'replaces a live topic',
      makeSubject: () =>
        subject((sound) => ({
          open: async (name, topic, options) => {
            options?.signal?.throwIfAborted()
            await sound.remove(name)
            return await sound.open(name, topic)
          },
        })),
      fails: ['TS-01'],
    },
    {
      flaw: 'sorts cursors as text',
      makeSubject: () =>
        subject((sound) => ({
          read: async (...call) => {
            const messages = await sound.read(...call)
            return messages?.toSorted((a, b) => (String(a.cursor) < String(b.cursor) ? -1 : 1))
          },
        })),
      fails: ['TS-02'],
    },
    {
      flaw: 'calls a duplicate stored',
      makeSubject: () =>
        subject((sound) => ({
          append: async (...call) => {
            const result = await sound.append(...call)
            return result.outcome === 'duplicate' ? { ...result, outcome: 'stored' } : result
          },
        })),
      fails: ['TS-03', 'TS-10', 'TS-16'],
    },
    {
      flaw: 'has no capacity',
      makeSubject: () =>
        subject((sound) => ({
          open: (name, topic, options) => sound.open(name, { ...topic, capacity: 1000 }, options),
        })),
      fails: ['TS-04', 'TS-09', 'TS-16'],
    },
    {
      flaw: 'makes a topic of what is written to it',
      makeSubject: () =>
        subject((sound) => ({
          append: async (name, body, options) => {
            options?.signal?.throwIfAborted()
            await sound.open(name, { expiresAt: START + 1_000_000, capacity: 8 })
            return await sound.append(name, body)
          },
        })),
      fails: ['TS-05', 'TS-12'],
    },
    {
      flaw: 'removes nothing',
      makeSubject: () =>
        subject((sound) => ({
          remove: async (name, options) => (await sound.read(name, 0, options)) !== undefined,
        })),
      fails: ['TS-06'],
    },
    {
      flaw: 'cleans names',
      makeSubject: () =>
        subject((sound) => {
          const clean = (name: string) => name.replace(/[^\w-]/g, '')
          return {
            open: (name, ...call) => sound.open(clean(name), ...call),
            append: (name, ...call) => sound.append(clean(name), ...call),
            read: (name, ...call) => sound.read(clean(name), ...call),
            remove: (name, ...call) => sound.remove(clean(name), ...call),
            trim: async (name, ...call) => (await sound.trim?.(clean(name), ...call)) ?? false,
          }
        }),
      fails: ['TS-07'],
    },
    {
      flaw: 'trims bodies',
      makeSubject: () =>
        subject((sound) => ({ append: (name, body, options) => sound.append(name, body.trim(), options) })),
      fails: ['TS-08'],
    },
    {
      flaw: 'counts first and stores later',
      makeSubject: () =>
        subject((sound) => {
          const capacities = new Map<string, number>()
          return {
            open: (name, topic, options) => {
              capacities.set(name, topic.capacity)
              return sound.open(name, { ...topic, capacity: 1000 }, options)
            },
            append: async (name, body, options) => {
              options?.signal?.throwIfAborted()
              const messages = await sound.read(name, 0)
              if (messages === undefined) return { outcome: 'unknown' }
              const known = messages.find((message) => message.body === body)
              if (known !== undefined) return { outcome: 'duplicate', cursor: known.cursor }
              if (messages.length >= (capacities.get(name) ?? 0)) return { outcome: 'full' }
              await turn()
              return await sound.append(name, body)
            },
          }
        }),
      fails: ['TS-09'],
    },
    {
      flaw: 'looks first and opens later',
      makeSubject: () =>
        subject((sound) => ({
          open: async (name, topic, options) => {
            options?.signal?.throwIfAborted()
            if ((await sound.read(name, 0)) !== undefined) return 'exists'
            await turn()
            await sound.open(name, topic)
            return 'opened'
          },
        })),
      fails: ['TS-11'],
    },
    {
      flaw: 'never lets a topic expire',
      makeSubject: () => subject(() => ({}), new ManualClock(START)),
      fails: ['TS-12', 'TS-13', 'TS-14'],
    },
    {
      flaw: 'sweeps nothing',
      makeSubject: () => subject(() => ({ sweep: async () => 0 })),
      fails: ['TS-14', 'TS-15'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () => subject((sound) => ({ remove: (name) => sound.remove(name) })),
      fails: ['TS-15'],
    },
    {
      flaw: 'trims nothing',
      makeSubject: () => subject(() => ({ trim: async () => true })),
      fails: ['TS-16'],
    },
    {
      flaw: 'leaves long messages out of a page',
      makeSubject: () =>
        subject((sound) => ({
          read: async (name, cursor, options) => {
            const messages = await sound.read(name, cursor, { signal: options?.signal })
            return messages?.filter(({ body }) => body.length <= (options?.maxBytes ?? Infinity))
          },
        })),
      fails: ['TS-17'],
    },
  ])
})
