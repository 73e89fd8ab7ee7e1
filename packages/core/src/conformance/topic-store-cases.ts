import type { TopicStore } from '../ports/topic-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check, checkSame } from './conformance-tools.ts'

/** A store and the clock it lives by. */
export interface TopicStoreSubject {
  readonly store: TopicStore
  /** Unix seconds, by the store's clock. */
  now(): number
  /** Moves the store's clock. Absent where it cannot be moved; the cases about time are skipped then. */
  readonly advance?: ((seconds: number) => void | Promise<void>) | undefined
}

const LIFETIME = 120
const needsTrim = ({ store }: TopicStoreSubject): string | undefined =>
  store.trim === undefined ? 'the store cannot trim' : undefined
const needsTime = ({ advance }: TopicStoreSubject): string | undefined =>
  advance === undefined ? 'the store’s clock cannot be moved' : undefined

/** What every TopicStore must do. */
export const topicStoreCases: readonly ConformanceCase<TopicStoreSubject>[] = [
  {
    id: 'TS-01',
    since: '1.0.0',
    title: 'opens a topic once',
    proves: 'a live topic of that name is left as it is',
    matters: 'Whoever opens a name again could empty or take over the inbox of a waiting app.',
    nextStep: 'Insert only where absent.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      checkSame(await tools.within(open(subject, name), 'open'), 'opened', 'open')
      await subject.store.append(name, 'a')
      checkSame(await open(subject, name), 'exists', 'open of a live topic')
      checkSame(await bodies(subject, name), ['a'], 'the messages')
    },
  },
  {
    id: 'TS-02',
    since: '1.0.0',
    title: 'numbers messages 1, 2, 3 in order of arrival, also past nine',
    proves: 'a reader can go on where it stopped',
    matters: 'A reader that goes on from a cursor would skip an answer, or read one twice.',
    nextStep: 'Sort cursors as numbers: pad them where keys are text.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name, 12)
      const sent = Array.from({ length: 12 }, (_, n) => `message ${n}`)
      for (const [n, body] of sent.entries()) {
        const result = await subject.store.append(name, body)
        checkSame(result, { outcome: 'stored', cursor: n + 1 }, 'append')
      }
      checkSame(await bodies(subject, name), sent, 'all messages')
      const rest = await subject.store.read(name, 9)
      const expected = sent.map((body, n) => ({ cursor: n + 1, body })).slice(9)
      checkSame(rest, expected, 'the messages after 9')
      checkSame(await subject.store.read(name, 12), [], 'the messages after the last')
    },
  },
  {
    id: 'TS-03',
    since: '1.0.0',
    title: 'stores an identical body once',
    proves: 'a wallet that sends its reply again takes no room',
    matters: 'A wallet that repeats its answer would fill the inbox and shut others out.',
    nextStep: 'Compare bodies, or their hashes, inside the same step.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name, 2)
      await subject.store.append(name, 'a')
      await subject.store.append(name, 'b')
      checkSame(await subject.store.append(name, 'a'), { outcome: 'duplicate', cursor: 1 }, 'append again')
      checkSame(await bodies(subject, name), ['a', 'b'], 'the messages')
    },
  },
  {
    id: 'TS-04',
    since: '1.0.0',
    title: 'takes as many distinct bodies as its capacity, and no more',
    proves: 'an inbox that a stranger can write into is bounded',
    matters: 'Strangers who know the address could fill the relay’s disk.',
    nextStep: 'Count inside the same step that stores.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name, 2)
      await subject.store.append(name, 'a')
      await subject.store.append(name, 'b')
      checkSame((await subject.store.append(name, 'c')).outcome, 'full', 'one more')
      checkSame(await bodies(subject, name), ['a', 'b'], 'the messages')
    },
  },
  {
    id: 'TS-05',
    since: '1.0.0',
    title: 'knows no topic that was never opened',
    proves: 'nobody makes a topic by writing or reading',
    matters: 'Anybody could make storage by writing to invented names.',
    nextStep: 'append: unknown; read: undefined; remove: false.',
    async run({ store }, tools) {
      for (const name of [tools.uniqueName('unknown'), '__proto__', 'constructor']) {
        checkSame(await store.append(name, 'a'), { outcome: 'unknown' }, 'append')
        check((await store.read(name, 0)) === undefined, 'read must be undefined')
        checkSame(await store.remove(name), false, 'remove')
      }
    },
  },
  {
    id: 'TS-06',
    since: '1.0.0',
    title: 'removes a topic with its messages',
    proves: 'what was removed is gone, also for the next topic of that name',
    matters: 'Answers hold personal data: removed must mean gone, for the next owner of the name as well.',
    nextStep: 'Delete messages in the same step as the topic.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name)
      await subject.store.append(name, 'a')
      checkSame(await subject.store.remove(name), true, 'remove')
      checkSame(await subject.store.remove(name), false, 'remove again')
      check((await subject.store.read(name, 0)) === undefined, 'read must be undefined')
      checkSame(await open(subject, name), 'opened', 'open')
      checkSame(await bodies(subject, name), [], 'the messages')
      checkSame(await subject.store.append(name, 'b'), { outcome: 'stored', cursor: 1 }, 'append')
    },
  },
  {
    id: 'TS-07',
    since: '1.0.0',
    title: 'keeps topics apart, whatever their names',
    proves: 'no name reaches into another topic',
    matters: 'Names come from strangers: one that reaches into another topic reads somebody else’s answers.',
    nextStep: 'Encode or length-prefix names inside keys; bound ranges on both ends.',
    async run(subject, tools) {
      const stem = tools.uniqueName('t')
      const names = [
        stem,
        `${stem}a`,
        `${stem}!`,
        `${stem}/1`,
        `${stem}:1`,
        `${stem}\u0000`,
        `${stem}\uffff`,
        `${stem}%2F1`,
      ]
      for (const name of names)
        checkSame(await open(subject, name), 'opened', `open of ${JSON.stringify(name)}`)
      for (const name of names) await subject.store.append(name, `for ${name}`)
      for (const name of names) checkSame(await bodies(subject, name), [`for ${name}`], 'the messages')
      await subject.store.remove(stem)
      for (const name of names.slice(1))
        checkSame(await bodies(subject, name), [`for ${name}`], 'the messages')
    },
  },
  {
    id: 'TS-08',
    since: '1.0.0',
    title: 'gives back the exact text',
    proves: 'hashes and signatures over a body stay right',
    matters: 'Bodies are sealed or signed: a changed blank makes them unreadable.',
    nextStep: 'Store UTF-8 as it is; do not parse and write JSON anew.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      const texts = ['', ' {"b":1,  "a":1.0}\r\n', 'Grüße 世界 🔑', 'a\u0000b', 'x'.repeat(65_536)]
      await open(subject, name, texts.length)
      for (const text of texts) await subject.store.append(name, text)
      check(
        JSON.stringify(await bodies(subject, name)) === JSON.stringify(texts),
        'every text must come back',
      )
    },
  },
  {
    id: 'TS-09',
    since: '1.0.0',
    title: 'stores no more than its capacity of what arrives together',
    proves: 'counting and storing are one step; every message has a cursor of its own',
    matters: 'A burst would get past the capacity that bounds a stranger.',
    nextStep: 'Queue by topic, or use the storage’s own transaction.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name, 8)
      const calls = Array.from({ length: 20 }, (_, n) => subject.store.append(name, `message ${n}`))
      const results = await tools.within(Promise.all(calls), 'concurrent append')
      const cursors = results.flatMap((result) => (result.outcome === 'stored' ? [result.cursor] : []))
      checkSame(
        cursors.sort((a, b) => a - b),
        [1, 2, 3, 4, 5, 6, 7, 8],
        'the cursors',
      )
      checkSame((await bodies(subject, name)).length, 8, 'how many are stored')
    },
  },
  {
    id: 'TS-10',
    since: '1.0.0',
    title: 'stores one copy of what arrives together many times',
    proves: 'comparing and storing are one step',
    matters: 'Retries arrive together when a connection recovers.',
    nextStep: 'Queue by topic, or use the storage’s own transaction.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name, 8)
      const calls = Array.from({ length: 10 }, () => subject.store.append(name, 'the same'))
      const results = await tools.within(Promise.all(calls), 'concurrent append')
      checkSame(results.filter(({ outcome }) => outcome === 'stored').length, 1, 'how many were stored')
      checkSame(await bodies(subject, name), ['the same'], 'the messages')
    },
  },
  {
    id: 'TS-11',
    since: '1.0.0',
    title: 'opens a topic once of those who want it together',
    proves: 'looking and opening are one step',
    matters: 'Two apps would believe that the inbox is theirs.',
    nextStep: 'Use the storage’s own insert-if-absent.',
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      const calls = Array.from({ length: 10 }, () => open(subject, name))
      const results = await tools.within(Promise.all(calls), 'concurrent open')
      checkSame(results.filter((result) => result === 'opened').length, 1, 'how many opened it')
    },
  },
  {
    id: 'TS-12',
    since: '1.0.0',
    title: 'counts an expired topic as absent',
    proves: 'a topic ends when it was said to end, swept or not',
    matters: 'An answer that arrives late would lie there for nobody, and be read by the next owner.',
    nextStep: 'Compare expiresAt with the clock in every call.',
    skip: needsTime,
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name)
      await subject.store.append(name, 'old')
      await subject.advance?.(LIFETIME - 1)
      checkSame(await bodies(subject, name), ['old'], 'the messages a second before')
      await subject.advance?.(2)
      check((await subject.store.read(name, 0)) === undefined, 'read must be undefined')
      checkSame(await subject.store.append(name, 'a'), { outcome: 'unknown' }, 'append')
      checkSame(await subject.store.remove(name), false, 'remove')
      checkSame(await open(subject, name), 'opened', 'open')
      checkSame(await bodies(subject, name), [], 'the messages of the new topic')
    },
  },
  {
    id: 'TS-13',
    since: '1.0.0',
    title: 'opens an expired topic anew, empty',
    proves: 'a later topic of that name shows nothing of the earlier one',
    matters: 'The next owner of a name would read the answers to the one before.',
    nextStep: 'Delete the old messages when the name is opened again.',
    skip: needsTime,
    async run(subject, tools) {
      const name = tools.uniqueName('t')
      await open(subject, name)
      await subject.store.append(name, 'old')
      await subject.advance?.(LIFETIME + 1)
      checkSame(await open(subject, name), 'opened', 'open')
      checkSame(await bodies(subject, name), [], 'the messages of the new topic')
      checkSame(await subject.store.append(name, 'old'), { outcome: 'stored', cursor: 1 }, 'append')
    },
  },
  {
    id: 'TS-14',
    since: '1.0.0',
    title: 'sweeps what has expired and nothing else',
    proves: 'a relay’s storage does not grow without end, and no live topic is lost',
    matters: 'A relay that keeps what has expired runs full; one that sweeps too much loses logins.',
    nextStep: 'Compare expiresAt with the clock; resolve with the number of topics.',
    skip: needsTime,
    async run(subject, tools) {
      await subject.store.sweep()
      const [old, live] = [tools.uniqueName('old'), tools.uniqueName('live')]
      await open(subject, old)
      await subject.store.append(old, 'a')
      await subject.advance?.(LIFETIME + 1)
      await open(subject, live)
      await subject.store.append(live, 'b')
      checkSame(await tools.within(subject.store.sweep(), 'sweep'), 1, 'how many went')
      checkSame(await subject.store.sweep(), 0, 'how many went the second time')
      checkSame(await bodies(subject, live), ['b'], 'the live topic')
    },
  },
  {
    id: 'TS-15',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled call stores and removes nothing',
    matters: 'A call that was given up must not change what others see.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run(subject, tools) {
      const { store, now } = subject
      const name = tools.uniqueName('t')
      const topic = { expiresAt: now() + LIFETIME, capacity: 8 }
      await tools.honoursAbort((signal) => store.open(name, topic, { signal }), 'open')
      checkSame(await open(subject, name), 'opened', 'open after an aborted one')
      await tools.honoursAbort((signal) => store.append(name, 'a', { signal }), 'append')
      await tools.honoursAbort((signal) => store.read(name, 0, { signal }), 'read')
      await tools.honoursAbort((signal) => store.remove(name, { signal }), 'remove')
      await tools.honoursAbort((signal) => store.sweep({ signal }), 'sweep')
      checkSame(await bodies(subject, name), [], 'the messages')
    },
  },
  {
    id: 'TS-16',
    since: '1.1.0',
    title: 'trims what was read, and frees its room',
    proves: 'an inbox that is read goes on for as long as it lives',
    matters:
      'A wallet’s push inbox would be full for good after its first few messages, or number the next ones wrong.',
    nextStep: 'Remove bodies up to the cursor; count capacity by what is left, cursors by all that came.',
    skip: needsTrim,
    async run(subject, tools) {
      const { store } = subject
      const name = tools.uniqueName('t')
      checkSame(await store.trim?.(name, 1), false, 'trim of an unknown topic')
      await open(subject, name, 2)
      await store.append(name, 'a')
      await store.append(name, 'b')
      checkSame(await store.trim?.(name, 1), true, 'trim')
      checkSame(await store.read(name, 0), [{ cursor: 2, body: 'b' }], 'what is left')
      checkSame(await store.append(name, 'b'), { outcome: 'duplicate', cursor: 2 }, 'append again')
      checkSame(await store.append(name, 'c'), { outcome: 'stored', cursor: 3 }, 'append into the room')
      checkSame((await store.append(name, 'd')).outcome, 'full', 'one more')
      checkSame(await store.trim?.(name, 99), true, 'trim past the end')
      checkSame(await store.read(name, 0), [], 'nothing is left')
      checkSame(await store.append(name, 'a'), { outcome: 'stored', cursor: 4 }, 'append after all')
      checkSame(await store.trim?.(name, 0), true, 'trim of nothing')
      checkSame(await store.read(name, 3), [{ cursor: 4, body: 'a' }], 'the last message')
      checkSame(await store.read(name, 4), [], 'the messages after it')
    },
  },
  {
    id: 'TS-17',
    since: '1.2.0',
    title: 'gives at least the first message of a page, and nothing before or between',
    proves: 'a reader that asks for a few messages at a time gets to all of them',
    matters: 'A relay reads in pages: an empty page, or one with a gap, loses an answer.',
    nextStep:
      'Give the first message whatever its length, and stop before the one that is too much; or give all.',
    async run(subject, tools) {
      const { store } = subject
      const name = tools.uniqueName('t')
      const sent = ['a'.repeat(100), 'b', 'c'.repeat(100), 'd']
      checkSame(await store.read(name, 0, { maxMessages: 1, maxBytes: 1 }), undefined, 'an unknown topic')
      await open(subject, name)
      checkSame(await store.read(name, 0, { maxMessages: 1, maxBytes: 1 }), [], 'an empty topic')
      for (const body of sent) await store.append(name, body)
      const all = sent.map((body, n) => ({ cursor: n + 1, body }))
      for (const page of [{ maxMessages: 1 }, { maxMessages: 3 }, { maxBytes: 1 }, { maxBytes: 101 }]) {
        for (const cursor of [0, 1, 3]) {
          const messages = (await store.read(name, cursor, page)) ?? []
          check(messages.length > 0, 'a page must hold the first message')
          checkSame(messages, all.slice(cursor, cursor + messages.length), 'the messages of a page')
        }
        checkSame(await store.read(name, 4, page), [], 'the messages after the last')
      }
    },
  },
]

function open({ store, now }: TopicStoreSubject, name: string, capacity = 8): Promise<string> {
  return store.open(name, { expiresAt: now() + LIFETIME, capacity })
}

async function bodies({ store }: TopicStoreSubject, name: string): Promise<readonly (string | undefined)[]> {
  const messages = await store.read(name, 0)
  return messages === undefined ? [undefined] : messages.map(({ body }) => body)
}
