import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isUportError } from '@uport-kit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { levelSponsorStore } from './level-sponsor-store.ts'
import { memorySponsorStore } from './memory-sponsor-store.ts'
import type { SponsorStore } from './sponsor-store.ts'

const directories: string[] = []
afterEach(async () => {
  await Promise.all(directories.splice(0).map((path) => rm(path, { recursive: true, force: true })))
})

async function temporary(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'uport-sponsor-store-'))
  directories.push(path)
  return join(path, 'data')
}

async function collect(store: SponsorStore, prefix: string) {
  const found: (readonly [string, string])[] = []
  for await (const entry of store.entries(prefix)) found.push(entry)
  return found
}

describe.each<[string, () => Promise<SponsorStore>]>([
  ['memory', async () => memorySponsorStore()],
  ['LevelDB', async () => levelSponsorStore({ directory: await temporary() })],
])('a store in %s', (_name, open) => {
  it('gives back what was written, in order, and nothing of other prefixes', async () => {
    const store = await open()
    await store.write([
      { key: 'o/2', value: 'two' },
      { key: 'o/1', value: 'one' },
      { key: 'p/1', value: 'other' },
    ])
    expect(await store.get('o/1')).toBe('one')
    expect(await store.get('o/3')).toBeUndefined()
    expect(await collect(store, 'o/')).toEqual([
      ['o/1', 'one'],
      ['o/2', 'two'],
    ])
    await store.write([
      { key: 'o/1', value: undefined },
      { key: 'o/2', value: 'new' },
    ])
    expect(await collect(store, 'o/')).toEqual([['o/2', 'new']])
    await store.close()
  })

  it('says that it was closed', async () => {
    const store = await open()
    await store.close()
    const error = await store.get('x').catch((reason: unknown) => reason)
    expect(isUportError(error, 'SPONSOR_STORE_FAILED') && error.data.reason).toBe('closed')
  })
})

describe('a store in LevelDB', () => {
  it('keeps everything, and belongs to one process at a time', async () => {
    const directory = await temporary()
    const store = await levelSponsorStore({ directory })
    await store.write([{ key: 'a', value: '1' }])
    const second = await levelSponsorStore({ directory }).catch((reason: unknown) => reason)
    expect(isUportError(second, 'SPONSOR_STORE_FAILED') && second.data.reason).toBe('locked')
    await store.close()
    const again = await levelSponsorStore({ directory })
    expect(await again.get('a')).toBe('1')
    await again.close()
  })

  it('says where it cannot write', async () => {
    const file = await temporary()
    await writeFile(file, 'not a directory')
    const error = await levelSponsorStore({ directory: join(file, 'data') }).catch(
      (reason: unknown) => reason,
    )
    expect(isUportError(error, 'SPONSOR_STORE_FAILED') && error.data.reason).toBe('unwritable')
  })
})
