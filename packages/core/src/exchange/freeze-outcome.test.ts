import { expect, it } from 'vitest'
import { freezeOutcome } from './freeze-outcome.ts'

it('freezes plain objects and lists at every depth, and gives the very object back', () => {
  const bare = Object.assign(Object.create(null), { inner: { n: 1 } })
  const outcome = { list: [{ a: [{ b: 1 }] }], bare, text: 'x', none: null, nothing: undefined }
  expect(freezeOutcome(outcome)).toBe(outcome)
  const parts = [outcome, outcome.list, outcome.list[0], outcome.list[0]?.a, outcome.list[0]?.a[0]]
  expect([...parts, bare, bare.inner].map((part) => Object.isFrozen(part))).toEqual(Array(7).fill(true))
})

it('leaves what is no plain data to its maker', () => {
  const outcome = { bytes: new Uint8Array(2), when: new Date(0), url: new URL('https://a.example/') }
  freezeOutcome(outcome)
  outcome.bytes[0] = 7
  expect(outcome.bytes[0]).toBe(7)
  expect([outcome.when, outcome.url].map((part) => Object.isFrozen(part))).toEqual([false, false])
})

it('takes what is frozen for whole, and ends where parts contain one another', () => {
  const inner = { deep: { n: 1 } }
  const frozen = Object.freeze({ inner })
  const outcome: { frozen: typeof frozen; self?: object } = { frozen }
  outcome.self = outcome
  freezeOutcome(outcome)
  expect([Object.isFrozen(outcome), Object.isFrozen(inner)]).toEqual([true, false])
})
