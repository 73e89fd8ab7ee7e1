import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isUportError, ManualClock, type PendingRequest } from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileAnsweredRequests, FileRequestStore } from './index.ts'

const NOW = 1_700_000_000
let root = ''
let directory = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'uport-store-'))
  directory = join(root, 'requests')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const record = (id: string, expiresAt = NOW + 120): PendingRequest => ({
  id,
  issuer: 'did:uport:x',
  requestType: 'shareReq',
  jwt: 'a.b.c',
  expiresAt,
  reply: { channel: 'relay', callback: 'https://relay.example/t/x', state: { secret: 's' } },
  appState: { returnTo: '/' },
})

describe('FileRequestStore', () => {
  it('keeps a request across instances and spends it once', async () => {
    const clock = new ManualClock(NOW)
    const first = new FileRequestStore({ directory, clock })
    const second = new FileRequestStore({ directory, clock })
    await first.put(record('r1'))
    expect(await second.get('r1')).toEqual(record('r1'))
    expect(await second.consume('r1', 'h1')).toBe('won')
    expect(await first.consume('r1', 'h1')).toBe('same')
    expect(await first.consume('r1', 'h2')).toBe('lost')
    expect(await first.consume('r2', 'h1')).toBe('unknown')
    expect(await first.get('r1')).toEqual(record('r1'))
  })

  it('refuses an id that is in use', async () => {
    const store = new FileRequestStore({ directory, clock: new ManualClock(NOW) })
    await store.put(record('r1'))
    await expect(store.put(record('r1'))).rejects.toMatchObject({ code: 'REQUEST_ID_IN_USE' })
  })

  it('lets one of many win', async () => {
    const stores = [1, 2, 3].map(() => new FileRequestStore({ directory, clock: new ManualClock(NOW) }))
    await stores[0]?.put(record('r1'))
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stores[index % 3]?.consume('r1', `h${index}`)),
    )
    expect(results.filter((result) => result === 'won')).toHaveLength(1)
    expect(results.filter((result) => result === 'lost')).toHaveLength(29)
  })

  it('forgets 300 s after the expiry, the tombstone too, and removes what dead writers left', async () => {
    const clock = new ManualClock(NOW)
    const store = new FileRequestStore({ directory, clock })
    await store.put(record('old'))
    await store.consume('old', 'h')
    await writeFile(join(directory, '.tmp-1-dead'), 'half')
    await utimes(join(directory, '.tmp-1-dead'), 1, 1)
    await writeFile(join(directory, '.tmp-2-alive'), 'half')
    clock.advance(420)
    expect(await store.get('old')).toBeDefined()
    clock.advance(1)
    expect(await store.get('old')).toBeUndefined()
    expect(await store.consume('old', 'h')).toBe('unknown')
    await store.put(record('new', NOW + 1000))
    expect((await readdir(directory)).length).toBe(2)
  })

  it('removes tombstones whose record is gone, but none that a living request needs', async () => {
    const clock = new ManualClock(NOW)
    const store = new FileRequestStore({ directory, clock })
    await store.put(record('living', NOW + 10_000))
    await store.consume('living', 'h')
    const before = await readdir(directory)
    // What a process left that died between removing a record and its tombstone.
    await writeFile(join(directory, `${'o'.repeat(43)}.spent`), 'h')
    clock.advance(61)
    await store.put(record('next'))
    const after = await readdir(directory)
    expect(after).toHaveLength(before.length + 1)
    expect(after).toEqual(expect.arrayContaining(before))
    expect(await store.consume('living', 'h')).toBe('same')
  })

  it('is for its owner only, whatever an id looks like', async () => {
    const store = new FileRequestStore({ directory, clock: new ManualClock(NOW) })
    await store.put(record('../../escape'))
    expect(await store.get('../../escape')).toBeDefined()
    const [name] = await readdir(directory)
    expect((await stat(join(directory, name ?? ''))).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect(await readdir(root)).toEqual(['requests'])
  })

  it('says in one line that its directory cannot be used', async () => {
    await writeFile(directory, 'a file')
    const store = new FileRequestStore({ directory, clock: new ManualClock(NOW) })
    const error = await store.put(record('r1')).catch((reason: unknown) => reason)
    expect(isUportError(error, 'FILE_STORE_FAILED') && error.retryable).toBe(true)
  })

  it('tells of a damaged record without a word of it, and goes on with the others', async () => {
    const clock = new ManualClock(NOW)
    const store = new FileRequestStore({ directory, clock })
    await store.put(record('r1'))
    const [name] = await readdir(directory)
    await writeFile(join(directory, name ?? ''), '{"reply":{"state":{"secret":"s3cret"')
    const error = await store.get('r1').catch((reason: unknown) => reason)
    expect(isUportError(error, 'FILE_STORE_FAILED') && error.data.reason).toBe('damaged')
    expect(JSON.stringify([String(error), error])).not.toContain('s3cret')
    clock.advance(61)
    await store.put(record('r2'))
  })

  it('recovers when its directory does', async () => {
    await writeFile(directory, 'a file')
    const store = new FileRequestStore({ directory, clock: new ManualClock(NOW) })
    await expect(store.put(record('r1'))).rejects.toMatchObject({ code: 'FILE_STORE_FAILED' })
    await rm(directory)
    await store.put(record('r1'))
  })

  it('honours the signal', async () => {
    const store = new FileRequestStore({ directory })
    const signal = AbortSignal.abort(new Error('stop'))
    await expect(store.put(record('r1'), { signal })).rejects.toThrow('stop')
    await expect(store.get('r1', { signal })).rejects.toThrow('stop')
    await expect(store.consume('r1', 'h', { signal })).rejects.toThrow('stop')
  })
})

describe('FileAnsweredRequests', () => {
  it('claims a request once, across instances and while it could still verify', async () => {
    const clock = new ManualClock(NOW)
    const first = new FileAnsweredRequests({ directory, clock })
    const second = new FileAnsweredRequests({ directory, clock })
    expect(await first.claim('hash', NOW + 120)).toBe(true)
    expect(await second.claim('hash', NOW + 120)).toBe(false)
    clock.advance(420)
    expect(await second.claim('hash', NOW + 120)).toBe(false)
    expect(await second.claim('other', NOW + 1000)).toBe(true)
    expect(await readdir(directory)).toHaveLength(1)
  })
})
