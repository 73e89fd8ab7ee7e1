import type { KeyStoreSubject, SubjectModule } from '@uport-kit/conformance'
import { MemoryKeyStore } from '@uport-kit/core'

export default (async () => {
  const store = new MemoryKeyStore()
  const { keyId } = await store.create()
  return { store, keyId, manager: store }
}) satisfies SubjectModule<KeyStoreSubject>
