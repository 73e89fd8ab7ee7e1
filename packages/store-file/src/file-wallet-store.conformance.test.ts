import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerConformance, walletStoreCases } from '@uport-kit/conformance'
import { isUportError } from '@uport-kit/core'
import { afterAll, describe, expect, it } from 'vitest'
import { FileWalletStore } from './file-wallet-store.ts'

const directories: string[] = []

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'uport-wallet-'))
  directories.push(directory)
  return directory
}

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

registerConformance({ describe, it }, 'FileWalletStore', walletStoreCases, async () => {
  const directory = await freshDirectory()
  return { store: new FileWalletStore({ directory }), reopen: () => new FileWalletStore({ directory }) }
})

describe('FileWalletStore', () => {
  it('keeps files for their owner only, under names that say nothing', async () => {
    const directory = await freshDirectory()
    await new FileWalletStore({ directory }).put('credentials', '../../etc/passwd', 'x')
    const [collection] = await readdir(directory)
    const [file, ...others] = await readdir(join(directory, collection ?? ''))
    expect(others).toEqual([])
    expect(collection).toMatch(/^[\w-]{43}$/)
    expect(file).toMatch(/^[\w-]{43}\.json$/)
    const { mode } = await stat(join(directory, collection ?? '', file ?? ''))
    expect(mode & 0o077).toBe(0)
  })

  it('says so when a record is damaged, and quotes nothing of it', async () => {
    const directory = await freshDirectory()
    const store = new FileWalletStore({ directory })
    await store.put('c', 'k', 'secret')
    const [collection] = await readdir(directory)
    const folder = join(directory, collection ?? '')
    const [file] = await readdir(folder)
    for (const text of ['{"key":"k","value":"secr', '"secret"']) {
      await writeFile(join(folder, file ?? ''), text)
      const error: unknown = await store.get('c', 'k').catch((reason: unknown) => reason)
      expect(isUportError(error, 'FILE_STORE_FAILED')).toBe(true)
      expect(`${error} ${JSON.stringify(error)}`).not.toContain('secr')
    }
  })

  it('refuses a directory that is a file', async () => {
    const file = join(await freshDirectory(), 'file')
    await writeFile(file, '')
    const error: unknown = await new FileWalletStore({ directory: file })
      .put('c', 'k', 1)
      .catch((e: unknown) => e)
    expect(isUportError(error, 'FILE_STORE_FAILED')).toBe(true)
  })
})
