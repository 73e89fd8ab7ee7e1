import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProgram, programs } from '../scripts/lib/programs.mjs'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uport-programs-'))
  for (const name of ['google-chrome', 'chromium-browser', 'redis-server']) {
    await writeFile(join(folder, name), '')
    await chmod(join(folder, name), name === 'redis-server' ? 0o644 : 0o755)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('finds a program by the best of its names', () => {
  expect(findProgram('chromium', { PATH: `/nowhere:${folder}` })).toBe(join(folder, 'chromium-browser'))
})

test('finds none where there is none, or what has its name cannot be run', () => {
  expect(findProgram('chromium', { PATH: '/nowhere' })).toBeUndefined()
  expect(findProgram('chromium', {})).toBeUndefined()
  expect(findProgram('redis-server', { PATH: folder })).toBeUndefined()
})

test('a path that is given wins, and is not replaced where it is wrong', () => {
  const chrome = join(folder, 'google-chrome')
  expect(findProgram('chromium', { PATH: folder, CHROMIUM_PATH: chrome })).toBe(chrome)
  expect(findProgram('chromium', { PATH: folder, CHROMIUM_PATH: '/nowhere/chrome' })).toBeUndefined()
  expect(findProgram('chromium', { PATH: folder, CHROMIUM_PATH: folder })).toBeUndefined()
})

test('each program of the table has variables of its own', () => {
  const variables = programs.flatMap(({ pathVariable, requiredVariable }) => [pathVariable, requiredVariable])
  expect(programs.length).toBeGreaterThan(0)
  expect(new Set(variables).size).toBe(variables.length)
  expect(() => findProgram('nothing')).toThrow(TypeError)
})
