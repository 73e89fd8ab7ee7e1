import { BrowserKeyStore } from '@uport-kit/key-store-browser'
import { BrowserWalletStore } from '@uport-kit/store-browser'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, describe, expect, it } from 'vitest'
import { openBackup, sealBackup } from './backup-file.ts'
import { createBackup } from './create-backup.ts'
import { restoreBackup } from './restore-backup.ts'

const cost = { n: 2 }
const MADE = new Date('2026-11-22T10:00:00Z')
const PASSPHRASE = 'correct horse'
const open: { close(): void }[] = []

/** A browser profile of its own. */
function createProfile() {
  const indexedDB = new IDBFactory()
  const keys = new BrowserKeyStore({ indexedDB, scrypt: cost, persist: false })
  const records = new BrowserWalletStore({ indexedDB, databaseName: crypto.randomUUID() })
  open.push(keys, records)
  return { keys, records }
}

afterEach(() => {
  for (const store of open.splice(0)) store.close()
})

async function createWallet() {
  const profile = createProfile()
  await profile.keys.create({ keyId: 'main' })
  await profile.keys.create({ keyId: 'for one site' })
  await profile.records.put('identities', 'did:example:ada', {
    did: 'did:example:ada',
    keyId: 'main',
    claims: {},
  })
  await profile.records.put('credentials', 'c', { jwt: 'a.b.c' })
  await profile.records.put('pending', 'r', { uri: 'me.uport:me' })
  await profile.records.put('push-grants', 'g', { id: 'g' })
  return profile
}

const backup = async () => createBackup(await createWallet(), PASSPHRASE, MADE, { cost })

describe('a backup', () => {
  it('brings keys and records into another browser, and leaves behind what lives for a moment', async () => {
    const old = await createWallet()
    const text = await createBackup(old, PASSPHRASE, MADE, { cost })
    const fresh = createProfile()
    await fresh.records.put('credentials', 'of before', 1)
    expect(await restoreBackup(text, PASSPHRASE, fresh)).toEqual(MADE)
    for (const keyId of ['main', 'for one site']) {
      expect(await fresh.keys.get(keyId)).toEqual(await old.keys.get(keyId))
    }
    const records = await fresh.records.exportRecords()
    expect(records.map(({ collection }) => collection)).toEqual(['credentials', 'identities'])
  })

  it('takes the place of no wallet, not even of one that another tab has made while it was opened', async () => {
    const [text, fresh] = [await backup(), createProfile()]
    const makesWallet = {
      importKeystoreJson: async (...call: Parameters<typeof fresh.keys.importKeystoreJson>) => {
        await fresh.records.put('identities', 'did:example:bob', { did: 'did:example:bob' })
        return fresh.keys.importKeystoreJson(...call)
      },
      get: (keyId: string) => fresh.keys.get(keyId),
    }
    await expect(restoreBackup(text, PASSPHRASE, { ...fresh, keys: makesWallet })).rejects.toThrow(
      /holds a wallet already/,
    )
    expect((await fresh.records.exportRecords()).map(({ key }) => key)).toEqual(['did:example:bob'])
    // Its keys are here by now, and none is in the way of another try.
    await fresh.records.delete('identities', 'did:example:bob')
    await restoreBackup(text, PASSPHRASE, fresh)
    expect((await fresh.records.list('identities')).map(({ key }) => key)).toEqual(['did:example:ada'])
  })

  it('forgets no request that was answered here, nor there', async () => {
    const old = await createWallet()
    await old.records.put('answered', 'both', { until: 1 })
    await old.records.put('answered', 'there', { until: 2 })
    const text = await createBackup(old, PASSPHRASE, MADE, { cost })
    const fresh = createProfile()
    await fresh.records.put('answered', 'both', { until: 3 })
    await fresh.records.put('answered', 'here', { until: 4 })
    await restoreBackup(text, PASSPHRASE, fresh)
    expect(await fresh.records.list('answered')).toEqual([
      { key: 'both', value: { until: 3 } },
      { key: 'here', value: { until: 4 } },
      { key: 'there', value: { until: 2 } },
    ])
  })

  it('never overwrites a key', async () => {
    const [text, fresh] = [await backup(), createProfile()]
    const { publicKey } = await fresh.keys.create({ keyId: 'main' })
    await expect(restoreBackup(text, PASSPHRASE, fresh)).rejects.toThrow(/another key/)
    expect((await fresh.keys.get('main'))?.publicKey).toEqual(publicKey)
    expect(await fresh.records.exportRecords()).toEqual([])
  })

  it('with a wrong passphrase restores nothing', async () => {
    const [text, fresh] = [await backup(), createProfile()]
    await expect(restoreBackup(text, 'battery staple', fresh)).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_WRONG',
    })
    expect(await fresh.keys.get('main')).toBeUndefined()
  })

  it.each<[string, (contents: Record<string, unknown>) => unknown]>([
    ['no object', () => 7],
    ['no keys', (contents) => ({ ...contents, keys: [] })],
    ['keys that are none', (contents) => ({ ...contents, keys: [{ keyId: 'main', keystore: '{}' }] })],
    ['keys without a name', (contents) => ({ ...contents, keys: [{ keystore: '{}' }] })],
    ['no passphrase of its keys', (contents) => ({ ...contents, keyPassphrase: '' })],
    ['another passphrase of its keys', (contents) => ({ ...contents, keyPassphrase: 'x' })],
    ['no records', (contents) => ({ ...contents, records: 'none' })],
    ['a record without a key', (contents) => ({ ...contents, records: [{ collection: 'c', value: 1 }] })],
    [
      'an identity whose key is missing',
      (contents) => ({
        ...contents,
        keys: (contents['keys'] as unknown[]).slice(0, 1),
        records: identityOf('main'),
      }),
    ],
    ['an identity without a key', (contents) => ({ ...contents, records: identityOf(7) })],
  ])('with %s inside restores no record', async (_, damage) => {
    const { contents } = await openBackup(await backup(), PASSPHRASE)
    const damaged = damage(contents as Record<string, unknown>)
    const text = await sealBackup(damaged as never, PASSPHRASE, MADE, { cost })
    const fresh = createProfile()
    await fresh.records.put('credentials', 'of before', 1)
    await expect(restoreBackup(text, PASSPHRASE, fresh)).rejects.toThrow(/damaged/)
    expect(await fresh.records.exportRecords()).toHaveLength(1)
  })

  it('restores no collection that a wallet does not back up', async () => {
    const { contents } = await openBackup(await backup(), PASSPHRASE)
    const records = [
      { collection: 'push-wake', key: 'subscription', value: { endpoint: 'https://evil.example' } },
      { collection: 'networks', key: '0x2a did:example:app', value: { rpcUrl: 'https://evil.example' } },
    ]
    const text = await sealBackup({ ...(contents as object), records }, PASSPHRASE, MADE, { cost })
    const fresh = createProfile()
    await restoreBackup(text, PASSPHRASE, fresh)
    expect(await fresh.records.exportRecords()).toEqual([])
  })
})

function identityOf(keyId: unknown) {
  return [{ collection: 'identities', key: 'd', value: { did: 'd', keyId, claims: {} } }]
}
