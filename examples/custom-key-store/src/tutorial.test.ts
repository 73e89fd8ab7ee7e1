import {
  type KeyStoreSubject,
  keyDeviceCases,
  keyManagerCases,
  keyStoreCases,
  runConformance,
} from '@uport-kit/conformance'
import { expect, it } from 'vitest'

async function run(step: string) {
  const { default: makeSubject }: { default: () => KeyStoreSubject } = await import(
    new URL(`../tutorial/${step}/my-store.js`, import.meta.url).href
  )
  return runConformance([...keyStoreCases, ...keyManagerCases, ...keyDeviceCases], makeSubject)
}

it('is red without a device, and says what is missing', async () => {
  const { failed, passed } = await run('step-2')
  expect(failed).toEqual(expect.arrayContaining(['KS-01', 'KS-03', 'KS-13']))
  expect(passed).toContain('KS-02')
})

it('is green with one', async () => {
  const { failed, passed, skipped } = await run('step-3')
  expect([failed, skipped.filter((id) => id.startsWith('KS'))]).toEqual([[], []])
  expect(passed).toContain('KS-13')
})

it('and stays so over devices that answer wrongly', async () => {
  const { failed, passed } = await run('step-4')
  expect(failed).toEqual([])
  expect(passed).toEqual(expect.arrayContaining(['KD-03', 'KD-04', 'KD-05', 'KD-07']))
})
