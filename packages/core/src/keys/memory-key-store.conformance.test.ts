import { keyManagerCases, keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { AbstractKeyStore, type RawPublicKey, type RawSignature } from './abstract-key-store.ts'
import { MemoryKeyStore } from './memory-key-store.ts'

/** A device that signs digests and returns compact signatures and points; its keys never leave the memory store. */
class DeviceKeyStore extends AbstractKeyStore {
  readonly #device = new MemoryKeyStore()

  async create(keyId: string): Promise<this> {
    await this.#device.create({ keyId })
    return this
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    const info = await this.#device.get(keyId)
    return info === undefined ? undefined : { point: info.publicKey }
  }

  protected override async signDigest(
    ...[keyId, digest, context]: Parameters<MemoryKeyStore['sign']>
  ): Promise<RawSignature> {
    const { r, s } = await this.#device.sign(keyId, digest, context)
    return { compact: Uint8Array.of(...r, ...s) }
  }
}

async function memorySubject() {
  const store = new MemoryKeyStore()
  await store.create({ keyId: 'key' })
  return { store, keyId: 'key', manager: store, importer: store }
}

registerConformance({ describe, it }, 'MemoryKeyStore', [...keyStoreCases, ...keyManagerCases], memorySubject)
registerConformance({ describe, it }, 'AbstractKeyStore over a device', keyStoreCases, async () => ({
  store: await new DeviceKeyStore().create('key'),
  keyId: 'key',
}))
