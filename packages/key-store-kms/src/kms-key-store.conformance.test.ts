import { keyManagerCases, keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { afterAll, describe, it } from 'vitest'
import type { HttpDouble } from '../test-support/http-double.ts'
import { awsManager, awsParty, gcpParty } from '../test-support/parties.ts'

const doubles: HttpDouble[] = []

afterAll(async () => {
  for (const double of doubles) await double.close()
})

for (const party of [awsParty, gcpParty]) {
  const name = party === awsParty ? 'AwsKmsKeyStore' : 'GcpKmsKeyStore'
  registerConformance({ describe, it }, name, keyStoreCases, async () => {
    const { double, store, add } = await party()
    doubles.push(double)
    add('secp256k1', 'key/1')
    return { store, keyId: 'key/1' }
  })
}

registerConformance(
  { describe, it },
  'AwsKmsKeyManager',
  [...keyStoreCases, ...keyManagerCases],
  async () => {
    const { double, manager } = await awsManager()
    doubles.push(double)
    await manager.create({ keyId: 'key' })
    return { store: manager, keyId: 'key', manager }
  },
)
