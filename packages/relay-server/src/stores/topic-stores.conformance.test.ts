import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerConformance, topicStoreCases } from '@uport-kit/conformance'
import { ManualClock, type TopicStore } from '@uport-kit/core'
import { afterAll, describe, it } from 'vitest'
import { levelTopicStore } from './level-topic-store.ts'
import { memoryTopicStore } from './memory-topic-store.ts'

const directories: string[] = []

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'uport-topics-'))
  directories.push(directory)
  return directory
}

/** A store with a clock of its own, and the hand on that clock. */
async function subject(open: (clock: ManualClock) => TopicStore | Promise<TopicStore>) {
  const clock = new ManualClock(1_700_000_000)
  const store = await open(clock)
  return { store, now: () => clock.now(), advance: (seconds: number) => clock.advance(seconds) }
}

const dispose = ({ store }: { readonly store: TopicStore }) => store.close()

registerConformance(
  { describe, it },
  'memoryTopicStore',
  topicStoreCases,
  () => subject((clock) => memoryTopicStore({ clock })),
  { dispose },
)

registerConformance(
  { describe, it },
  'levelTopicStore',
  topicStoreCases,
  () =>
    subject(async (clock) => await levelTopicStore({ directory: await newDirectory(), clock, sync: false })),
  { dispose },
)
