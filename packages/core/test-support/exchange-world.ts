import { ManualClock } from '../src/clock/manual-clock.ts'
import { UportError } from '../src/errors/uport-error.ts'
import { Requester } from '../src/exchange/requester.ts'
import type { RequesterParts } from '../src/exchange/requester-parts.ts'
import { Responder } from '../src/exchange/responder.ts'
import type { ResponderParts } from '../src/exchange/responder-parts.ts'
import { answerDisclosure } from '../src/flows/answer-disclosure.ts'
import type {
  Delivery,
  DeliveryEnd,
  Options,
  OutgoingRequest,
  ReplyAddress,
  ReplyBody,
  ReplyChannel,
  ReplySender,
  Transport,
} from '../src/ports/index.ts'
import { memoryAnsweredRequests } from '../src/stores/memory-answered-requests.ts'
import { memoryRequestStore } from '../src/stores/memory-request-store.ts'
import { createParty, type Party, PartyResolver } from './parties.ts'

export const NOW = 1_700_000_000

/** A reply channel inside one process: a real inbox per address, without a network. */
export class LocalChannel implements ReplyChannel {
  readonly id: string
  readonly mode = 'post'
  readonly closed: string[] = []
  readonly #inboxes = new Map<string, { readonly bodies: ReplyBody[]; wake: () => void }>()

  constructor(id = 'local') {
    this.id = id
  }

  async open({ id }: { readonly id: string }): Promise<ReplyAddress> {
    const callback = `https://${this.id}.example/t/${id}`
    this.#inboxes.set(callback, { bodies: [], wake: () => {} })
    return { channel: this.id, callback, state: {} }
  }

  post(callback: string, body: ReplyBody): void {
    const inbox = this.#inboxes.get(callback)
    if (inbox === undefined) throw new Error('404')
    inbox.bodies.push(body)
    inbox.wake()
  }

  async *receive({ callback }: ReplyAddress, { signal }: Options = {}): AsyncGenerator<ReplyBody> {
    const inbox = this.#inboxes.get(callback)
    if (inbox === undefined) {
      throw new UportError('CHANNEL_CLOSED', 'gone', { data: { channel: this.id } })
    }
    for (let next = 0; ; ) {
      const body = inbox.bodies[next]
      if (body !== undefined) {
        next++
        yield body
        continue
      }
      await new Promise<void>((resolve, reject) => {
        inbox.wake = resolve
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    }
  }

  async close({ callback }: ReplyAddress): Promise<void> {
    this.closed.push(callback)
    this.#inboxes.delete(callback)
  }
}

/** Keeps what it was asked to show; `end` plays the person or the network. */
export class ShownTransport implements Transport {
  readonly id: string
  readonly replyModes = ['post'] as const
  readonly shown: OutgoingRequest[] = []
  closed = 0
  end: (end: DeliveryEnd) => void = () => {}
  #arrived: () => void = () => {}
  readonly arrived = new Promise<void>((resolve) => {
    this.#arrived = resolve
  })

  constructor(id = 'screen') {
    this.id = id
  }

  async deliver(request: OutgoingRequest): Promise<Delivery> {
    this.shown.push(request)
    const ended = new Promise<DeliveryEnd>((resolve) => {
      this.end = resolve
    })
    const close = async (): Promise<void> => {
      this.closed++
    }
    this.#arrived()
    return { ended, close, [Symbol.asyncDispose]: close }
  }

  get last(): OutgoingRequest {
    const request = this.shown.at(-1)
    if (request === undefined) throw new Error('nothing was shown')
    return request
  }
}

/** An app, a user, and all between them in one process; the kernel, the keys and the boxes are the real ones. */
export interface World {
  readonly clock: ManualClock
  readonly app: Party
  readonly user: Party
  readonly stranger: Party
  readonly issuer: Party
  readonly resolver: PartyResolver
  readonly channel: LocalChannel
  readonly screen: ShownTransport
  readonly parts: RequesterParts
  readonly requester: Requester
  responder(party: Party, changes?: Partial<ResponderParts>): Responder
}

export async function createWorld(changes: Partial<RequesterParts> = {}): Promise<World> {
  const clock = new ManualClock(NOW)
  const [app, user, stranger, issuer] = await Promise.all([
    createParty('app', { name: 'The App' }),
    createParty('user', { name: 'Public Ada' }),
    createParty('stranger'),
    createParty('issuer'),
  ])
  const resolver = new PartyResolver([app, user, stranger, issuer])
  const channel = new LocalChannel()
  const screen = new ShownTransport()
  const parts: RequesterParts = {
    identity: app.identity,
    resolver,
    requests: memoryRequestStore({ clock }),
    transports: [screen],
    replyChannels: [channel],
    clock,
    ...changes,
  }
  const sender: ReplySender = {
    mode: 'post',
    async send(target, body) {
      channel.post(target.href, body)
    },
  }
  const responder = (party: Party, more: Partial<ResponderParts> = {}): Responder =>
    new Responder({
      identity: party.identity,
      resolver,
      flows: [answerDisclosure],
      senders: [sender],
      answered: memoryAnsweredRequests({ clock }),
      clock,
      ...more,
    })
  return {
    clock,
    app,
    user,
    stranger,
    issuer,
    resolver,
    channel,
    screen,
    parts,
    requester: new Requester(parts),
    responder,
  }
}

/** The error a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: unknown) => error,
  )
}
