import { expect, it } from 'vitest'
import { SharedCall } from './shared-call.ts'

it('turns away a caller who has aborted, and aborts a call that nobody waits for', async () => {
  let seen: AbortSignal | undefined
  const call = new SharedCall(new AbortController().signal, (signal) => {
    seen = signal
    return new Promise(() => undefined)
  })
  const reason = new Error('enough')
  await expect(call.join(AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(call.abandoned).toBe(true)
  expect(seen?.reason).toBe(reason)
})

it('gives the outcome to callers with and without a signal', async () => {
  const call = new SharedCall(undefined, async () => 7)
  expect(await Promise.all([call.join(undefined), call.join(new AbortController().signal)])).toEqual([7, 7])
  expect(call.abandoned).toBe(false)
})
