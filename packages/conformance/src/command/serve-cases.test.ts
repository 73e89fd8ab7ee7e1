import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { suites } from '../suites.ts'
import type { Message } from './messages.ts'
import { RunRecord } from './run-record.ts'
import { serveCases } from './serve-cases.ts'

const SOUND = fileURLToPath(new URL('../../test-support/sound-parts.mjs', import.meta.url))
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-conformance-'))
})

afterAll(() => rm(directory, { recursive: true, force: true }))

let written = 0

/** What is said of a module of this text. */
async function serve(text: string, options: { suite?: string; ids?: string[]; name?: string } = {}) {
  const module = join(directory, `${++written}-${options.name ?? 'module.mjs'}`)
  await writeFile(module, text)
  const said: Message[] = []
  const strays: unknown[] = []
  const job = {
    suite: 'key-store',
    ids: ['KS-02'],
    module,
    timeoutMilliseconds: 60,
    loadMilliseconds: 400,
    ...options,
  }
  await serveCases(job, { take: () => strays.splice(0) }, (message) => said.push(message))
  return { said, results: said.flatMap((message) => (message.kind === 'result' ? [message.result] : [])) }
}

const STORE = 'store: { get: async () => undefined, sign: async () => { throw new Error() } }'

describe('serveCases refuses a module in one line', () => {
  it.each([
    ['that exports nothing', 'const nothing = 1', 'exports nothing: export default { store, keyId, manager?'],
    ['that exports something else', 'export const nothing = 1', 'exports nothing: export default'],
    ['that gives a text', 'export default "text"', 'gives string for key-store: it must give { store, keyId'],
    ['whose function gives nothing', 'export default () => {}', 'gives undefined for key-store'],
    ['that gives null', 'export default null', 'gives null for key-store'],
    ['without a key id', `export default { ${STORE} }`, 'keyId must be a text'],
    ['with half a store', 'export default { keyId: "a", store: { get() {} } }', 'store has no method sign()'],
    ['that gives a store alone', 'export default { get() {}, sign() {} }', 'store must be an object'],
    [
      'with no function',
      `export default { keyId: "a", ${STORE}, overDevice: 1 }`,
      'overDevice must be a function',
    ],
    ['that is no JavaScript', 'export default {', 'could not be imported: '],
    ['that lacks a package', 'import "no-such-package"', 'could not be imported: '],
    [
      'that never loads',
      'await new Promise(() => undefined)',
      'does not finish loading: nothing happened for 400 ms',
    ],
    [
      'that makes none',
      'export default () => { throw new Error("no device") }',
      'makes no subject: Error: no device',
    ],
  ])('%s', async (_what, text, expected) => {
    const { said } = await serve(text)
    expect(said).toEqual([{ kind: 'refused', message: expect.stringContaining(expected) }])
    expect(said[0]).toMatchObject({ message: expect.not.stringContaining('\n') })
  })

  it('that is not there', async () => {
    const said: Message[] = []
    const job = { suite: 'key-store', ids: [], timeoutMilliseconds: 1000, loadMilliseconds: 1000 }
    await serveCases({ ...job, module: './none.js' }, { take: () => [] }, (message) => said.push(message))
    expect(said).toEqual([
      { kind: 'refused', message: 'There is no file ./none.js: give the path of your module from here' },
    ])
  })

  it('with a clock that is moved but not told', async () => {
    const text =
      'const f = () => undefined\nexport default { store: { put: f, get: f, consume: f }, advance: f }'
    const { said } = await serve(text, { suite: 'request-store', ids: ['RQ-01'] })
    expect(said).toEqual([{ kind: 'refused', message: expect.stringContaining('advance() needs now()') }])
  })
})

