import { disclosure, ManualClock, type Outcome, type ReplyBody, UportError } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createWorld, LocalChannel } from '../../../../packages/core/test-support/exchange-world.ts'
import { Refusal, RequestDesk, type RequestDeskOptions } from './request-desk.ts'

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

  it('takes a reply also while others wait that cannot be judged yet, and keeps the newest of them', async () => {
    const mined = new Set<unknown>()
    const judged: unknown[] = []
    const { desk, browser, clock, ask } = heldDesk(async (body) => {
      judged.push(body)
      if (mined.has(body)) return { did: undefined, requestId: 'r' }
      throw new UportError('FETCH_FAILED', 'down', { data: { host: 'x' }, retryable: true })
    })
    const { id } = await ask()
    const replies = Array.from({ length: 9 }, (_, i): ReplyBody => ({ access_token: `${i}.b.c` }))
    for (const reply of replies) expect(await desk.take(id, reply)).toBe(202)
    judged.length = 0
    mined.add(replies[8])
    clock.advance(1)
    await expect.poll(async () => (await desk.report(browser, id))?.status.state).toBe('done')
    expect(judged).toEqual(replies.slice(1))
  })

  it('keeps a reply that waits for the chain, however many another address sends after it', async () => {
    let isMined = false
    const TRUE: ReplyBody = { tx: '0x1' }
    const { desk, browser, clock, ask } = heldDesk(async (body) => {
      if (isMined && body === TRUE) return { did: undefined, requestId: 'r' }
      throw new UportError('FETCH_FAILED', 'down', { data: { host: 'x' }, retryable: true })
    })
    const { id } = await ask()
    expect(await desk.take(id, TRUE, '192.0.2.1')).toBe(202)
    for (let i = 0; i < 40; i++) await desk.take(id, { tx: `${i}` }, `192.0.2.${2 + (i % 2)}`)
    isMined = true
    clock.advance(1)
    await expect.poll(async () => (await desk.report(browser, id))?.status.state).toBe('done')
  })

  it('lets no refusal and no later reply end what was verified, and waits for its browser', async () => {
    const refused = new UportError('REQUEST_REFUSED', 'no', {
      data: { error: 'access_denied', authenticated: false },
    })
    const late = new UportError('REPLY_TOO_LATE', 'late')
    const { desk, browser, accepted, ask } = heldDesk(async (body) => {
      if (body === FORGED) throw refused
      if (accepted.length > 0 || body !== GOOD) throw late
      return { did: undefined, requestId: 'r', jwt: CODED }
    })
    const GOOD: ReplyBody = { access_token: 'good' }
    const { id } = await ask()
    expect(await desk.take(id, GOOD)).toBe(200)
    expect(await desk.take(id, FORGED)).toBe(409)
    expect(await desk.take(id, {})).toBe(409)
    expect((await desk.report(browser, id))?.status).toEqual({ state: 'waiting' })
    expect(await desk.bring(browser, 'the code')).toBe(id)
    expect((await desk.report(browser, id))?.status).toMatchObject({ state: 'done' })
  })

  it('gives one address no more than its part of the room: its oldest request makes place for the next', async () => {
    const { desk, ask } = heldDesk(async () => ({ did: undefined, requestId: 'r' }))
    const neighbour = {}
    const { id } = await ask(neighbour, '192.0.2.7')
    const first = {}
    const oldest = await ask(first, '192.0.2.1')
    const waiting = desk.report(first, oldest.id, { seconds: 20 })
    await Promise.all(Array.from({ length: 2500 }, () => ask({}, '192.0.2.1')))
    expect((await waiting)?.status).toEqual({ state: 'cancelled' })
    expect(await desk.take(oldest.id, FORGED)).toBe(404)
    await ask({}, '192.0.2.8')
    await ask({}, '192.0.2.1')
    expect((await desk.report(neighbour, id))?.status).toEqual({ state: 'waiting' })
  })

  it('takes no more requests than it has room for, whoever asks', async () => {
    const { ask } = heldDesk(async () => ({ did: undefined, requestId: 'r' }))
    const asked = Array.from({ length: 2001 }, (_, i) => ask({}, `192.0.2.${i % 5}`))
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(1)
  })

  it('lets go of pages that wait when it closes', async () => {
    const { desk, browser, ask } = await deskWorld()
    const { id } = await ask()
    const waiting = desk.report(browser, id, { seconds: 1000 })
    await desk.close()
    expect((await waiting)?.status).toEqual({ state: 'waiting' })
  })

  it('acts upon no answer to what was cancelled while it was verified', async () => {
    const flow = deferred()
    const { desk, browser, accepted, ask } = heldDesk(async () => {
      await flow.promise
      return { did: undefined, requestId: 'r' }
    })
    const { id } = await ask()
    const taking = desk.take(id, FORGED)
    await expect.poll(async () => (await desk.report(browser, id))?.status.state).toBe('verifying')
    desk.cancelAll(browser)
    flow.resolve()
    expect(await taking).toBe(410)
    expect([accepted, (await desk.report(browser, id))?.status]).toEqual([[], { state: 'cancelled' }])
  })

  it('takes the code of a wallet once, soon, and not for what was cancelled', async () => {
    const { desk, browser, clock, accepted, ask } = heldDesk(async () => ({
      did: undefined,
      requestId: 'r',
      jwt: CODED,
    }))
    const answered = async () => {
      const { id } = await ask()
      expect(await desk.take(id, FORGED)).toBe(200)
      return id
    }
    const cancelled = await answered()
    desk.cancel(browser, cancelled)
    expect(await desk.bring(browser, 'the code')).toBeUndefined()
    await answered()
    expect(await desk.bring({}, 'the code')).toBeUndefined()
    expect(await desk.bring(browser, 'another')).toBeUndefined()
    clock.advance(120 + 61)
    expect(await desk.bring(browser, 'the code')).toBeUndefined()
    expect(accepted).toEqual([])
    const good = await answered()
    clock.advance(120 + 60)
    expect(await desk.bring(browser, 'the code')).toBe(good)
    expect(await desk.bring(browser, 'the code')).toBeUndefined()
    expect(accepted).toEqual(['r'])
  })
})

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A reply with the code of a wallet; nobody looks at its signature any more. */
const CODED = `${base64url({ typ: 'JWT', alg: 'ES256K' })}.${base64url({ code: 'the code' })}.AA`

function deferred() {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** A desk whose requester finds every reply to be good. */
function heldDesk(verify: (body: unknown) => Promise<Outcome>) {
  const clock = new ManualClock(1_800_000_000)
  let count = 0
  const requester: RequestDeskOptions['requester'] = {
    create: async () => {
      const id = `request-${count++}`
      return { id, jwt: 'a.b.c', uri: 'me.uport:req/a.b.c', expiresAt: clock.now() + 120 }
    },
    verify: async <Result extends Outcome>(_flow: unknown, _id: unknown, body: unknown) =>
      (await verify(body)) as Result,
    close: async () => {},
  }
  const desk = new RequestDesk({ requester, clock })
  const browser = {}
  const accepted: string[] = []
  const accept = ({ requestId }: Outcome) => {
    accepted.push(requestId)
    return { did: undefined, requestId }
  }
  const ask = (asker: object = browser, address?: string) =>
    desk.ask(disclosure, ASK, { browser: asker, address, accept, redirectUrl: 'https://site.example/' })
  return { desk, browser, clock, accepted, ask }
}
