import { memoryWalletStore } from '@uport-kit/core'
import { expect, it } from 'vitest'
import { NotifyingStore } from './notifying-store.ts'

it('tells of each change, whoever made it, and of nothing else', async () => {
  let tellOfOthers = (): void => {}
  const records = memoryWalletStore()
  const store = new NotifyingStore({
    get: (...call) => records.get(...call),
    list: (...call) => records.list(...call),
    put: (...call) => records.put(...call),
    create: (...call) => records.create(...call),
    delete: (...call) => records.delete(...call),
    watch(listener) {
      tellOfOthers = listener
      return () => {}
    },
  })
  let changes = 0
  const end = store.onChange(() => changes++)
  await store.put('a', 'k', 1)
  expect(await store.create('a', 'k', 2)).toBe(false)
  expect(await store.create('a', 'l', 2)).toBe(true)
  expect(await store.delete('a', 'none')).toBe(false)
  expect(await store.delete('a', 'k')).toBe(true)
  expect(await store.list('a')).toEqual([{ key: 'l', value: 2 }])
  expect(await store.get('a', 'l')).toBe(2)
  expect(changes).toBe(3)
  tellOfOthers()
  expect(changes).toBe(4)
  end()
  tellOfOthers()
  expect(changes).toBe(4)
})
