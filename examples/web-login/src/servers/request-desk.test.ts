import { disclosure, type ReplyBody } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createWorld, LocalChannel } from '../../../../packages/core/test-support/exchange-world.ts'
import { Refusal, RequestDesk } from './request-desk.ts'

const ASK = { claims: { user_info: { name: { essential: true } } } } as const

/** A desk, and a person whose answers are kept instead of posted. */
async function deskWorld() {
  const channel = new LocalChannel('callback')
  const world = await createWorld({ replyChannels: [channel] })
  const desk = new RequestDesk({ requester: world.requester, clock: world.clock })
  const browser = {}
  const ask = (accept = () => ({ did: world.user.did, requestId: 'r' })) =>
    desk.ask(disclosure, ASK, { browser, accept })
  return { ...world, desk, browser, ask }
}

const FORGED: ReplyBody = { access_token: 'a.b.c' }

describe('the desk of requests', () => {
  it('says when a request has expired, also to a page that waits', async () => {
    const { desk, browser, ask, clock } = await deskWorld()
    const { id } = await ask()
    const waiting = desk.report(browser, id, { seconds: 1000 })
    await expect.poll(() => clock.pending).toBeGreaterThan(0)
    clock.advance(121)
    expect(await waiting).toEqual({ status: { state: 'expired' }, push: 'none' })
    expect(await desk.take(id, FORGED)).toBe(410)
    await desk.close()
  })

  it('holds a question no longer than it was told, and no longer than the page listens', async () => {
    const { desk, browser, ask, clock } = await deskWorld()
    const { id } = await ask()
    const held = desk.report(browser, id, { seconds: 20 })
    await expect.poll(() => clock.pending).toBeGreaterThan(0)
    clock.advance(20)
    expect((await held)?.status).toEqual({ state: 'waiting' })
    const abort = new AbortController()
    const left = desk.report(browser, id, { seconds: 20, signal: abort.signal })
    abort.abort()
    expect((await left)?.status).toEqual({ state: 'waiting' })
    expect(clock.pending).toBe(0)
    await desk.close()
  })

  it('drops forged replies, and goes on waiting', async () => {
    const { desk, browser, ask } = await deskWorld()
    const { id } = await ask()
    expect(await desk.take(id, FORGED)).toBe(400)
    expect((await desk.report(browser, id))?.status).toEqual({ state: 'waiting' })
    expect(await desk.take('another', FORGED)).toBe(404)
    expect(await desk.report({}, id)).toBeUndefined()
    await desk.close()
  })

  it('lets one browser ask so often and no more, until its requests are over', async () => {
    const { desk, ask, clock, browser } = await deskWorld()
    for (let i = 0; i < 16; i++) await ask()
    await expect(ask()).rejects.toThrow(Refusal)
    desk.cancelAll(browser)
    const { id } = await ask()
    desk.cancel({}, id)
    expect((await desk.report(browser, id))?.status).toEqual({ state: 'waiting' })
    clock.advance(1000)
    await ask()
    expect(await desk.report(browser, id)).toBeUndefined()
    await desk.close()
  })

  it('lets go of pages that wait when it closes', async () => {
    const { desk, browser, ask } = await deskWorld()
    const { id } = await ask()
    const waiting = desk.report(browser, id, { seconds: 1000 })
    await desk.close()
    expect((await waiting)?.status).toEqual({ state: 'waiting' })
  })
})
