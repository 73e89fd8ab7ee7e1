import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ManualClock } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DirectoryLock } from './directory-lock.ts'

let directory: string
let clock: ManualClock

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'uport-lock-'))
  clock = new ManualClock(1_700_000_000)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const turn = () => new Promise((resolve) => setImmediate(resolve))
const ticketOf = (pid: number, letter = 'a') => `.uport-lock-${pid}-${letter.repeat(32)}`
const place = (name: string) => writeFile(join(directory, name), '')
/** Somebody's ticket as it looks after some seconds. */
async function placeOld(name: string, seconds: number): Promise<void> {
  await place(name)
  const past = Date.now() / 1000 - seconds
  await utimes(join(directory, name), past, past)
}
const deadProcess = () => Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString())
const lock = () => new DirectoryLock(directory, clock)

/** Lets time pass until the work is done, slowly where it is busy with the disk. */
async function driven<T>(work: Promise<T>, step = 0.01): Promise<T> {
  let over = false
  const end = () => {
    over = true
  }
  work.then(end, end)
  while (!over) {
    await turn()
    clock.advance(step)
  }
  return work
}

describe('DirectoryLock', () => {
  test('gives the lock back, also when the work fails', async () => {
    expect(await lock().hold(async () => (await readdir(directory)).length, {})).toBe(1)
    const work = lock().hold(() => Promise.reject(new Error('broken')), {})
    await expect(work).rejects.toThrow('broken')
    expect(await readdir(directory)).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('lets one in at a time', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      inside++
      most = Math.max(most, inside)
      for (let n = 0; n < 3; n++) await turn()
      inside--
    }
    const locks = Array.from({ length: 6 }, lock)
    await driven(Promise.all([...locks, ...locks].map((one) => one.hold(work, {}))), 0.0001)
    expect(most).toBe(1)
    expect(await readdir(directory)).toEqual([])
  })

  test('lets one process in at a time', { timeout: 60_000 }, async () => {
    await writeFile(join(directory, 'number.txt'), '0')
    const worker = fileURLToPath(new URL('../test-support/count-worker.mjs', import.meta.url))
    const run = async () => {
      const child = spawn(process.execPath, [worker, directory, '15'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const [code] = await once(child, 'close')
      expect(code).toBe(0)
    }
    await Promise.all([run(), run(), run()])
    expect(await readFile(join(directory, 'number.txt'), 'utf8')).toBe('45')
    expect(await readdir(directory)).toEqual(['number.txt'])
  })

  test('takes no notice of the ticket of a process that died', async () => {
    const dead = deadProcess()
    await placeOld(ticketOf(dead), 3)
    await placeOld(ticketOf(process.pid), 61)
    expect(await lock().hold(async () => (await readdir(directory)).length, {})).toBe(1)
    await placeOld(ticketOf(dead), 3)
    await lock().removeAbandoned()
    expect(await readdir(directory)).toEqual([])
  })

  test('gives a ticket whose process it does not see some time', async () => {
    await place(ticketOf(deadProcess()))
    const work = lock().hold(async () => 'done', {})
    const outcome = work.catch((error: unknown) => error)
    for (let n = 0; n < 50; n++) await turn()
    clock.advance(10)
    expect(await driven(outcome)).toMatchObject({ code: 'KEY_STORE_FAILED', data: { reason: 'busy' } })
  })

  test.each(['0', 'f'])('gives up after ten seconds behind somebody who stays (%s)', async (letter) => {
    const other = ticketOf(process.pid, letter)
    await place(other)
    const began = clock.now()
    const work = lock().hold(async () => 'done', {})
    await expect(driven(work)).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'busy' },
      retryable: true,
    })
    expect(clock.now() - began).toBeGreaterThanOrEqual(10)
    expect(await readdir(directory)).toEqual([other])
    expect(clock.pending).toBe(0)
  })

  test('gets its turn when the other one is done', async () => {
    const other = ticketOf(process.pid, '0')
    await place(other)
    let done = false
    const work = lock().hold(async () => {
      done = true
    }, {})
    while (clock.pending < 2) await turn()
    expect(done).toBe(false)
    await rm(join(directory, other))
    await driven(work)
    expect(done).toBe(true)
  })

  test('draws again where its ticket was taken from it', async () => {
    const other = ticketOf(process.pid, 'f')
    await place(other)
    const work = lock().hold(async () => (await readdir(directory)).length, {})
    while (clock.pending < 2) await turn()
    for (const name of await readdir(directory)) await rm(join(directory, name))
    expect(await driven(work)).toBe(1)
  })

  test('stops waiting at a signal, at once and without a trace', async () => {
    const other = ticketOf(process.pid, '0')
    await place(other)
    const controller = new AbortController()
    const work = lock().hold(async () => 'done', { signal: controller.signal })
    const outcome = work.catch((error: unknown) => error)
    while (clock.pending < 2) await turn()
    controller.abort(new Error('enough'))
    expect(await outcome).toMatchObject({ message: 'enough' })
    expect(await readdir(directory)).toEqual([other])
    expect(clock.pending).toBe(0)
  })

  test('says what the file system says where there is no directory', async () => {
    await rm(directory, { recursive: true })
    await expect(lock().hold(async () => 'done', {})).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
