// A test runner for Stryker that loads the tests once and runs them for every mutant in the same process. vitest starts a
// worker for each run and loads the sources anew, which takes seconds; there are more than two thousand mutants.

import { readdirSync } from 'node:fs'
import { register } from 'node:module'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folders = ['packages/core/src/jwt', 'packages/core/src/exchange']

/** What takes long, tries at random or by the clock what others name, or is of what is not mutated. */
const left =
  /\.(prop|linear-time|full)\.test\.ts$|jwt\/(known-points|verify-many|encode)\.test|exchange\/(routes|types)\.test/

/** A test that waits longer waits for ever. */
const TEST_MILLISECONDS = 4000

class Slow extends Error {}

/** @implements {import('@stryker-mutator/api/test-runner').TestRunner} */
class InProcessRunner {
  /** @type {Map<string, import('./vitest-stand-in.mjs').CollectedTest>} */
  #tests = new Map()
  /** Milliseconds each took. */
  #times = new Map()

  capabilities() {
    return { reloadEnvironment: false }
  }

  async init() {
    const root = process.cwd()
    register('./typescript-hooks.mjs', import.meta.url, { data: { root } })
    // A mutant may leave a promise that nobody awaits any more.
    process.on('unhandledRejection', () => {})
    process.on('uncaughtException', () => {})
    const { collected } = await import('./vitest-stand-in.mjs')
    for (const folder of folders) {
      for (const name of readdirSync(join(root, folder)).toSorted()) {
        const file = `${folder}/${name}`
        if (!name.endsWith('.test.ts') || left.test(file)) continue
        collected.file = file
        await import(pathToFileURL(join(root, file)).href)
      }
    }
    for (const [index, test] of collected.tests.entries()) this.#tests.set(String(index), test)
  }

  async dryRun() {
    const space = strykerSpace()
    const tests = []
    for (const [id, test] of this.#tests) {
      space.currentTestId = id
      const begin = performance.now()
      const failure = await runTest(test)
      const timeSpentMs = performance.now() - begin
      this.#times.set(id, timeSpentMs)
      const { name } = test
      tests.push(
        failure === undefined
          ? { id, name, timeSpentMs, status: 0 }
          : { id, name, timeSpentMs, status: 1, failureMessage: failure.message },
      )
    }
    space.currentTestId = undefined
    return { status: 'complete', tests, mutantCoverage: space.mutantCoverage }
  }

  /** @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options */
  async mutantRun({ activeMutant, testFilter = [...this.#tests.keys()], hitLimit }) {
    const space = strykerSpace()
    space.hitLimit = hitLimit
    let nrOfTests = 0
    for (const id of this.#soonest(testFilter, activeMutant.fileName)) {
      const test = this.#tests.get(id)
      if (test === undefined) continue
      nrOfTests += 1
      space.hitCount = 0
      space.activeMutant = activeMutant.id
      const failure = await runTest(test)
      space.activeMutant = undefined
      if (failure instanceof Slow || space.hitCount > hitLimit)
        return { status: 'timeout', reason: test.name }
      if (failure !== undefined)
        return { status: 'killed', killedBy: [id], failureMessage: failure.message, nrOfTests }
    }
    return { status: 'survived', nrOfTests }
  }

  /** The tests beside the mutated file first, then the quickest. */
  #soonest(ids, fileName) {
    const own = basename(fileName, '.ts')
    const rank = (id) =>
      (this.#tests.get(id)?.name.includes(`/${own}.`) ? 0 : 1e6) + (this.#times.get(id) ?? 0)
    return ids.toSorted((a, b) => rank(a) - rank(b))
  }
}

/** @returns {Promise<Error | undefined>} how it failed */
async function runTest({ run, before, after }) {
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Slow(`took more than ${TEST_MILLISECONDS} ms`)), TEST_MILLISECONDS)
  })
  const whole = async () => {
    try {
      for (const hook of before) await hook()
      await run()
    } finally {
      for (const hook of after) await hook()
    }
  }
  try {
    await Promise.race([whole(), limit])
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause))
  } finally {
    clearTimeout(timer)
  }
}

/** What instrumented sources and Stryker speak through. */
function strykerSpace() {
  globalThis.__stryker__ ??= {}
  return globalThis.__stryker__
}

function createRunner() {
  return new InProcessRunner()
}
createRunner.inject = []

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory: createRunner }]
