import { execFileSync } from 'node:child_process'
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KeyDirectory, MAX_FILE_BYTES } from './key-directory.ts'

let path: string

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'uport-keys-')), 'keys')
})
afterEach(async () => {
  await rm(join(path, '..'), { recursive: true, force: true })
})

const open = () => KeyDirectory.open(path, {})
const failed = (reason: string) => ({ code: 'KEY_STORE_FAILED', data: { reason } })
const mode = async (name: string) => (await stat(join(path, name))).mode & 0o777
const leftover = (pid: number) => `.uport-tmp-${pid}-${'a'.repeat(32)}`

/** The id of a process that has ended. */
function deadProcess(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString())
}

describe('KeyDirectory', () => {
  test('makes directory and files for their owner alone', async () => {
    const directory = await open()
    expect(await directory.create('key-a.json', 'text')).toBe(true)
    expect(await mode('.')).toBe(0o700)
    expect(await mode('key-a.json')).toBe(0o600)
    expect(await directory.read('key-a.json')).toBe('text')
    expect(await readdir(path)).toEqual(['key-a.json'])
  })

  test('never replaces a file, and of writers that meet one wins', async () => {
    const directory = await open()
    const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`)
    const created = await Promise.all(texts.map((text) => directory.create('key-a.json', text)))
    expect(created.filter((made) => made)).toHaveLength(1)
    expect(await directory.read('key-a.json')).toBe(texts[created.indexOf(true)])
    expect(await directory.create('key-a.json', 'other')).toBe(false)
    expect(await directory.fileNames()).toEqual(['key-a.json'])
  })

  test('replaces a file that still holds what is expected, and no other', async () => {
    const directory = await open()
    await directory.create('key-a.json', 'one')
    expect(await directory.replace('key-a.json', 'one', 'two')).toBe(true)
    expect(await directory.replace('key-a.json', 'one', 'three')).toBe(false)
    expect(await directory.replace('key-b.json', 'one', 'two')).toBe(false)
    expect(await directory.read('key-a.json')).toBe('two')
    expect(await mode('key-a.json')).toBe(0o600)
    expect(await readdir(path)).toEqual(['key-a.json'])
  })

  test('of writers that replace the same text one wins', async () => {
    const directories = await Promise.all([open(), open(), open(), open()])
    await directories[0]?.create('key-a.json', 'old')
    const texts = directories.map((_, index) => `new ${index}`)
    const replaced = await Promise.all(
      directories.map((directory, index) => directory.replace('key-a.json', 'old', texts[index] ?? '')),
    )
    expect(replaced.filter((won) => won)).toHaveLength(1)
    expect(await directories[0]?.read('key-a.json')).toBe(texts[replaced.indexOf(true)])
    expect(await readdir(path)).toEqual(['key-a.json'])
  })

  test('never brings back what was removed while it was to be replaced', async () => {
    const [one, two] = [await open(), await open()]
    for (let round = 0; round < 10; round++) {
      await one.create('key-a.json', 'old')
      const [replaced, removed] = await Promise.all([
        one.replace('key-a.json', 'old', 'new'),
        two.remove('key-a.json'),
      ])
      expect(removed).toBe(true)
      expect(typeof replaced).toBe('boolean')
      expect(await readdir(path)).toEqual([])
    }
  })

  test('removes a file once', async () => {
    const directory = await open()
    await directory.create('key-a.json', 'text')
    expect(await directory.remove('key-a.json')).toBe(true)
    expect(await directory.remove('key-a.json')).toBe(false)
    expect(await directory.read('key-a.json')).toBeUndefined()
  })

  test('leaves no temporary file behind when writing fails', async () => {
    const directory = await open()
    await expect(directory.create('missing/key-a.json', 'text')).rejects.toMatchObject({
      code: 'KEY_STORE_FAILED',
      data: { reason: 'ENOENT' },
      retryable: true,
    })
    expect(await readdir(path)).toEqual([])
  })

  test('removes what dead writers left, and nothing else', async () => {
    await mkdir(path, { mode: 0o700 })
    const dead = deadProcess()
    const kept = [leftover(process.pid), `${leftover(dead)}.bak`, '.uport-tmp-x', 'key-a.json', 'note.txt']
    for (const name of [...kept, leftover(dead)]) await writeFile(join(path, name), 'text', { mode: 0o600 })
    // A writer that died after the link: its temporary file is the key's file by another name.
    await link(join(path, 'key-a.json'), join(path, `.uport-tmp-${dead}-${'b'.repeat(32)}`))
    await open()
    expect((await readdir(path)).sort()).toEqual([...kept].sort())
    expect(await readFile(join(path, 'key-a.json'), 'utf8')).toBe('text')
  })

  test('removes an old temporary file even where its process id is in use again', async () => {
    await mkdir(path, { mode: 0o700 })
    const name = join(path, leftover(process.pid))
    await writeFile(name, 'text')
    const past = Date.now() / 1000 - 120
    await utimes(name, past, past)
    await open()
    expect(await readdir(path)).toEqual([])
  })

  test('refuses what other users may use, unless told otherwise', async () => {
    const directory = await open()
    await directory.create('key-a.json', 'text')
    await chmod(join(path, 'key-a.json'), 0o640)
    await expect(directory.read('key-a.json')).rejects.toMatchObject(failed('permissions'))
    await chmod(path, 0o755)
    await expect(open()).rejects.toMatchObject(failed('permissions'))
    const loose = await KeyDirectory.open(path, { allowLoosePermissions: true })
    expect(await loose.read('key-a.json')).toBe('text')
  })

  test.runIf(process.geteuid?.() === 0)('refuses what belongs to another user', async () => {
    const directory = await open()
    await directory.create('key-a.json', 'text')
    await chown(join(path, 'key-a.json'), 12_345, 12_345)
    await expect(directory.read('key-a.json')).rejects.toMatchObject(failed('owner'))
  })

  test('reads no more than a key takes', async () => {
    const directory = await open()
    await writeFile(join(path, 'key-a.json'), 'x'.repeat(MAX_FILE_BYTES), { mode: 0o600 })
    await writeFile(join(path, 'key-b.json'), 'x'.repeat(MAX_FILE_BYTES + 1), { mode: 0o600 })
    expect(await directory.read('key-a.json')).toHaveLength(MAX_FILE_BYTES)
    await expect(directory.read('key-b.json')).rejects.toMatchObject(failed('too-large'))
  })

  test('neither reads nor waits for what is no file', async () => {
    const directory = await open()
    await mkdir(join(path, 'key-a.json'), { mode: 0o700 })
    execFileSync('mkfifo', ['-m', '600', join(path, 'key-b.json')])
    await expect(directory.read('key-a.json')).rejects.toMatchObject(failed('not-a-file'))
    await expect(directory.read('key-b.json')).rejects.toMatchObject(failed('not-a-file'))
  })

  test('says so when the path is no directory, or a file cannot be removed', async () => {
    await writeFile(path, 'a file')
    await expect(open()).rejects.toMatchObject(failed('EEXIST'))
    await rm(path)
    const directory = await open()
    await mkdir(join(path, 'key-a.json'))
    await expect(directory.remove('key-a.json')).rejects.toMatchObject({ code: 'KEY_STORE_FAILED' })
    await expect(directory.read('key-a.json/x\0')).rejects.toMatchObject({ code: 'KEY_STORE_FAILED' })
  })
})
