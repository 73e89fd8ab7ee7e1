import {
  answerDisclosure,
  createDelivery,
  disclosure,
  type Exchange,
  isUportError,
  type Outcome,
  type OutgoingRequest,
  UportError,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../../core/test-support/exchange-world.ts'
import { AnimatedDecoder } from '../animated/index.ts'
import { encodeQr, QrTransport } from '../index.ts'
import { RequestController, type RequestControllerOptions, type RequestPhase } from './index.ts'

const ASK = { claims: { user_info: { name: { essential: true } } } } as const
const WIDE = { inlineLimit: 2953 }

/** An app that shows its request by a controller, and a wallet that answers what is shown. */
async function shownWorld(options: RequestControllerOptions = WIDE) {
  const world = await createWorld()
  const controller = new RequestController({ clock: world.clock, ...options })
  const phases: RequestPhase[] = []
  controller.subscribe(({ phase }) => {
    if (phases.at(-1) !== phase) phases.push(phase)
  })
  const requests: OutgoingRequest[] = []
  const begin = async (signal: { readonly signal?: AbortSignal | undefined }) => {
    const exchange = await world.requester.start(disclosure, ASK, signal)
    requests.push(exchange.request)
    return exchange
  }
  const wallet = world.responder(world.user)
  return {
    ...world,
    controller,
    phases,
    requests,
    begin,
    /** Resolves when the controller is in a phase. */
    reach: (phase: RequestPhase) =>
      new Promise<void>((resolve) => {
        if (controller.view.phase === phase) return resolve()
        const stop = controller.subscribe((view) => {
          if (view.phase !== phase) return
          stop()
          resolve()
        })
      }),
    scan: async () => {
      const consent = await wallet.receive(controller.view.qr?.text ?? '')
      if (!consent.is(answerDisclosure)) throw new Error('another flow')
      return consent
    },
  }
}

describe('a request that is run', () => {
  it('goes through its phases to the answer, and leaves no alarm behind', async () => {
    const world = await shownWorld()
    const answer = world.controller.run(world.begin)
    await world.reach('waiting')
    const { view } = world.controller
    expect(view).toMatchObject({ secondsLeft: 120, link: world.requests[0]?.uri() })
    await (await world.scan()).approve({ claims: { name: 'Ada' } })
    expect(await answer).toMatchObject({ own: { name: 'Ada' } })
    expect(world.phases).toEqual(['preparing', 'waiting', 'verifying', 'done'])
    expect(world.clock.pending).toBe(0)
    expect(world.controller.view).toEqual({ phase: 'done' })
  })

  it('counts the seconds', async () => {
    const world = await shownWorld()
    const answer = world.controller.run(world.begin)
    await world.reach('waiting')
    const seen: (number | undefined)[] = []
    world.controller.subscribe(({ secondsLeft }) => seen.push(secondsLeft))
    world.clock.advance(3)
    expect(seen).toEqual([119, 118, 117])
    world.controller.dismiss()
    await rejection(answer)
  })

  it.each([
    ['refusal', 'refused'],
    ['expiry', 'expired'],
  ] as const)('shows a fresh code after %s, and takes its answer', async (_name, phase) => {
    const world = await shownWorld()
    const answer = world.controller.run(world.begin)
    await world.reach('waiting')
    const first = world.controller.view.qr?.text
    if (phase === 'refused') await (await world.scan()).decline()
    else world.clock.advance(121)
    await world.reach(phase)
    expect(world.controller.view.qr).toBeUndefined()
    world.controller.renew()
    await world.reach('waiting')
    expect(world.controller.view.qr?.text).not.toBe(first)
    expect(world.controller.view.secondsLeft).toBe(120)
    await (await world.scan()).approve({ claims: { name: 'Ada' } })
    expect(await answer).toMatchObject({ own: { name: 'Ada' } })
    expect(world.requests).toHaveLength(2)
    expect(world.clock.pending).toBe(0)
  })

  it.each(['preparing', 'waiting'] as const)('that is dismissed while %s rejects', async (phase) => {
    const world = await shownWorld()
    const answer = world.controller.run(world.begin)
    await world.reach(phase)
    world.controller.dismiss()
    world.controller.dismiss()
    expect(isUportError(await rejection(answer), 'REQUEST_DISMISSED')).toBe(true)
    expect(world.controller.view.phase).toBe('closed')
    await expect.poll(() => world.channel.closed.length).toBe(1)
    expect(world.clock.pending).toBe(0)
  })

  it('that is dismissed after it came to nothing rejects with what it came to', async () => {
    const world = await shownWorld()
    const refused = world.controller.run(world.begin)
    await world.reach('waiting')
    await (await world.scan()).decline()
    await world.reach('refused')
    world.controller.dismiss()
    expect(isUportError(await rejection(refused), 'REQUEST_REFUSED')).toBe(true)
    const expired = world.controller.run(world.begin)
    await world.reach('waiting')
    world.clock.advance(121)
    await world.reach('expired')
    world.controller.dismiss()
    expect(isUportError(await rejection(expired), 'REQUEST_EXPIRED')).toBe(true)
  })

  it('ends with the reason of the signal', async () => {
    const world = await shownWorld()
    const abort = new AbortController()
    const answer = world.controller.run(world.begin, { signal: abort.signal })
    await world.reach('waiting')
    abort.abort(new Error('the page moved on'))
    await expect(answer).rejects.toThrow('the page moved on')
    expect(world.controller.view.phase).toBe('closed')
    const late = world.controller.run(world.begin, { signal: abort.signal })
    await expect(late).rejects.toThrow('the page moved on')
  })

  it('offers another try where that may help, and rejects at once where not', async () => {
    const world = await shownWorld()
    let retryable = true
    const failing = async (): Promise<Exchange<Outcome>> => {
      throw new UportError('QR_TOO_LARGE', 'no', { data: { bytes: 1, maxBytes: 0 }, retryable })
    }
    const answer = world.controller.run(failing)
    await world.reach('failed')
    retryable = false
    world.controller.renew()
    await expect(answer).rejects.toMatchObject({ code: 'QR_TOO_LARGE', retryable: false })
    await expect(world.controller.run(() => Promise.reject(new TypeError('ours')))).rejects.toThrow('ours')
    expect(world.controller.view.phase).toBe('closed')
  })

  it('is one at a time', async () => {
    const world = await shownWorld()
    const first = world.controller.run(world.begin)
    await expect(world.controller.run(world.begin)).rejects.toThrow(TypeError)
    await world.reach('waiting')
    world.controller.dismiss()
    await rejection(first)
  })

  it('closes what was begun too late', async () => {
    const world = await shownWorld()
    let finish = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    const answer = world.controller.run(async () => {
      await gate
      return world.begin({})
    })
    world.controller.dismiss()
    await rejection(answer)
    finish()
    await expect.poll(() => world.channel.closed.length).toBe(1)
    expect(world.clock.pending).toBe(0)
  })
})

describe('a moving code', () => {
  it('is shown where one code cannot hold the request and nothing publishes', async () => {
    const world = await shownWorld({ inlineLimit: 100, framesPerSecond: 4 })
    const answer = world.controller.run(world.begin)
    await world.reach('waiting')
    expect(world.controller.view.moving).toBe(true)
    const decoder = new AnimatedDecoder()
    let read: string | undefined
    for (let frame = 0; frame < 20 && read === undefined; frame++) {
      const progress = decoder.receive(world.controller.view.qr?.text ?? '')
      if (progress.state === 'complete') read = progress.text
      world.clock.advance(0.25)
    }
    expect(read).toBe(world.requests[0]?.uri())
    world.controller.dismiss()
    await rejection(answer)
    expect(world.clock.pending).toBe(0)
  })
})

describe('a controller as renderer of a transport', () => {
  const request = (uri: string): OutgoingRequest => ({
    id: 'r1',
    jwt: 'a.b.c',
    replyMode: 'post',
    expiresAt: NOW + 60,
    uri: () => uri,
  })

  it('shows its requests, and says when one is dismissed', async () => {
    const world = await shownWorld()
    const answer = world.requester.request(disclosure, ASK, {
      via: new QrTransport({ render: world.controller.render, ...WIDE }),
    })
    await world.reach('waiting')
    expect(world.controller.view.secondsLeft).toBe(120)
    world.controller.renew()
    expect(world.controller.view.phase).toBe('waiting')
    world.controller.dismiss()
    expect(isUportError(await rejection(answer), 'REQUEST_DISMISSED')).toBe(true)
    expect(world.phases).toEqual(['waiting', 'closed'])
  })

  it('closes with the exchange', async () => {
    const world = await shownWorld()
    const answer = world.requester.request(disclosure, ASK, {
      via: new QrTransport({ render: world.controller.render, ...WIDE }),
    })
    await world.reach('waiting')
    await (await world.scan()).approve({ claims: { name: 'Ada' } })
    await answer
    await world.reach('closed')
    expect(world.clock.pending).toBe(0)
  })

  it('lets a later code take the place of an earlier one', async () => {
    const { controller } = await shownWorld()
    const transport = new QrTransport({ render: controller.render })
    const first = await transport.deliver(request('https://a.example/1'))
    const second = await transport.deliver(request('https://a.example/2'))
    await first.close()
    expect(controller.view.link).toBe('https://a.example/2')
    await second.close()
    expect(controller.view).toEqual({ phase: 'closed' })
  })

  it.each([
    ['https://a.example/req/x', true],
    ['http://127.0.0.1/req/x', true],
    ['me.uport:req/x', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    [' https://a.example/', false],
  ])('links to %s: %s', async (uri, linked) => {
    const { controller } = await shownWorld()
    const view = await controller.render(encodeQr('x'), { request: request(uri) })
    const { link } = controller.view
    await createDelivery(view ?? {}).close()
    expect(link).toBe(linked ? uri : undefined)
  })

  it('refuses wrong options', () => {
    expect(() => new RequestController({ framesPerSecond: 0 })).toThrow(TypeError)
  })
})
