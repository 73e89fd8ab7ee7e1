import { afterAll, beforeAll, expect, it } from 'vitest'
import { runLoad } from '../test-support/sponsor-load.ts'
import { SponsorWorld } from '../test-support/sponsor-world.ts'

let world: SponsorWorld

beforeAll(async () => {
  world = await SponsorWorld.start()
})
afterAll(() => world.stop())

const ascending = (nonces: readonly number[]): readonly number[] =>
  nonces.map((_, index) => (nonces[0] ?? 0) + index)

it('sends each meta-transaction once, though killed between disk and network', async () => {
  const result = await runLoad(world, { devices: 5, each: 4, kill: { at: 9, when: 'after' } })
  expect(result.ended).toBe('SIGKILL')
  expect(result.refusals).toEqual([])
  expect(result.included).toEqual(Array(20).fill(1))
  expect(result.nonces).toEqual(ascending(result.nonces))
  expect(result.nonces).toHaveLength(20)
  expect(result.pending).toBe(0)
})
