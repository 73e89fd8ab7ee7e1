import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { onAbort } from './on-abort.ts'

const listenersOf = ({ signal }: AbortController): number => getEventListeners(signal, 'abort').length

it('tells of an abort once, with its reason, and leaves no listener', () => {
  const abort = new AbortController()
  const reasons: unknown[] = []
  onAbort(abort.signal, (reason) => reasons.push(reason))
  expect([reasons, listenersOf(abort)]).toEqual([[], 1])
  abort.abort('enough')
  abort.signal.dispatchEvent(new Event('abort'))
  expect([reasons, listenersOf(abort)]).toEqual([['enough'], 0])
})

it('tells of an abort that has been', () => {
  const reasons: unknown[] = []
  onAbort(AbortSignal.abort('before'), (reason) => reasons.push(reason))
  expect(reasons).toEqual(['before'])
})

it('tells nothing once it is forgotten', () => {
  const abort = new AbortController()
  const reasons: unknown[] = []
  const forget = onAbort(abort.signal, (reason) => reasons.push(reason))
  forget()
  expect(listenersOf(abort)).toBe(0)
  abort.abort()
  expect(reasons).toEqual([])
})

it('needs no signal', () => {
  expect(onAbort(undefined, () => expect.unreachable())()).toBeUndefined()
})
