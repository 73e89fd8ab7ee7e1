import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyManagerCases, keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { afterAll, describe, it } from 'vitest'
import { openFileKeyStore } from './file-key-store.ts'

const directories: string[] = []

afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true })
})

registerConformance({ describe, it }, 'FileKeyStore', [...keyStoreCases, ...keyManagerCases], async () => {
  const directory = await mkdtemp(join(tmpdir(), 'uport-keys-'))
  directories.push(directory)
  const store = await openFileKeyStore({ directory, passphrase: 'correct horse', scrypt: { n: 2 } })
  await store.create({ keyId: 'key' })
  return { store, keyId: 'key', manager: store, importer: store }
})