describe('serveCases', () => {
  it.each([...suites.values()])('passes a sound $port', async ({ name, cases }) => {
    const said: Message[] = []
    const ids = cases.map(({ id }) => id)
    const limits = { timeoutMilliseconds: 30_000, loadMilliseconds: 30_000 }
    await serveCases({ suite: name, module: SOUND, ids, ...limits }, { take: () => [] }, (message) =>
      said.push(message),
    )
    const results = said.flatMap((message) => (message.kind === 'result' ? [message.result] : []))
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
    expect(results.map(({ id }) => id)).toEqual(ids)
  })

  it('takes a function that makes a store with its manager', async () => {
    const said: Message[] = []
    const module = fileURLToPath(new URL('../../test-support/my-store.mjs', import.meta.url))
    const limits = { timeoutMilliseconds: 30_000, loadMilliseconds: 30_000 }
    const ids = ['KS-03', 'KM-01', 'KM-09']
    await serveCases({ suite: 'key-store', module, ids, ...limits }, { take: () => [] }, (message) =>
      said.push(message),
    )
    const outcomes = said.flatMap((message) => (message.kind === 'result' ? [message.result.outcome] : []))
    expect(outcomes).toEqual(['passed', 'passed', 'skipped'])
  })

  it('prefers the export of the suite’s name, and runs the cases asked for', async () => {
    const { said } = await serve(`export default 1\nexport const keyStore = { keyId: "a", ${STORE} }`)
    expect(said.map(({ kind }) => kind)).toEqual(['case', 'result', 'done'])
    expect(said[1]).toMatchObject({ result: { id: 'KS-02', outcome: 'passed' } })
  })

  it('makes a subject for each case, and closes each', async () => {
    const { results } = await serve(
      `let open = 0
      export default () => {
        if (open !== 0) throw new Error('one is open')
        open += 1
        return { keyId: 'a', ${STORE}, close() { open -= 1 } }
      }`,
      { ids: ['KS-02', 'KS-09', 'KM-01'] },
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'skipped'])
  })

  it('closes a shared subject once, at the end, and says so when that fails', async () => {
    const { said, results } = await serve(
      `class Subject {
        keyId = 'a'
        closed = 0
        store = { get: async () => { if (this.closed) throw new Error('closed') }, sign: async () => { throw new Error() } }
        async [Symbol.asyncDispose]() { throw new Error('cannot close') }
      }
      export default new Subject()`,
      { ids: ['KS-02', 'KS-09'] },
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed'])
    expect(said.at(-2)).toEqual({ kind: 'problem', message: 'Error: cannot close' })
    expect(said.at(-1)).toEqual({ kind: 'done' })
  })

  it('binds functions to their subject, and gives it the machine’s clock where it has none', async () => {
    const { results } = await serve(
      `export default {
        store: { put: async () => undefined, get: async () => undefined, consume: async () => 'unknown' },
      }`,
      { suite: 'request-store', ids: ['RQ-02', 'RQ-09'] },
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'skipped'])
  })

  it('ends what hangs, and says what to do about it', async () => {
    const store = 'store: { get: () => new Promise(() => {}), sign: async () => {} }'
    const { results } = await serve(`export default { keyId: "a", ${store} }`)
    expect(results).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        found: 'get must not hang: nothing happened for 10 ms',
        nextStep: expect.stringContaining('Settle every promise'),
      }),
    ])
  })

  it('fails a case that leaves a rejection to nobody', async () => {
    const said: Message[] = []
    const module = join(directory, 'stray.mjs')
    await writeFile(module, `export default { keyId: "a", ${STORE} }`)
    const job = {
      suite: 'key-store',
      ids: ['KS-02'],
      module,
      timeoutMilliseconds: 1000,
      loadMilliseconds: 1000,
    }
    const strays = [[], [new Error('lost')], ['at the end']]
    await serveCases(job, { take: () => strays.shift() ?? [] }, (message) => said.push(message))
    expect(said).toMatchObject([
      { kind: 'case' },
      { kind: 'result', result: { outcome: 'failed', found: 'nobody caught Error: lost' } },
      { kind: 'problem', message: 'Nobody caught string was thrown: at the end' },
      { kind: 'done' },
    ])
  })
})

describe('RunRecord', () => {
  const cases = suites.get('key-store')?.cases ?? []
  const job = {
    suite: 'key-store',
    ids: ['KS-01', 'KS-02'],
    module: './a.js',
    timeoutMilliseconds: 5,
    loadMilliseconds: 9,
  }
  const passed = {
    id: 'KS-01',
    title: '',
    proves: '',
    since: '',
    milliseconds: 1,
    outcome: 'passed',
  } as const

  function record(): RunRecord {
    return new RunRecord(cases, { started: () => undefined, ended: () => undefined })
  }

  it('fails the case that was running when its process ended', () => {
    const blocked = record()
    blocked.take({ kind: 'case', id: 'KS-01' })
    blocked.end(job, { kind: 'blocked' })
    expect(blocked.results).toMatchObject([
      { id: 'KS-01', outcome: 'failed', found: expect.stringContaining('5 ms') },
    ])
    expect(blocked.without(job.ids)).toEqual(['KS-02'])
  })

  it('calls an end between two cases a problem, and one before the first a mistake of the module', () => {
    const between = record()
    between.take({ kind: 'result', result: passed })
    between.end(job, { kind: 'died', how: 'SIGSEGV' })
    expect(between.problems).toEqual(['Between two cases the process ended: SIGSEGV'])
    expect(() => record().end(job, { kind: 'blocked' })).toThrow(
      './a.js: the module blocked the process for more than 9 ms',
    )
    expect(() => record().take({ kind: 'refused', message: 'no' })).toThrow('no')
  })
})
