import { MemoryKeyStore } from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { type ConformanceCase, check, keyStoreCases, registerConformance, runConformance } from './index.ts'

interface Counter {
  value: number
}

const base = { since: '1.0.0', proves: 'something', matters: 'a lot', nextStep: 'Look here.' }
const cases: readonly ConformanceCase<Counter>[] = [
  {
    ...base,
    id: 'X-01',
    title: 'starts at zero',
    run: async (subject) => check(subject.value++ === 0, 'must be 0'),
  },
  {
    ...base,
    id: 'X-02',
    title: 'starts at zero again',
    run: async ({ value }) => check(value === 0, 'must be 0'),
  },
  { ...base, id: 'X-03', title: 'is one', run: async ({ value }) => check(value === 1, 'must be 1') },
  {
    ...base,
    id: 'X-04',
    title: 'needs more',
    skip: () => 'there is no more',
    run: () => Promise.reject(new Error()),
  },
  {
    ...base,
    id: 'X-05',
    title: 'hangs',
    run: (_, tools) => tools.within(new Promise(() => undefined), 'the wait'),
  },
  { ...base, id: 'X-06', title: 'throws no error', run: () => Promise.reject('text') },
]

describe('runConformance', () => {
  it('reports as data, every case on a subject of its own', async () => {
    const report = await runConformance(cases, () => ({ value: 0 }), { deadlineMilliseconds: 5 })
    expect(report).toMatchObject({
      passed: ['X-01', 'X-02'],
      failed: ['X-03', 'X-05', 'X-06'],
      skipped: ['X-04'],
    })
    expect(report.results.map(({ reason }) => reason)).toEqual([
      undefined,
      undefined,
      'X-03 (is one): must be 1. Look here.',
      'there is no more',
      'X-05 (hangs): the wait must not hang: nothing happened for 5 ms. Settle every promise, also when something fails; give a slow device more time.',
      'X-06 (throws no error): string was thrown: text. Look here.',
    ])
  })

  it('disposes every subject, also after a failure', async () => {
    const disposed: number[] = []
    let made = 0
    await runConformance(cases, () => ({ value: made++ }), {
      dispose: ({ value }) => void disposed.push(value),
      deadlineMilliseconds: 5,
    })
    expect(disposed).toHaveLength(cases.length)
  })

  it('reports a subject that cannot be made as a failure of each case', async () => {
    const report = await runConformance(cases, () => Promise.reject(new Error('no device')))
    expect(report.failed).toHaveLength(cases.length)
    expect(report.results[0]?.reason).toContain('no device')
  })
})

describe('a store without a test runner', () => {
  it('passes, with the results as data', async () => {
    // #region alone
    const makeSubject = async () => {
      const store = new MemoryKeyStore()
      await store.create({ keyId: 'login' })
      return { store, keyId: 'login' }
    }
    const { failed, results } = await runConformance(keyStoreCases, makeSubject)
    for (const { id, outcome, found } of results) if (outcome === 'failed') console.error(id, found)
    // #endregion
    expect(failed).toEqual([])
    expect(results).toHaveLength(keyStoreCases.length)
  })
})

describe('registerConformance', () => {
  it('registers one test for each case, and skips or fails it', async () => {
    const tests = new Map<string, () => Promise<void>>()
    const skipped: (string | undefined)[] = []
    const runner = {
      describe: (_name: string, define: () => void) => define(),
      it: (name: string, run: (context: { skip(reason?: string): void }) => Promise<void>) => {
        tests.set(name, () => run({ skip: (reason) => void skipped.push(reason) }))
      },
    }
    registerConformance(runner, 'Counter', cases.slice(0, 4), () => ({ value: 0 }))
    expect([...tests.keys()]).toEqual([
      'X-01 starts at zero',
      'X-02 starts at zero again',
      'X-03 is one',
      'X-04 needs more',
    ])
    await tests.get('X-01 starts at zero')?.()
    await expect(tests.get('X-03 is one')?.()).rejects.toThrow('X-03 (is one): must be 1. Look here.')
    await tests.get('X-04 needs more')?.()
    expect(skipped).toEqual(['there is no more'])
  })
})
