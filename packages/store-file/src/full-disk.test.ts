import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ManualClock, type PendingRequest } from '@uport-kit/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeWithSmallDisk, SmallDisk } from '../../../test/support/small-disk.ts'
import { FileRequestStore } from './index.ts'

const NOW = 1_700_000_000
const FULL = { code: 'FILE_STORE_FAILED', retryable: true, data: { reason: 'ENOSPC' } }

const record = (id: string, bytes: number): PendingRequest => ({
  id,
  issuer: 'did:uport:x',
  requestType: 'shareReq',
  jwt: `a.${randomBytes(bytes).toString('base64url')}.c`,
  expiresAt: NOW + 120,
  reply: { channel: 'relay', callback: 'https://relay.example/t/x', state: { secret: 's' } },
})

describeWithSmallDisk('FileRequestStore on a disk that gets full', () => {
  let disk: SmallDisk
  let store: FileRequestStore
  let directory: string
  beforeEach(async () => {
    disk = await SmallDisk.mount(1_048_576)
    directory = join(disk.path, 'requests')
    store = new FileRequestStore({ directory, clock: new ManualClock(NOW) })
  })
  afterEach(() => disk[Symbol.asyncDispose]())

  it('refuses what does not fit, keeps what it took, and spends nothing that it cannot write down', async () => {
    const kept: PendingRequest[] = []
    let refused: unknown
    while (refused === undefined) {
      const request = record(`r${kept.length}`, 20_000)
      refused = await store.put(request).then(
        () => void kept.push(request),
        (error: unknown) => error,
      )
    }
    expect(refused).toMatchObject(FULL)
    expect(kept.length).toBeGreaterThan(3)
    for (const request of kept) expect(await store.get(request.id)).toEqual(request)
    expect(await store.get(`r${kept.length}`)).toBeUndefined()
    await fillUp()
    await expect(store.consume('r0', 'reply')).rejects.toMatchObject(FULL)
    // Nothing half written stays behind.
    expect((await readdir(directory)).filter((name) => name.startsWith('.tmp-'))).toEqual([])
    await disk.free()
    expect([await store.consume('r0', 'another reply'), await store.consume('r0', 'reply')]).toEqual([
      'won',
      'lost',
    ])
    await store.put(record('after', 100))
  })

  /** Takes what is left, to the last page. */
  async function fillUp(): Promise<void> {
    await expect(disk.fill(1_048_576)).rejects.toMatchObject({ code: 'ENOSPC' })
  }
})
