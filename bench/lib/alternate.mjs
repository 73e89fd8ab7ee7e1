// Contenders in one process, in short batches whose order rotates, judged by CPU time: a neighbour on the machine slows
// all of them down alike, and the median forgets where it did not. Compared are the rounds, each with itself: a machine
// that is slow for a second is so for both.

/** @typedef {{ name: string, run: (index: number) => unknown, check?: () => unknown }} Contender */
/** @typedef {{ name: string, times: readonly number[], us: number, low: number, high: number }} Row */

/** Microseconds of CPU time of this process, all threads. */
export function cpuTime() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** @param {readonly number[]} values @param {number} [share] */
export function quantile(values, share = 0.5) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** @param {string} name @param {readonly number[]} times microseconds, by round @returns {Row} */
export function rowOf(name, times) {
  return { name, times, us: quantile(times), low: quantile(times, 0.25), high: quantile(times, 0.75) }
}

/** How many times as long the first takes as the second: the median of the rounds. @param {Row} slow @param {Row} fast */
export function timesAsLong(slow, fast) {
  return quantile(slow.times.map((time, round) => time / (fast.times[round] ?? Number.NaN)))
}

/**
 * @param {readonly Contender[]} contenders each is checked before anything is timed
 * @param {{ rounds?: number, batchMs?: number, warmUpMs?: number }} [options]
 * @returns {Promise<readonly Row[]>}
 */
export async function alternate(contenders, { rounds = 11, batchMs = 40, warmUpMs = 500 } = {}) {
  const runs = []
  for (const { name, run, check } of contenders) {
    if ((await (check ?? run)(0)) === false) throw new Error(`${name} does not do what is measured`)
    runs.push({ name, run, size: await calibrate(run, batchMs * 1000, warmUpMs * 1000), times: [] })
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const { run, size, times } = runs[(turn + round) % runs.length]
      times.push(await batch(run, size))
    }
  }
  return runs.map(({ name, times }) => rowOf(name, times))
}

/** Optimised code is what counts; so many runs are enough for that. */
const WARM_UP_RUNS = 20_000

/** Warms up, and finds how many runs fill a batch. */
async function calibrate(run, goal, warmUp) {
  let runs = 0
  let spent = 0
  let each = 1
  for (let size = 1; spent < warmUp && runs < WARM_UP_RUNS; size = Math.min(size * 2, 1000)) {
    each = await batch(run, size)
    runs += size
    spent += each * size
  }
  return Math.max(1, Math.round(goal / each))
}

/** @returns microseconds of CPU time for one run */
async function batch(run, size) {
  // What the batch before left behind is not this one's to clear away. There with `node --expose-gc`.
  globalThis.gc?.({ type: 'minor' })
  const start = cpuTime()
  for (let index = 0; index < size; index++) {
    const result = run(index)
    if (typeof result === 'object' && result !== null && 'then' in result) await result
  }
  return Math.max(cpuTime() - start, 1) / size
}
