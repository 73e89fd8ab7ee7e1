import type { JsonObject } from '../ports/json.ts'
import type { ReplyAddress, ReplyBody, ReplyChannel } from '../ports/reply-channel.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { type ConformanceTools, check, checkSame } from './conformance-tools.ts'

/** A reply channel, and the wallet at its other end. */
export interface ReplyChannelSubject {
  readonly channel: ReplyChannel
  /** Sends a body to a callback, as a wallet does. Resolves when the channel has taken it. */
  readonly post: (callback: string, body: JsonObject) => Promise<void>
  /** Unix seconds, by the channel's clock. */
  now(): number
  /** Set where an address takes one reply and no more, as topics of the old message server do. */
  readonly takesOne?: boolean | undefined
}

const LIFETIME = 120

const needsMore = ({ takesOne }: ReplyChannelSubject): string | undefined =>
  takesOne === true ? 'an address takes one reply' : undefined

/** What every ReplyChannel must do. */
export const replyChannelCases: readonly ConformanceCase<ReplyChannelSubject>[] = [
  {
    id: 'RC-01',
    since: '1.0.0',
    title: 'has an id and a mode',
    proves: 'a transport that fits can be chosen',
    matters: 'A transport is matched by mode; an unknown one fits nothing.',
    nextStep: 'A short constant id; "post" or "redirect".',
    async run({ channel }) {
      check(/^[a-z][a-z0-9-]{0,63}$/.test(channel.id), 'the id must be lower-case letters, digits, hyphens')
      check(channel.mode === 'post' || channel.mode === 'redirect', 'the mode must be "post" or "redirect"')
    },
  },
  {
    id: 'RC-02',
    since: '1.0.0',
    title: 'gives an address in plain JSON with an absolute callback',
    proves: 'a request can carry it, and another process can go on with it',
    matters: 'The address is signed into the request and stored between two HTTP requests: both are JSON.',
    nextStep: 'No classes, no undefined and no functions in the address.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      checkSame(address.channel, subject.channel.id, 'the channel of the address')
      check(/^https?:\/\//.test(address.callback) && URL.canParse(address.callback), 'callback must be a URL')
      checkSame(JSON.parse(JSON.stringify(address)), address, 'the address as JSON')
    },
  },
  {
    id: 'RC-03',
    since: '1.0.0',
    title: 'gives every request a callback of its own',
    proves: 'a reply is bound to its request by where it was sent',
    matters: 'With a shared callback, a reply cannot be told from the reply to another request.',
    nextStep: 'Make the callback from fresh randomness or the request’s id.',
    async run(subject, tools) {
      const callbacks = [await open(subject, tools), await open(subject, tools)].map(
        ({ callback }) => callback,
      )
      check(callbacks[0] !== callbacks[1], 'two callbacks must differ')
    },
  },
  {
    id: 'RC-04',
    since: '1.0.0',
    title: 'yields the reply that was posted before anybody listened',
    proves: 'a fast wallet loses nothing',
    matters: 'The person would have answered, and the app would wait until it expires.',
    nextStep: 'Read what is stored before you wait for more.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      const body = { access_token: 'a.b.c' }
      await tools.within(subject.post(address.callback, body), 'post')
      checkSame(await take(subject, address, 1, tools), [body], 'the replies')
    },
  },
  {
    id: 'RC-05',
    since: '1.0.0',
    title: 'yields the reply that is posted while it waits',
    proves: 'a slow wallet loses nothing',
    matters: 'The usual case: people take longer than programs.',
    nextStep: 'Keep the request to the relay open, or poll.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      const waiting = take(subject, address, 1, tools)
      quiet(waiting)
      const body = { access_token: 'a.b.c' }
      await tools.within(subject.post(address.callback, body), 'post')
      checkSame(await waiting, [body], 'the replies')
    },
  },
  {
    id: 'RC-06',
    since: '1.0.0',
    title: 'yields replies in the order of arrival',
    proves: 'the first reply that verifies settles the exchange',
    matters: 'Whoever posts rubbish later must not be heard before the person who answered first.',
    nextStep: 'Sort by the store’s cursor.',
    skip: needsMore,
    async run(subject, tools) {
      const address = await open(subject, tools)
      const sent = ['one', 'two', 'three'].map((error) => ({ error }))
      for (const body of sent) await tools.within(subject.post(address.callback, body), 'post')
      checkSame(await take(subject, address, 3, tools), sent, 'the replies')
    },
  },
  {
    id: 'RC-07',
    since: '1.0.0',
    title: 'begins with the first reply however often it is asked',
    proves: 'reading consumes nothing: a page that was reloaded finds its reply',
    matters: 'A reload or a crash after the first read would lose the answer for good.',
    nextStep: 'Keep no cursor between calls.',
    skip: needsMore,
    async run(subject, tools) {
      const address = await open(subject, tools)
      const sent = [{ error: 'one' }, { error: 'two' }]
      for (const body of sent) await tools.within(subject.post(address.callback, body), 'post')
      await take(subject, address, 2, tools)
      checkSame(await take(subject, address, 2, tools), sent, 'the replies of the second call')
    },
  },
  {
    id: 'RC-08',
    since: '1.0.0',
    title: 'goes on from a stored address',
    proves: 'another process, or the page after a reload, receives the reply',
    matters: 'Servers without memory between requests could not verify anything.',
    nextStep: 'Keep everything that receive needs in the address.',
    async run(subject, tools) {
      const stored = JSON.stringify(await open(subject, tools))
      const restored: ReplyAddress = JSON.parse(stored)
      await tools.within(subject.post(restored.callback, { access_token: 'a.b.c' }), 'post')
      checkSame(await take(subject, restored, 1, tools), [{ access_token: 'a.b.c' }], 'the replies')
      checkSame(JSON.parse(stored), restored, 'the address afterwards')
    },
  },
  {
    id: 'RC-09',
    since: '1.0.0',
    title: 'keeps addresses apart',
    proves: 'no request sees a reply to another one',
    matters: 'A claim of one person would be given to the app page of another.',
    nextStep: 'Look only at the address that was given.',
    async run(subject, tools) {
      const [mine, other] = [await open(subject, tools), await open(subject, tools)]
      await tools.within(subject.post(other.callback, { error: 'theirs' }), 'post')
      await tools.within(subject.post(mine.callback, { error: 'mine' }), 'post')
      checkSame(await take(subject, mine, 1, tools), [{ error: 'mine' }], 'the replies')
    },
  },
  {
    id: 'RC-10',
    since: '1.0.0',
    title: 'stops waiting when the signal aborts',
    proves: 'a cancelled or expired exchange ends at once, with its own reason',
    matters: 'The page would hang after the person pressed cancel, and the connection would stay open.',
    nextStep: 'Pass the signal to every wait; reject with signal.reason.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      const controller = new AbortController()
      const waiting = next(subject.channel.receive(address, { signal: controller.signal }))
      const expected = new Error('aborted by the conformance case')
      controller.abort(expected)
      const reason = await tools.rejection(waiting, 'receive after the abort')
      check(reason === expected, 'receive must reject with the signal’s reason')
    },
  },
  {
    id: 'RC-11',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled exchange opens no address',
    matters: 'An address that nobody will read takes room at the relay.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run(subject, tools) {
      const { channel } = subject
      const address = await open(subject, tools)
      const request = { id: tools.uniqueName('r'), expiresAt: subject.now() + LIFETIME }
      await tools.honoursAbort((signal) => channel.open(request, { signal }), 'open')
      await tools.honoursAbort((signal) => next(channel.receive(address, { signal })), 'receive')
    },
  },
  {
    id: 'RC-12',
    since: '1.0.0',
    title: 'lets its consumer stop',
    proves: 'breaking out of the loop ends the wait and leaves the replies where they are',
    matters:
      'The loop stops at the first reply that verifies; the rest must stay readable for whoever looks again.',
    nextStep: 'Clean up in the generator’s finally.',
    skip: needsMore,
    async run(subject, tools) {
      const address = await open(subject, tools)
      await tools.within(subject.post(address.callback, { error: 'one' }), 'post')
      await take(subject, address, 1, tools)
      await tools.within(subject.post(address.callback, { error: 'two' }), 'post')
      checkSame(await take(subject, address, 2, tools), [{ error: 'one' }, { error: 'two' }], 'the replies')
    },
  },
  {
    id: 'RC-13',
    since: '1.0.0',
    title: 'has nothing more to give once it is closed',
    proves: 'what was stored at the address is gone',
    matters: 'An answer holds personal data: it must not lie about after it was read.',
    nextStep: 'Delete the topic; receive rejects with CHANNEL_CLOSED.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      await tools.within(subject.post(address.callback, { error: 'one' }), 'post')
      await tools.within(subject.channel.close(address), 'close')
      await tools.refuses(
        next(subject.channel.receive(address)),
        ['CHANNEL_CLOSED'],
        'receive from a closed address',
      )
    },
  },
  {
    id: 'RC-14',
    since: '1.0.0',
    title: 'closes harmlessly, however often',
    proves: 'an exchange may close what is closed already, and the address of another one stays open',
    matters: 'Closing meets expiry and other closings all the time; an error there would hide the result.',
    nextStep: 'Take “there is none” for success.',
    async run(subject, tools) {
      const [closed, other] = [await open(subject, tools), await open(subject, tools)]
      await tools.within(Promise.all([subject.channel.close(closed), subject.channel.close(closed)]), 'close')
      await tools.within(subject.channel.close(closed), 'close again')
      await tools.within(subject.post(other.callback, { error: 'one' }), 'post')
      checkSame(await take(subject, other, 1, tools), [{ error: 'one' }], 'the replies at the other address')
    },
  },
  {
    id: 'RC-15',
    since: '1.0.0',
    title: 'ends a wait when the address is closed',
    proves: 'nobody waits at an address that no reply can reach',
    matters: 'A waiting page would stay connected for ever.',
    nextStep: 'Wake readers when the topic goes; CHANNEL_CLOSED.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      await tools.within(subject.post(address.callback, { error: 'one' }), 'post')
      const reader = subject.channel.receive(address)[Symbol.asyncIterator]()
      await tools.within(reader.next(), 'the first reply')
      const waiting = reader.next()
      const refused = tools.refuses(waiting, ['CHANNEL_CLOSED'], 'a wait at a closed address')
      quiet(refused)
      await tools.within(subject.channel.close(address), 'close')
      await refused
    },
  },
  {
    id: 'RC-16',
    since: '1.0.0',
    title: 'passes on what it was sent, and nothing else',
    proves: 'member names of an object’s prototype are data like any other',
    matters: 'Members that vanish or change places on the way are a way around verification.',
    nextStep: 'Parse with JSON.parse and copy nothing by assignment.',
    async run(subject, tools) {
      const address = await open(subject, tools)
      const body: JsonObject = JSON.parse('{"__proto__":"p","constructor":"c","access_token":"a.b.c"}')
      await tools.within(subject.post(address.callback, body), 'post')
      const [received] = await take(subject, address, 1, tools)
      // A redirect shares the fragment with the page's own names, so it carries those of a reply alone.
      const carried = subject.channel.mode === 'redirect' ? { access_token: 'a.b.c' } : body
      check(JSON.stringify(received) === JSON.stringify(carried), 'the reply must be what was posted')
    },
  },
]

async function open({ channel, now }: ReplyChannelSubject, tools: ConformanceTools): Promise<ReplyAddress> {
  const request = { id: tools.uniqueName('r'), expiresAt: now() + LIFETIME }
  return await tools.within(channel.open(request), 'open')
}

/** The first replies at the address, then no more. */
async function take(
  { channel }: ReplyChannelSubject,
  address: ReplyAddress,
  count: number,
  tools: ConformanceTools,
): Promise<readonly ReplyBody[]> {
  const controller = new AbortController()
  const reading = async (): Promise<readonly ReplyBody[]> => {
    const replies: ReplyBody[] = []
    for await (const reply of channel.receive(address, { signal: controller.signal })) {
      replies.push(reply)
      if (replies.length === count) break
    }
    return replies
  }
  try {
    return await tools.within(reading(), `receiving ${count} replies`)
  } finally {
    controller.abort()
  }
}

/** Keeps a rejection that is looked at later, or not at all after another failure, from counting as nobody's. */
function quiet(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

async function next(replies: AsyncIterable<ReplyBody>): Promise<ReplyBody | undefined> {
  const { value, done } = await replies[Symbol.asyncIterator]().next()
  return done ? undefined : value
}
