import { type Json, memoryWalletStore, type WalletStore } from '@uport-kit/core'
import { describe } from 'vitest'
import { type WalletStoreSubject, walletStoreCases } from '../index.ts'
import { expectFailures, expectSound, turn } from './expect-failures.ts'

/** A sound store with parts of it replaced; reopened it is the same one, as after a restart. */
function subject(replace: (store: WalletStore) => Partial<WalletStore> = () => ({})): WalletStoreSubject {
  const sound = memoryWalletStore()
  const store = { ...sound, ...replace(sound) }
  return { store, reopen: () => store }
}

describe('walletStoreCases', () => {
  expectSound(walletStoreCases, () => subject())
  expectSound(walletStoreCases, () => ({ store: memoryWalletStore() }), ['WS-11'])
  expectFailures(walletStoreCases, [
    {
      flaw: 'takes what is falsy for nothing',
      makeSubject: () =>
        subject((sound) => ({ get: async (...call) => (await sound.get(...call)) || undefined })),
      fails: ['WS-01', 'WS-05'],
    },
    {
      flaw: 'answers null where there is nothing',
      makeSubject: () => subject((sound) => ({ get: async (...call) => (await sound.get(...call)) ?? null })),
      fails: ['WS-02', 'WS-06', 'WS-08', 'WS-10'],
    },
    {
      flaw: 'keeps the first record',
      makeSubject: () =>
        subject((sound) => ({
          put: async (...call) => {
            await sound.create(...call)
          },
        })),
      fails: ['WS-03'],
    },
    {
      flaw: 'creates over a record',
      makeSubject: () =>
        subject((sound) => ({
          create: async (...call) => {
            await sound.put(...call)
            return true
          },
        })),
      fails: ['WS-04', 'WS-05', 'WS-11'],
    },
    {
      flaw: 'looks first and writes later',
      makeSubject: () =>
        subject((sound) => ({
          create: async (collection, key, value, options) => {
            options?.signal?.throwIfAborted()
            if ((await sound.get(collection, key)) !== undefined) return false
            await turn()
            await sound.put(collection, key, value)
            return true
          },
        })),
      fails: ['WS-05'],
    },
    {
      flaw: 'says that it deleted whatever it was asked to',
      makeSubject: () =>
        subject((sound) => ({
          delete: async (...call) => {
            await sound.delete(...call)
            return true
          },
        })),
      fails: ['WS-02', 'WS-06'],
    },
    {
      flaw: 'lists in any order',
      makeSubject: () =>
        subject((sound) => ({ list: async (...call) => [...(await sound.list(...call))].reverse() })),
      fails: ['WS-07', 'WS-11'],
    },
    {
      flaw: 'folds the case of keys',
      makeSubject: () =>
        subject((sound) => ({
          get: (collection, key, options) => sound.get(collection, key.toLowerCase(), options),
          put: (collection, key, value, options) => sound.put(collection, key.toLowerCase(), value, options),
        })),
      fails: ['WS-07', 'WS-08'],
    },
    {
      flaw: 'hands out its own records',
      makeSubject: () =>
        subject((sound) => {
          const own = new Map<string, Json>()
          return {
            get: async (collection, key, options) => {
              const value = await sound.get(collection, key, options)
              const name = JSON.stringify([collection, key, value])
              if (value !== undefined && !own.has(name)) own.set(name, structuredClone(value))
              return own.get(name)
            },
          }
        }),
      fails: ['WS-09'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () => subject((sound) => ({ delete: (collection, key) => sound.delete(collection, key) })),
      fails: ['WS-10'],
    },
    {
      flaw: 'forgets over a restart',
      makeSubject: () => ({ store: memoryWalletStore(), reopen: () => memoryWalletStore() }),
      fails: ['WS-11'],
    },
  ])
})
