import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { abortable } from './abortable.ts'

const never = new Promise<never>(() => {})

it('is the work itself without a signal', () => {
  const work = Promise.resolve(1)
  expect(abortable(work, undefined)).toBe(work)
})

it('passes outcomes on and leaves no listener', async () => {
  const { signal } = new AbortController()
  await expect(abortable(Promise.resolve('done'), signal)).resolves.toBe('done')
  await expect(abortable(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken')
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('rejects with the reason as soon as the signal aborts', async () => {
  const controller = new AbortController()
  const outcome = abortable(never, controller.signal)
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  controller.abort('enough')
  await expect(outcome).rejects.toBe('enough')
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

it('rejects at once where it is aborted already, and swallows the failure of the work', async () => {
  const signal = AbortSignal.abort('before')
  await expect(abortable(Promise.reject(new Error('late')), signal)).rejects.toBe('before')
})
