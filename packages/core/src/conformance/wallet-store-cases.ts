import type { Json } from '../ports/json.ts'
import type { WalletStore } from '../ports/wallet-store.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check, checkSame } from './conformance-tools.ts'
import { PROTOTYPE_NAMES } from './key-store-cases.ts'

/** A store, and a second view of what it keeps where there can be one. */
export interface WalletStoreSubject {
  readonly store: WalletStore
  /** Opens the same records anew, as a restarted wallet does. Absent where the records end with the process. */
  readonly reopen?: (() => WalletStore | Promise<WalletStore>) | undefined
}

const MANY = 20

/** Names that are paths, separators or case variants to a careless store. */
const AWKWARD_KEYS = [
  '',
  '.',
  '..',
  '../x',
  'a/b',
  'a\\b',
  'A',
  'a',
  'did:web:x%3A1',
  'ü',
  '世界',
  '\u0000',
  '\ud800',
]

const VALUE: Json = { text: 'Grüße 世界 \u0000 "', list: [1, 2.5, null, true, { nested: '' }] }

/** What every WalletStore must do. */
export const walletStoreCases: readonly ConformanceCase<WalletStoreSubject>[] = [
  {
    id: 'WS-01',
    since: '1.0.0',
    title: 'gives back what was put',
    proves: 'every JSON value survives, whatever its form',
    matters:
      'Accounts and credentials are whatever JSON they are: one changed value is a credential that verifies no more.',
    nextStep: 'Store JSON text, whole.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      const values: readonly Json[] = [VALUE, null, false, 0, '', [], {}]
      for (const [index, value] of values.entries()) {
        await tools.within(store.put(name, `k${index}`, value), 'put')
        checkSame(await tools.within(store.get(name, `k${index}`), 'get'), value, 'the value')
      }
    },
  },
  {
    id: 'WS-02',
    since: '1.0.0',
    title: 'knows no record that was never put',
    proves: 'absent is told apart from null',
    matters: 'A wallet that takes “absent” for “empty” shows an account that is not there.',
    nextStep: 'get: undefined; delete: false; list: empty.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      check((await tools.within(store.get(name, 'k'), 'get')) === undefined, 'get must be undefined')
      checkSame(await tools.within(store.delete(name, 'k'), 'delete'), false, 'delete')
      checkSame(await tools.within(store.list(name), 'list'), [], 'list')
    },
  },
  {
    id: 'WS-03',
    since: '1.0.0',
    title: 'replaces a record',
    proves: 'the last write counts, and leaves one record',
    matters: 'An old record beside the new one would be found by the next listing.',
    nextStep: 'put overwrites.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      await store.put(name, 'k', { first: true })
      await store.put(name, 'k', { second: true })
      checkSame(await store.list(name), [{ key: 'k', value: { second: true } }], 'the records')
    },
  },
  {
    id: 'WS-04',
    since: '1.0.0',
    title: 'creates a record once',
    proves: 'a second writer is told so, and changes nothing',
    matters: 'A request that was claimed once would be answered twice.',
    nextStep: 'Insert only where absent.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      checkSame(await store.create(name, 'k', 1), true, 'the first create')
      checkSame(await store.create(name, 'k', 2), false, 'the second create')
      checkSame(await store.get(name, 'k'), 1, 'the value')
    },
  },
  {
    id: 'WS-05',
    since: '1.0.0',
    title: 'lets one of many creators win that come together',
    proves: 'looking and writing are one step: a wallet that claims a request this way answers once',
    matters: 'Two processes of one wallet would both answer the same request.',
    nextStep: 'Use the storage’s own insert-if-absent.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      const calls = Array.from({ length: MANY }, (_, n) => store.create(name, 'k', n))
      const results = await tools.within(Promise.all(calls), 'concurrent create')
      checkSame(results.filter(Boolean).length, 1, 'how many created it')
      checkSame(await store.get(name, 'k'), results.indexOf(true), 'the winner’s value')
    },
  },
  {
    id: 'WS-06',
    since: '1.0.0',
    title: 'deletes a record once',
    proves: 'of many callers one is told that it was there',
    matters: 'Whoever is told that it was there goes on to use it: two would spend the same thing.',
    nextStep: 'Let the storage report what it removed.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      await store.put(name, 'k', 1)
      const calls = Array.from({ length: MANY }, () => store.delete(name, 'k'))
      const results = await tools.within(Promise.all(calls), 'concurrent delete')
      checkSame(results.filter(Boolean).length, 1, 'how many deleted it')
      check((await store.get(name, 'k')) === undefined, 'get must be undefined afterwards')
      checkSame(await store.create(name, 'k', 2), true, 'a create afterwards')
    },
  },
  {
    id: 'WS-07',
    since: '1.0.0',
    title: 'lists a collection in the order of its keys',
    proves: 'what is numbered is read in its order, and collections do not mix',
    matters: 'Accounts and their numbers are read in order: a shuffled list picks the wrong one.',
    nextStep: 'Sort by UTF-16 code units; keep collections apart.',
    async run({ store }, tools) {
      const [name, other] = [tools.uniqueName('c'), tools.uniqueName('other')]
      for (const key of ['b', 'a', 'B', '10', '2', '~']) await store.put(name, key, key)
      await store.put(other, 'a', 'other')
      const keys = (await store.list(name)).map(({ key }) => key)
      checkSame(keys, ['10', '2', 'B', 'a', 'b', '~'], 'the keys')
      checkSame(await store.list(other), [{ key: 'a', value: 'other' }], 'the other collection')
    },
  },
  {
    id: 'WS-08',
    since: '1.0.0',
    title: 'takes any text for a key',
    proves: 'a key from outside reaches no other record and no other file',
    matters: 'Apps choose ids that a wallet stores by: a name like “../x” would reach other files.',
    nextStep: 'Hash or encode keys before they name anything.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      const keys = [...new Set([...AWKWARD_KEYS, 'x'.repeat(5000), ...PROTOTYPE_NAMES])]
      for (const key of keys) {
        const shown = JSON.stringify(key.slice(0, 40))
        check(
          (await store.get(name, key)) === undefined,
          `get of ${shown} must be undefined before it is put`,
        )
        await store.put(name, key, { key })
      }
      for (const key of keys) checkSame(await store.get(name, key), { key }, 'the value')
      checkSame((await store.list(name)).length, keys.length, 'how many records there are')
    },
  },
  {
    id: 'WS-09',
    since: '1.0.0',
    title: 'keeps records from the hands of callers',
    proves: 'a caller that changes what it put or got changes nothing in the store',
    matters: 'What a page does to its copy would become what the wallet believes.',
    nextStep: 'Copy on the way in; copy or freeze on the way out.',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      const value = { inner: { text: 'as put' } }
      await store.put(name, 'k', value)
      value.inner.text = 'changed'
      const got = await store.get(name, 'k')
      if (typeof got === 'object' && got !== null) Reflect.set(got, 'inner', 'changed')
      for (const record of await store.list(name)) Reflect.set(Object(record.value), 'inner', 'changed')
      checkSame(await store.get(name, 'k'), { inner: { text: 'as put' } }, 'the value')
    },
  },
  {
    id: 'WS-10',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled call writes and removes nothing',
    matters: 'A call that was given up must not change what the person sees.',
    nextStep: 'Begin with options.signal?.throwIfAborted().',
    async run({ store }, tools) {
      const name = tools.uniqueName('c')
      await tools.honoursAbort((signal) => store.put(name, 'k', 1, { signal }), 'put')
      await tools.honoursAbort((signal) => store.create(name, 'k', 1, { signal }), 'create')
      check((await store.get(name, 'k')) === undefined, 'get must be undefined after aborted writes')
      await store.put(name, 'k', 1)
      await tools.honoursAbort((signal) => store.get(name, 'k', { signal }), 'get')
      await tools.honoursAbort((signal) => store.list(name, { signal }), 'list')
      await tools.honoursAbort((signal) => store.delete(name, 'k', { signal }), 'delete')
      checkSame(await store.get(name, 'k'), 1, 'the value after an aborted delete')
    },
  },
  {
    id: 'WS-11',
    since: '1.0.0',
    title: 'keeps its records over a restart',
    proves: 'what was put, created and deleted is so for the next process',
    matters: 'A wallet that forgets loses accounts, credentials, and what it has already answered.',
    nextStep: 'Resolve only when it is on the disk.',
    skip: ({ reopen }) => (reopen === undefined ? 'the store does not outlive its process' : undefined),
    async run({ store, reopen }, tools) {
      const name = tools.uniqueName('c')
      await store.put(name, 'put', VALUE)
      await store.create(name, 'created', 1)
      await store.put(name, 'deleted', 1)
      await store.delete(name, 'deleted')
      const next = await reopen?.()
      checkSame(
        await next?.list(name),
        [
          { key: 'created', value: 1 },
          { key: 'put', value: VALUE },
        ],
        'the records after a restart',
      )
      checkSame(await next?.create(name, 'created', 2), false, 'a create after a restart')
    },
  },
]
