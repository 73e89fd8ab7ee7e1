import { MemoryKeyStore } from '@uport-kit/core'

export default async function () {
  const store = new MemoryKeyStore()
  await store.create({ keyId: 'login' })
  return { store, keyId: 'login', manager: store }
}
