import type { PendingRequest, RequestStore } from '../ports/request-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check, checkSame } from './conformance-tools.ts'
import { PROTOTYPE_NAMES } from './key-store-cases.ts'

/** A store and the clock it lives by. */
export interface RequestStoreSubject {
  readonly store: RequestStore
  /** Unix seconds, by the store's clock. */
  now(): number
  /** Moves the store's clock. Absent where it cannot be moved; the cases about time are skipped then. */
  readonly advance?: ((seconds: number) => void | Promise<void>) | undefined
}

const MANY = 20
const needsTime = ({ advance }: RequestStoreSubject): string | undefined =>
  advance === undefined ? 'the store’s clock cannot be moved' : undefined

/** What every RequestStore must do. */
export const requestStoreCases: readonly ConformanceCase<RequestStoreSubject>[] = [
  {
    id: 'RQ-01',
    since: '1.0.0',
    title: 'gives back what was put',
    proves: 'every member survives, the application’s own state and the channel’s too',
    matters: 'An answer is verified against what was stored: a lost member means a check that is not made.',
    nextStep: 'Store plain JSON, whole.',
    async run({ store, now }, tools) {
      const record = pending(tools.uniqueName('r'), now())
      await tools.within(store.put(record), 'put')
      checkSame(await tools.within(store.get(record.id), 'get'), record, 'the record')
    },
  },
  {
    id: 'RQ-02',
    since: '1.0.0',
    title: 'knows no request that was never put',
    proves: 'a reply to a request of somebody else’s is told apart from a late one',
    matters: '“Never asked” is an attack or a mistake, “too late” is not; operators need to know which.',
    nextStep: 'get: undefined; consume: "unknown".',
    async run({ store }, tools) {
      const id = tools.uniqueName('unknown')
      check((await tools.within(store.get(id), 'get')) === undefined, 'get must be undefined')
      checkSame(await tools.within(store.consume(id, 'hash'), 'consume'), 'unknown', 'consume')
    },
  },
  {
    id: 'RQ-03',
    since: '1.0.0',
    title: 'refuses an id in use',
    proves: 'no request is replaced while its reply is under way',
    matters: 'Whoever can replace a request chooses what its answer is checked against.',
    nextStep: 'Insert only where absent; REQUEST_ID_IN_USE.',
    async run({ store, now }, tools) {
      const record = pending(tools.uniqueName('r'), now())
      await store.put(record)
      await tools.refuses(
        store.put({ ...record, jwt: 'x.y.z' }),
        ['REQUEST_ID_IN_USE'],
        'put with an id in use',
      )
      checkSame((await store.get(record.id))?.jwt, record.jwt, 'the first record’s token')
    },
  },
  {
    id: 'RQ-04',
    since: '1.0.0',
    title: 'is spent once',
    proves: 'the first reply wins, its repetition is known as such, and another one has lost',
    matters: 'An answer that counts twice lets one login open two sessions.',
    nextStep: 'Keep the hash of the reply that won.',
    async run({ store, now }, tools) {
      const { id } = await putNew(store, tools.uniqueName('r'), now())
      const results = []
      for (const hash of ['first', 'first', 'second', 'first']) results.push(await store.consume(id, hash))
      checkSame(results, ['won', 'same', 'lost', 'same'], 'the results')
    },
  },
  {
    id: 'RQ-05',
    since: '1.0.0',
    title: 'lets one of many replies win that arrive together',
    proves: 'looking and spending are one step, over all processes that share the store',
    matters: 'Two servers behind a load balancer would both accept.',
    nextStep: 'Use the storage’s own compare-and-set.',
    async run({ store, now }, tools) {
      const { id } = await putNew(store, tools.uniqueName('r'), now())
      const calls = Array.from({ length: MANY }, (_, n) => store.consume(id, `reply ${n}`))
      const results = await tools.within(Promise.all(calls), 'concurrent consume')
      checkSame(count(results, 'won'), 1, 'how many won')
      checkSame(count(results, 'lost'), MANY - 1, 'how many lost')
    },
  },
  {
    id: 'RQ-06',
    since: '1.0.0',
    title: 'lets one copy of a reply win that arrives many times',
    proves: 'a reply sent twice is not taken twice, nor taken for a rival',
    matters:
      'Wallets send again after a lost connection: the person must not be told that somebody else was faster.',
    nextStep: 'Compare the hash in the same step that sets it.',
    async run({ store, now }, tools) {
      const { id } = await putNew(store, tools.uniqueName('r'), now())
      const calls = Array.from({ length: MANY }, () => store.consume(id, 'reply'))
      const results = await tools.within(Promise.all(calls), 'concurrent consume')
      checkSame(count(results, 'won'), 1, 'how many won')
      checkSame(count(results, 'same'), MANY - 1, 'how many were the same')
    },
  },
  {
    id: 'RQ-07',
    since: '1.0.0',
    title: 'stores one of two requests of one id that arrive together',
    proves: 'looking and storing are one step',
    matters: 'Two requests under one id share one answer.',
    nextStep: 'Use the storage’s own insert-if-absent.',
    async run({ store, now }, tools) {
      const record = pending(tools.uniqueName('r'), now())
      const calls = Array.from({ length: MANY }, (_, n) => store.put({ ...record, jwt: `a.b.${n}` }))
      const outcomes = await tools.within(Promise.allSettled(calls), 'concurrent put')
      checkSame(outcomes.filter(({ status }) => status === 'fulfilled').length, 1, 'how many were stored')
    },
  },
  {
    id: 'RQ-08',
    since: '1.0.0',
    title: 'keeps a spent request',
    proves: 'what was asked can still be looked up, and its id is never used again',
    matters: 'A spent id that is free again makes an old answer good again.',
    nextStep: 'Mark as spent; do not delete.',
    async run({ store, now }, tools) {
      const record = await putNew(store, tools.uniqueName('r'), now())
      await store.consume(record.id, 'reply')
      checkSame(await store.get(record.id), record, 'the spent record')
      await tools.refuses(store.put(record), ['REQUEST_ID_IN_USE'], 'put with a spent id')
    },
  },
  {
    id: 'RQ-09',
    since: '1.0.0',
    title: 'keeps a request for 300 seconds past its expiry, spent or not',
    proves: 'clocks that differ open no door to a second answer',
    matters: 'A record that is gone before its tokens are makes an old answer look new.',
    nextStep: 'Expire records at expiresAt + 300 or later.',
    skip: needsTime,
    async run({ store, now, advance }, tools) {
      const [spent, open] = [tools.uniqueName('spent'), tools.uniqueName('open')]
      await putNew(store, spent, now())
      await putNew(store, open, now())
      await store.consume(spent, 'reply')
      await advance?.(LIFETIME + 299)
      checkSame(await store.consume(spent, 'rival'), 'lost', 'a rival’s result')
      check((await store.get(open)) !== undefined, 'the open record must be there')
      checkSame(await store.consume(open, 'late'), 'won', 'the late reply’s result')
    },
  },
  {
    id: 'RQ-10',
    since: '1.0.0',
    title: 'forgets what is long past',
    proves: 'the store does not grow without end',
    matters: 'Requests that nobody answered would fill the disk.',
    nextStep: 'Give records a time to live.',
    skip: needsTime,
    async run({ store, now, advance }, tools) {
      const { id } = await putNew(store, tools.uniqueName('r'), now())
      await advance?.(LIFETIME + 366 * 86_400)
      check((await store.get(id)) === undefined, 'get must be undefined a year later')
      checkSame(await store.consume(id, 'reply'), 'unknown', 'consume')
    },
  },
  {
    id: 'RQ-11',
    since: '1.0.0',
    title: 'takes names of an object’s prototype for unknown requests',
    proves: 'ids from outside reach no property of the store’s table',
    matters: 'Ids come from whoever posts: one named like a property would reach code instead of a record.',
    nextStep: 'Keep records in a Map.',
    async run({ store }) {
      for (const name of PROTOTYPE_NAMES) {
        check((await store.get(name)) === undefined, `get of ${JSON.stringify(name)} must be undefined`)
        checkSame(await store.consume(name, 'x'), 'unknown', `consume of ${JSON.stringify(name)}`)
      }
    },
  },
  {
    id: 'RQ-12',
    since: '1.0.0',
    title: 'keeps records from the hands of callers',
    proves: 'a caller that changes what it put or got changes nothing in the store',
    matters: 'A handler that edits its copy would change what the answer is checked against.',
    nextStep: 'Copy on the way in; copy or freeze on the way out.',
    async run({ store, now }, tools) {
      const appState = { page: '/' }
      const record = { ...pending(tools.uniqueName('r'), now()), appState }
      await store.put(record)
      appState.page = '/elsewhere'
      const got = await store.get(record.id)
      if (got !== undefined) Reflect.set(got.reply.state, 'secret', 'changed')
      if (got !== undefined) Reflect.set(got, 'issuer', 'did:example:mallory')
      const expected = { ...record, appState: { page: '/' } }
      checkSame(await store.get(record.id), expected, 'the record')
    },
  },
  {
    id: 'RQ-13',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled call stores and spends nothing',
    matters: 'A cancelled call that spends the request locks the person out.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run({ store, now }, tools) {
      const record = pending(tools.uniqueName('r'), now())
      await tools.honoursAbort((signal) => store.put(record, { signal }), 'put')
      await store.put(record)
      await tools.honoursAbort((signal) => store.get(record.id, { signal }), 'get')
      await tools.honoursAbort((signal) => store.consume(record.id, 'a', { signal }), 'consume')
      checkSame(await store.consume(record.id, 'b'), 'won', 'the result after an aborted consume')
    },
  },
]

const LIFETIME = 120

function pending(id: string, now: number): PendingRequest {
  return {
    id,
    issuer: 'did:web:app.example',
    requestType: 'shareReq',
    jwt: 'header.payload.signature',
    expiresAt: now + LIFETIME,
    reply: {
      channel: 'relay',
      callback: `https://relay.example/t/${id}`,
      state: { secret: 's', nested: { list: [1, null] } },
    },
    appState: { returnTo: '/', visits: [1, 2.5, true, null], text: 'Grüße 世界 \u0000 "' },
  }
}

async function putNew(store: RequestStore, id: string, now: number): Promise<PendingRequest> {
  const record = pending(id, now)
  await store.put(record)
  return record
}

function count(results: readonly string[], wanted: string): number {
  return results.filter((result) => result === wanted).length
}
