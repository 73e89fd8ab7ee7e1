// As much of vitest as the tests of core's verification use, collected into one list, so that a mutant can be tried in
// milliseconds. The assertions are vitest's own.

import {
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'
import * as spy from '@vitest/spy'
import * as chai from 'chai'

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)

/** @param {unknown} value @param {string} [message] */
export const expect = (value, message) => chai.expect(value, message)
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT], {
  getState: () => getState(expect),
  setState: (state) => setState(state, expect),
  unreachable: (message) => chai.assert.fail(message ?? 'unreachable'),
  poll: (read, options) => polling(read, options, false),
})
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect)
globalThis[GLOBAL_EXPECT] = expect

/** `expect.poll`: asks again until it is so, or the time is over. */
function polling(read, { interval = 5, timeout = 1500 } = {}, negated) {
  const matcher = async (name, args) => {
    const end = performance.now() + timeout
    for (;;) {
      try {
        const subject = expect(await read())
        return (negated ? subject.not : subject)[name](...args)
      } catch (cause) {
        if (performance.now() > end) throw cause
        await new Promise((resolve) => setTimeout(resolve, interval))
      }
    }
  }
  return new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'not' ? polling(read, { interval, timeout }, true) : (...args) => matcher(name, args),
    },
  )
}

export const vi = { ...spy }

/** Types are checked by the compiler. */
export const expectTypeOf = () => {
  const anything = new Proxy(() => anything, { get: () => anything, apply: () => anything })
  return anything
}

/** @typedef {{ readonly name: string, readonly run: () => unknown, readonly before: readonly (() => unknown)[], readonly after: readonly (() => unknown)[] }} CollectedTest */

/** @type {{ tests: CollectedTest[], file: string }} */
export const collected = { tests: [], file: '' }
let titles = []
let before = []
let after = []

const lastFunction = (...values) => values.findLast((value) => typeof value === 'function')

function add(name, ...rest) {
  const body = lastFunction(...rest)
  collected.tests.push({
    name: [collected.file, ...titles, name].join(' > '),
    run: () => body({ expect }),
    before,
    after,
  })
}

function suite(name, ...rest) {
  const outer = { titles, before, after }
  titles = [...titles, name]
  lastFunction(...rest)()
  ;({ titles, before, after } = outer)
}

/** One for each row, as `it.each` and `describe.each` do. */
const each =
  (make) =>
  (rows) =>
  (name, ...rest) => {
    const body = lastFunction(...rest)
    const spread = rows.every(Array.isArray)
    rows.forEach((row, index) => {
      make(`${name} [${index}]`, () => (spread ? body(...row) : body(row)))
    })
  }

const none = () => {}
const it = Object.assign(add, {
  each: each(add),
  skip: none,
  runIf: (condition) => (condition ? add : none),
  skipIf: (condition) => (condition ? none : add),
})

export { it, it as test }
export const describe = Object.assign(suite, { each: each(suite), skip: none })
export const beforeEach = (hook) => {
  before = [...before, hook]
}
export const afterEach = (hook) => {
  after = [...after, hook]
}
const unsupported = (name) => () => {
  throw new Error(
    `${name}: the stand-in runs tests one by one, in any order; use ${name.replace('All', 'Each')}`,
  )
}
export const beforeAll = unsupported('beforeAll')
export const afterAll = unsupported('afterAll')
