import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readReport } from '../test-support/read-report.ts'
import { runBin } from '../test-support/run-bin.ts'
import { suites } from './suites.ts'

it.each([...suites.values()])('the built command passes a sound $port', async ({ name, cases }) => {
  const { code, out } = await runBin([name, './sound-parts.mjs', '--reporter', 'json'])
  const report = readReport(out)
  expect(report.cases.filter(({ result }) => result !== 'passed')).toEqual([])
  expect(report.cases.map(({ id }) => id)).toEqual(cases.map(({ id }) => id))
  expect({ code, ok: report.ok, notes: report.notes }).toEqual({ code: 0, ok: true, notes: [] })
})

it.each([
  ['resolver', ['RS-04'], 0],
  ['transport', ['TR-11'], 0],
  ['reply-channel', ['RC-08'], 0],
  ['request-store', ['RQ-05', 'RQ-06'], 0],
  ['wallet-store', ['WS-03'], 1],
])('the built command fails a flawed %s by %j and nothing else', async (name, failing, leftOut) => {
  const { code, out } = await runBin([name, './broken-parts.mjs', '--reporter', 'json'])
  const report = readReport(out)
  expect(report.cases.filter(({ result }) => result === 'failed').map(({ id }) => id)).toEqual(failing)
  expect(report.counts.leftOut).toBe(leftOut)
  expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false })
})

it('the built command ends what blocks as a failure of its case, and goes on', async () => {
  const args = ['--only', 'KS-01,KS-03,KS-15', '--timeout', '500', '--reporter', 'json']
  const { code, out } = await runBin(['key-store', './awkward.mjs', ...args], { AWKWARD: 'blocks' })
  expect(code).toBe(1)
  expect(readReport(out).cases.map(({ id, result, found }) => [id, result, found])).toEqual([
    ['KS-01', 'passed', undefined],
    ['KS-03', 'failed', 'the module blocked the process for more than 500 ms'],
    ['KS-15', 'passed', undefined],
  ])
})

it('the built command takes a blocked process along when it is stopped', async () => {
  const folder = fileURLToPath(new URL('../test-support/', import.meta.url))
  const args = ['../dist/bin.js', 'key-store', './awkward.mjs', '--only', 'KS-03']
  const env = { ...process.env, AWKWARD: 'blocks' }
  const command = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  // The module prints just before it blocks; the pipe ends when the last process that holds it has ended.
  const ended = once(command.stderr, 'end')
  await once(command.stderr, 'data')
  const exit = once(command, 'exit')
  command.kill('SIGTERM')
  expect(await exit).toEqual([143, null])
  await ended
})
