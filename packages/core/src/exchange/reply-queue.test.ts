import { expect, it } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import type { ReplyBody } from '../ports/index.ts'
import { ReplyQueue } from './reply-queue.ts'

/** An endless flood that counts how much of it was read. */
class Flood implements AsyncIterable<ReplyBody> {
  read = 0

  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyBody> {
    for (;;) yield { number: ++this.read }
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('reads no more of a flood than it can hold, and goes on when there is room', async () => {
  const queue = new ReplyQueue(new ManualClock())
  const state = new Flood()
  const filling = queue.fill(state)
  await settled()
  expect(state.read).toBe(64)
  expect((await queue.next()).body).toEqual({ number: 1 })
  await settled()
  expect(state.read).toBe(65)
  queue.close(new Error('over'))
  void filling
})

it('puts a reply off for 1, 2, 4, ... 30 seconds', async () => {
  const clock = new ManualClock()
  const queue = new ReplyQueue(clock)
  let reply = { body: {}, tries: 0 }
  for (const delay of [1, 2, 4, 8, 16, 30, 30]) {
    queue.postpone(reply)
    clock.advance(delay - 1)
    expect(clock.pending).toBe(1)
    clock.advance(1)
    reply = await queue.next()
  }
  expect(reply.tries).toBe(7)
})

it('puts off 64 replies and no more', () => {
  const clock = new ManualClock()
  const queue = new ReplyQueue(clock)
  for (let index = 0; index < 100; index++) queue.postpone({ body: {}, tries: 0 })
  expect(clock.pending).toBe(64)
  queue.close(undefined)
  expect(clock.pending).toBe(0)
})

it('tells of a failed channel only when nothing is left to judge', async () => {
  const clock = new ManualClock()
  const queue = new ReplyQueue(clock)
  await queue.fill(
    (async function* (): AsyncGenerator<ReplyBody> {
      yield { last: true }
      throw new Error('gone')
    })(),
  )
  const reply = await queue.next()
  queue.postpone(reply)
  const next = queue.next()
  clock.advance(1)
  expect((await next).tries).toBe(1)
  await expect(queue.next()).rejects.toThrow('gone')
})
