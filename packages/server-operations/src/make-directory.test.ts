import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDirectory } from './make-directory.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uport-directory-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('makes a directory and those above it, for its owner alone, and leaves what is there', async () => {
  const path = join(folder, 'a', 'b', 'c')
  await Promise.all([makeDirectory(path), makeDirectory(path), makeDirectory(join(folder, 'a', 'b'))])
  expect((await stat(path)).mode & 0o777).toBe(0o700)
  await writeFile(join(path, 'kept'), 'text')
  await makeDirectory(path)
  expect((await stat(join(path, 'kept'))).size).toBe(4)
})

test('fails where it cannot be', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(makeDirectory(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeDirectory(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeDirectory('')).rejects.toMatchObject({ code: 'ENOENT' })
})

test.runIf(process.platform === 'linux')('fails at once where nothing can be made', async () => {
  await expect(makeDirectory('/proc/uport/data')).rejects.toMatchObject({ code: 'ENOENT' })
})
