import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerConformance, requestStoreCases } from '@uport-kit/conformance'
import { ManualClock } from '@uport-kit/core'
import { afterAll, describe, it } from 'vitest'
import { FileRequestStore } from './file-request-store.ts'

const directories: string[] = []

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

registerConformance({ describe, it }, 'FileRequestStore', requestStoreCases, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'uport-requests-'))
  directories.push(directory)
  const clock = new ManualClock(1_700_000_000)
  return {
    store: new FileRequestStore({ directory, clock }),
    now: () => clock.now(),
    advance: (seconds: number) => clock.advance(seconds),
  }
})
