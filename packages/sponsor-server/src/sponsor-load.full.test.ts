import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadResult, runLoad } from '../test-support/sponsor-load.ts'
import { SponsorWorld } from '../test-support/sponsor-world.ts'

let world: SponsorWorld

beforeAll(async () => {
  world = await SponsorWorld.start()
})
afterAll(() => world.stop())

const codes = ['BUDGET_EXHAUSTED', 'META_NONCE_GAP', 'BUSY', 'TRIED_TOO_OFTEN']

function expectOnce(result: LoadResult): void {
  const sent = result.included.filter((count) => count === 1).length
  expect(Math.max(...result.included)).toBe(1)
  expect(sent + result.refusals.length).toBe(result.included.length)
  expect(result.nonces).toEqual(result.nonces.map((_, index) => (result.nonces[0] ?? 0) + index))
  expect(result.nonces).toHaveLength(sent)
  expect(result.pending).toBe(0)
}

describe('100 meta-transactions of 20 identities at once', () => {
  it('are each included once', async () => {
    const result = await runLoad(world, { devices: 20, each: 5 })
    expect(result.refusals).toEqual([])
    expectOnce(result)
    console.log(`100 meta-transactions: ${Math.round(result.milliseconds)} ms, ${result.paid} wei`)
  })

  it.each([
    { at: 1, when: 'before' },
    { at: 37, when: 'before' },
    { at: 61, when: 'after' },
    { at: 99, when: 'after' },
  ] as const)('are each included once, though killed $when write $at', async (kill) => {
    const result = await runLoad(world, { devices: 20, each: 5, kill })
    expect(result.ended).toBe('SIGKILL')
    expect(result.refusals).toEqual([])
    expectOnce(result)
  })

  it('cost no more than the budget of the day, and what it does not cover is refused', async () => {
    const perDay = 2n * 10n ** 16n
    const result = await runLoad(world, { devices: 20, each: 5, perDay, kill: { at: 10, when: 'after' } })
    expectOnce(result)
    expect(result.refusals).toContain('BUDGET_EXHAUSTED')
    for (const code of result.refusals) expect(codes).toContain(code)
    expect(result.paid).toBeGreaterThan(0n)
    expect(result.paid).toBeLessThanOrEqual(perDay)
  })
})
